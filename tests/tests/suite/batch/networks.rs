//! Networks whose samples are compared with runs alone.

use lava::network::{AnyTag, HasModel};
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{
    Conv, ConvInTime, DelayDense, Delta, Dense, IafPscExp, Lif, Membrane, PoissonSpikes, Sigma,
    SigmaDelta, Sink, Source, Sparse, SumPool, Weight,
};
use lava::{neuron, prelude::*};
use ndarray::{Array2, ArrayD, Ix2, IxDyn};

use super::*;

/// Weights of both signs, of a shape.
fn weights<T: Weight>(shape: &[usize], scale: f64) -> ArrayD<T> {
    let weight = |value: f64| T::from_f64((value - 0.4) * scale).expect("in range");
    numbers(shape).mapv(weight)
}

/// Two layers of neurons, as of the digits.
fn layers<T: Membrane + Weight + Into<f64>>(scale: f64, vth: T, width: usize) -> lava::Result<()>
where
    Lif<T>: HasModel<Loihi, AnyTag, Cpu>,
    Dense<T>: HasModel<Loihi, AnyTag, Cpu>,
{
    samples_are_runs_alone(spikes(12, 30), &|data, set| {
        let net = network! { Loihi1SimCfg;
            input:  Source<Spike> = Source::data(Array2::from_elem((12, 30), false));
            first:  Dense<T>      = Dense::weights(weights(&[width, 30], scale));
            hidden: Lif<T>        = Lif::shape([width]).du(*T::DECAY.end()).vth(vth);
            last:   Dense<T>      = Dense::weights(weights(&[10, width], scale));
            output: Lif<T>        = Lif::shape([10]).du(*T::DECAY.end()).vth(vth);
            input.s_out  -> first.s_in;
            first.a_out  -> hidden.a_in;
            hidden.s_out -> last.s_in;
            last.a_out   -> output.a_in;
        }?;
        set(&net.network)?;
        net.input.data.set(data)?;
        let hidden = net.probe(&net.hidden.s_out)?;
        let v = net.probe(&net.output.v)?;
        net.run(RunSteps(20))?;
        assert!(!hidden.events().is_empty(), "nobody fires");
        Ok(vec![
            fired(&hidden),
            rows(&v.data()),
            state(&net.output.u)?,
            state(&net.first.a_buff)?,
        ])
    })
}

#[test]
fn layers_in_floating_point() -> lava::Result<()> {
    layers::<f32>(1.0, 0.8, 300)?;
    layers::<f64>(1.0, 0.8, 77)
}

#[test]
fn layers_in_fixed_point() -> lava::Result<()> {
    layers::<i32>(200.0, 150, 90)
}

#[test]
fn many_inputs_are_added_block_by_block() -> lava::Result<()> {
    samples_are_runs_alone(numbers(&[SAMPLES, 2, 1100]), &|data, set| {
        let net = network! { Loihi1SimCfg;
            input: Source<f64>     = Source::data(Array2::from_elem((2, 1100), 0.0));
            dense: Dense<f64, f64> = Dense::weights(weights(&[45, 1100], 1.0));
            input.s_out -> dense.s_in;
        }?;
        set(&net.network)?;
        net.input.data.set(data)?;
        net.run(RunSteps(2))?;
        Ok(vec![state(&net.dense.a_buff)?])
    })
}

#[test]
fn convolutions_of_a_sigma_delta_network() -> lava::Result<()> {
    samples_are_runs_alone(numbers(&[SAMPLES, 6, 9, 8, 2]), &|data, set| {
        let kernel = weights(&[5, 3, 3, 2], 1.0)
            .into_dimensionality()
            .expect("four axes");
        let kernel: ndarray::Array4<f32> = kernel;
        let net = network! { Loihi1SimCfg;
            input: Source<f32>     = Source::data(ArrayD::zeros(IxDyn(&[6, 9, 8, 2])));
            delta: Delta<f32>      = Delta::shape([9, 8, 2]).vth(0.3);
            conv:  Conv<f32, f32>  = Conv::weight(kernel).input_shape([9, 8, 2]).padding([1, 0]);
            hidden: SigmaDelta<f32> = SigmaDelta::shape([9, 6, 5]).vth(0.1);
            pool:  SumPool<f32, f32> = SumPool::input_shape([9, 6, 5]).kernel([3, 2]).weight(0.5);
            sigma: Sigma<f32>      = Sigma::shape([3, 3, 5]);
            dense: Dense<f32, f32> = Dense::weights(weights(&[4, 45], 1.0));
            input.s_out   -> delta.a_in;
            delta.s_out   -> conv.s_in;
            conv.a_out    -> hidden.a_in;
            hidden.s_out  -> pool.s_in;
            pool.a_out    -> sigma.a_in;
            sigma.s_out.flatten() -> dense.s_in;
        }?;
        set(&net.network)?;
        net.input.data.set(data.mapv(|value| value as f32))?;
        let hidden = net.probe(&net.hidden.s_out)?;
        net.run(RunSteps(10))?;
        Ok(vec![
            rows(&hidden.data()),
            state(&net.sigma.sigma)?,
            state(&net.dense.a_buff)?,
        ])
    })
}

