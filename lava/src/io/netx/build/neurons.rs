//! The neurons of a layer.

use ndarray::{ArrayD, IxDyn};

use super::layers::LayerBuilder;
use super::{LayerFailure, NetxNeurons};
use crate::io::netx::layer::NetxNeuron;
use crate::proc::{Delta, Lif, LifReset, Rf, RfIz, Sigma, SigmaDelta};

impl LayerBuilder<'_> {
    pub(super) fn neurons(
        &self,
        neuron: &NetxNeuron,
        shape: &[usize],
        bias: Option<Vec<i32>>,
        is_input: bool,
    ) -> Result<NetxNeurons, LayerFailure> {
        let net = self.net;
        let count: usize = shape.iter().product();
        let array = |values: Vec<i32>| array(shape, values);
        let bias = array(bias.unwrap_or_else(|| vec![0; count]))?;
        let per_neuron = |values: &[i32], name: &str| match values.len() {
            1 => array(vec![values[0]; count]),
            len if len == count => array(values.to_vec()),
            len => Err(format!("`{name}` has {len} numbers, for {count} neurons")),
        };
        Ok(match neuron {
            NetxNeuron::Cuba {
                vth,
                current_decay,
                voltage_decay,
                ..
            } => {
                // The library's current loses one unit more than `du`.
                let du: Vec<i32> = current_decay.iter().map(|decay| decay - 1).collect();
                if du.iter().any(|du| *du < 0) {
                    return Err("`iDecay` is 0: a current that does not decay is not built".into());
                }
                let du = per_neuron(&du, "iDecay")?;
                let dv = per_neuron(voltage_decay, "vDecay")?;
                match self.options.reset_interval {
                    None => {
                        let lif = Lif::shape(shape.to_vec()).du(du).dv(dv).vth(*vth);
                        NetxNeurons::Cuba(net.add(lif.bias_mant(bias).bias_exp(6))?)
                    }
                    Some(interval) => {
                        let lif = LifReset::shape(shape.to_vec()).du(du).dv(dv).vth(*vth);
                        let lif = lif.reset_interval(interval).reset_offset(self.reset_offset);
                        NetxNeurons::CubaReset(net.add(lif.bias_mant(bias).bias_exp(6))?)
                    }
                }
            }
            NetxNeuron::Sdnn { vth, .. } if is_input => {
                let delta = Delta::shape(shape.to_vec()).vth(*vth);
                let delta = delta.spike_exp(self.options.spike_exp).state_exp(6);
                NetxNeurons::Differences(net.add(delta)?)
            }
            NetxNeuron::Sdnn {
                sigma_output: true, ..
            } => NetxNeurons::Sums(net.add(Sigma::shape(shape.to_vec()))?),
            NetxNeuron::Sdnn { vth, .. } => {
                let neurons = SigmaDelta::shape(shape.to_vec()).vth(*vth).bias(bias);
                let neurons = neurons.spike_exp(self.options.spike_exp).state_exp(6);
                NetxNeurons::Sdnn(net.add(neurons)?)
            }
            NetxNeuron::Resonator {
                vth,
                decay: [sine, cosine],
                at_phase,
            } => {
                if sine.len() != cosine.len() {
                    return Err("`sinDecay` and `cosDecay` differ in their numbers".into());
                }
                let parts = sine.iter().zip(cosine).map(|(sine, cosine)| {
                    let [sine, cosine] = [sine, cosine].map(|part| f64::from(*part) / 4096.0);
                    let frequency = sine.atan2(cosine) / 2.0 / std::f64::consts::PI;
                    (
                        1.0 / frequency,
                        1.0 - (sine * sine + cosine * cosine).sqrt(),
                    )
                });
                let (mut period, mut alpha): (Vec<f64>, Vec<f64>) = parts.unzip();
                if period.len() == 1 {
                    (period, alpha) = (vec![period[0]; count], vec![alpha[0]; count]);
                }
                let period = ArrayD::from_shape_vec(IxDyn(shape), period);
                let alpha = ArrayD::from_shape_vec(IxDyn(shape), alpha);
                let (Ok(period), Ok(alpha)) = (period, alpha) else {
                    return Err(format!("`sinDecay` does not fit {count} neurons").into());
                };
                let vth = f64::from(*vth);
                if *at_phase {
                    let rf = Rf::shape(shape.to_vec())
                        .period(period)
                        .alpha(alpha)
                        .vth(vth);
                    NetxNeurons::Resonators(net.add(rf.state_exp(6).decay_bits(12))?)
                } else {
                    let rf = RfIz::shape(shape.to_vec())
                        .period(period)
                        .alpha(alpha)
                        .vth(vth);
                    NetxNeurons::IzhikevichResonators(net.add(rf.state_exp(6).decay_bits(12))?)
                }
            }
        })
    }
}

fn array(shape: &[usize], values: Vec<i32>) -> Result<ArrayD<i32>, String> {
    ArrayD::from_shape_vec(IxDyn(shape), values).map_err(|error| error.to_string())
}