#[test]
fn convolutions_of_spikes_in_fixed_point() -> lava::Result<()> {
    let data = spikes(8, 7 * 6 * 3).into_shape_with_order((SAMPLES, 8, 7, 6, 3));
    samples_are_runs_alone(data.expect("as many"), &|data, set| {
        let kernel = weights(&[6, 2, 3, 1], 50.0)
            .into_dimensionality()
            .expect("four axes");
        let kernel: ndarray::Array4<i32> = kernel;
        let net = network! { Loihi1SimCfg;
            input: Source<Spike> = Source::data(ArrayD::from_elem(IxDyn(&[8, 7, 6, 3]), false));
            conv:  Conv<i32>     = Conv::weight(kernel).input_shape([7, 6, 3]).groups(3).weight_exp(-1);
            lif:   Lif<i32>      = Lif::shape([6, 4, 6]).du(2000).dv(300).vth(20).bias_mant(3);
            input.s_out -> conv.s_in;
            conv.a_out  -> lif.a_in;
        }?;
        set(&net.network)?;
        net.input.data.set(data)?;
        let output = net.probe(&net.lif.s_out)?;
        net.run(RunSteps(12))?;
        Ok(vec![
            fired(&output),
            state(&net.lif.v)?,
            state(&net.conv.a_buf)?,
        ])
    })
}

#[test]
fn event_driven_synapses_and_delays_in_fixed_point() -> lava::Result<()> {
    samples_are_runs_alone(spikes(20, 40), &|data, set| {
        let projection = Projection::new(40, 25)
            .rule(Rule::FixedProbability(0.3))
            .weights(Distribution::Uniform {
                low: -60.0,
                high: 120.0,
            })
            .delays(Distribution::Uniform {
                low: 1.0,
                high: 6.0,
            })
            .seed(3);
        let recurrent = Projection::new(25, 25)
            .rule(Rule::FixedInDegree(4))
            .weights(Distribution::Constant(-40.0))
            .seed(4);
        let delays = Array2::from_shape_fn((25, 40), |(i, j)| (i * j % 5) as i32);
        let matrix = weights(&[25, 40], 60.0)
            .into_dimensionality::<Ix2>()
            .expect("two axes");
        let net = network! { Loihi1SimCfg;
            input: Source<Spike>   = Source::data(Array2::from_elem((20, 40), false));
            sparse: Sparse<i32>    = Sparse::projection(projection).weight_exp(-2);
            plain: Sparse<i32>     = Sparse::projection(recurrent);
            dense: DelayDense<i32> = DelayDense::weights(matrix).delays(delays).weight_exp(-1);
            lif:   Lif<i32>        = Lif::shape([25]).du(1000).dv(200).vth(60);
            input.s_out  -> sparse.s_in;
            input.s_out  -> dense.s_in;
            lif.s_out    -> plain.s_in;
            sparse.a_out -> lif.a_in;
            plain.a_out  -> lif.a_in;
            dense.a_out  -> lif.a_in;
        }?;
        set(&net.network)?;
        net.input.data.set(data)?;
        let output = net.probe(&net.lif.s_out)?;
        net.run(RunSteps(30))?;
        assert!(!output.events().is_empty(), "nobody fires");
        Ok(vec![
            fired(&output),
            state(&net.lif.v)?,
            state(&net.dense.a_buff)?,
        ])
    })
}

#[test]
fn exponential_synapses_and_delays_in_floating_point() -> lava::Result<()> {
    samples_are_runs_alone(spikes(30, 60), &|data, set| {
        let excitation = |seed, weight| {
            Projection::new(60, 40)
                .rule(Rule::FixedInDegree(20))
                .weights(Distribution::Normal {
                    mean: weight,
                    sd: 20.0,
                })
                .delays(Distribution::Uniform {
                    low: 1.0,
                    high: 9.0,
                })
                .seed(seed)
        };
        let recurrent = Projection::new(40, 40)
            .rule(Rule::FixedProbability(0.2))
            .weights(Distribution::Constant(-90.0))
            .delays(Distribution::Uniform {
                low: 2.0,
                high: 4.0,
            })
            .seed(9);
        let net = network! { Loihi1SimCfg;
            input:  Source<Spike>  = Source::data(Array2::from_elem((30, 60), false));
            first:  Sparse<f64>    = Sparse::projection(excitation(1, 700.0));
            second: Sparse<f64>    = Sparse::projection(excitation(2, 300.0));
            back:   Sparse<f64>    = Sparse::projection(recurrent);
            neuron: IafPscExp<f64> = IafPscExp::shape([40]);
            input.s_out  -> first.s_in;
            input.s_out  -> second.s_in;
            neuron.s_out -> back.s_in;
            first.a_out  -> neuron.exc_in;
            second.a_out -> neuron.exc_in;
            back.a_out   -> neuron.inh_in;
        }?;
        set(&net.network)?;
        net.input.data.set(data)?;
        let (output, v) = (net.probe(&net.neuron.s_out)?, net.probe(&net.neuron.v_m)?);
        net.run(RunSteps(60))?;
        assert!(!output.events().is_empty(), "nobody fires");
        Ok(vec![fired(&output), rows(&v.data())])
    })
}

#[test]
fn numbers_through_delays_and_kernels_over_time() -> lava::Result<()> {
    samples_are_runs_alone(numbers(&[SAMPLES, 7, 12]), &|data, set| {
        let delays =
            Array2::from_shape_fn((9, 12), |(i, j)| if j < 4 { 2 } else { (i + j) as i32 % 3 });
        let kernel = weights(&[3, 5, 9], 1.0)
            .into_dimensionality()
            .expect("three axes");
        let kernel: ndarray::Array3<f32> = kernel;
        let net = network! { Loihi1SimCfg;
            input: Source<f32>          = Source::data(ArrayD::zeros(IxDyn(&[7, 12])));
            dense: DelayDense<f32, f32> = DelayDense::weights(weights(&[9, 12], 1.0)).delays(delays);
            conv:  ConvInTime<f32, f32> = ConvInTime::weights(kernel);
            sink:  Sink<f32>            = Sink::shape([5]).steps(4);
            input.s_out -> dense.s_in;
            dense.a_out -> conv.s_in;
            conv.a_out  -> sink.a_in;
        }?;
        set(&net.network)?;
        net.input.data.set(data.mapv(|value| value as f32))?;
        net.run(RunSteps(9))?;
        Ok(vec![
            state(&net.dense.a_buff)?,
            state(&net.conv.a_buff)?,
            state(&net.sink.data)?,
        ])
    })
}

neuron! {
    /// A neuron with noise.
    Noisy {
        input i_in: pA;
        dv/dt = (e_l - v)/tau_m + i_in/c_m + sigma*xi : mV = -65.0;
        param e_l: mV = -65.0;
        const tau_m: ms = 10.0;
        const c_m: pF = 100.0;
        param sigma: mV*Hz^0.5 = 30.0;
        spike when v > -60 mV { v = e_l; }
    }
}

#[test]
fn neurons_of_equations_draw_the_same_numbers_in_each_sample() -> lava::Result<()> {
    samples_are_runs_alone(numbers(&[SAMPLES, 7, 300]), &|data, set| {
        let net = network! { Loihi1SimCfg;
            input: Source<f64> = Source::data(ArrayD::zeros(IxDyn(&[7, 300])));
            noisy: Noisy<f64>  = Noisy::shape([300]);
            input.s_out -> noisy.i_in;
        }?;
        set(&net.network)?;
        net.input.data.set(&(data * 100.0))?;
        let output = net.probe(&net.noisy.s_out)?;
        net.run(RunSteps(40))?;
        Ok(vec![fired(&output), state(&net.noisy.v)?])
    })
}

#[test]
fn random_inputs_have_the_seed_of_the_network_in_each_sample() -> lava::Result<()> {
    samples_are_runs_alone(numbers(&[SAMPLES, 300]), &|data, set| {
        let net = network! { Loihi1SimCfg;
            input: PoissonSpikes = PoissonSpikes::shape([300]).rate(10.0);
            lif:   Lif           = Lif::shape([300]).vth(2.0);
            dense: Dense         = Dense::weights(weights(&[300, 300], 1.0));
            input.s_out -> dense.s_in;
            dense.a_out -> lif.a_in;
        }?;
        net.set_seed(7)?;
        set(&net.network)?;
        net.input.rate.set(&(data * 1000.0))?;
        let input = net.probe(&net.input.s_out)?;
        net.run(RunSteps(20))?;
        assert!(!input.events().is_empty(), "nobody fires");
        Ok(vec![fired(&input), state(&net.lif.v)?])
    })
}

#[test]
fn ports_that_are_chosen_joined_and_delayed() -> lava::Result<()> {
    samples_are_runs_alone(spikes(9, 12), &|data, set| {
        let net = network! { Loihi1SimCfg;
            input: Source<Spike> = Source::data(Array2::from_elem((9, 12), false));
            some:  Lif           = Lif::shape([5]).vth(0.5);
            dense: Dense         = Dense::weights(weights(&[4, 8], 1.0));
            three: Dense         = Dense::weights(weights(&[5, 12], 2.0));
            out:   Lif           = Lif::shape([4]).vth(1.0);
            input.s_out -> three.s_in;
            three.a_out -> some.a_in;
            dense.a_out -> out.a_in;
        }?;
        let chosen = net.input.s_out.select([11, 3, 7]).delayed(2);
        chosen
            .concat_with(&net.some.s_out.select(0..5), 0)
            .connect(&net.dense.s_in)?;
        set(&net.network)?;
        net.input.data.set(data)?;
        let chosen = net.probe(&net.input.s_out.select([2, 0]))?;
        let v = net.probe(&net.out.v.select([3, 1]))?;
        net.run(RunSteps(14))?;
        Ok(vec![fired(&chosen), rows(&v.data()), state(&net.out.v)?])
    })
}
