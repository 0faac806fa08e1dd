//! The sigma-delta network 64–128–10, in floating point and in 8-bit fixed point.

use lava::monitor::Probe;
use lava::network::{AnyTag, HasModel, Overrides};
use lava::prelude::*;
use lava::proc::SigmaDeltaCorrected;
use lava::proc::{Delta, Dense, Sigma, SigmaDelta, Signal, Source, Weight};
use ndarray::{Array2, s};

use lava_examples::digits::Weights;

/// Steps from a frame to the output that answers it: one for each layer of synapses.
const LATENCY: usize = 2;
/// In fixed point, the brightness of a white pixel.
const WHITE: f32 = 255.0;
/// In fixed point, the bits that hidden neurons keep to themselves.
const STATE_EXP: i32 = 11;

/// A network in some numbers.
#[derive(Debug)]
pub struct Settings<T> {
    /// Synaptic weights of both layers, `[outputs, inputs]`.
    pub weights: [Array2<T>; 2],
    /// Changes that are sent, of the input and of the hidden neurons.
    pub vth: [T; 2],
    /// The brightness of a white pixel.
    pub white: f32,
    /// `state_exp` of the hidden neurons.
    pub state_exp: i32,
    /// The number that stands for an output of 1.
    pub one: f32,
}

/// Numbers that the network can compute in.
pub trait Precision: Signal + Weight {
    /// The network in these numbers; `vth` is the least change that is sent, where 1 is white.
    fn settings(weights: &Weights, vth: f32) -> Settings<Self>;
    /// A pixel, rounded if need be.
    fn pixel(value: f32) -> Self;
}

impl Precision for f32 {
    fn settings(weights: &Weights, vth: f32) -> Settings<f32> {
        Settings {
            weights: [weights.hidden.clone(), weights.output.clone()],
            vth: [vth; 2],
            white: 1.0,
            state_exp: 0,
            one: 1.0,
        }
    }

    fn pixel(value: f32) -> f32 {
        value
    }
}

impl Precision for i32 {
    fn settings(weights: &Weights, vth: f32) -> Settings<i32> {
        let (hidden, hidden_scale) = quantised(&weights.hidden);
        let (output, output_scale) = quantised(&weights.output);
        // A hidden activation of 1, as the hidden neurons send it.
        let message = WHITE * hidden_scale / (1 << STATE_EXP) as f32;
        Settings {
            weights: [hidden, output],
            vth: [(vth * WHITE).round(), (vth * message).round()].map(|vth| vth as i32),
            white: WHITE,
            state_exp: STATE_EXP,
            one: message * output_scale,
        }
    }

    fn pixel(value: f32) -> i32 {
        value.round() as i32
    }
}

/// Weights of both signs have 8 bits: even numbers from −256 to 254. Returns what 1 becomes, too.
fn quantised(weights: &Array2<f32>) -> (Array2<i32>, f32) {
    let largest = weights
        .iter()
        .fold(f32::MIN_POSITIVE, |max, weight| max.max(weight.abs()));
    let scale = 254.0 / largest;
    let weight = |weight: f32| 2 * (weight * scale / 2.0).round() as i32;
    (weights.mapv(weight), scale)
}

/// Prefers the hidden neurons that do not lose what their messages round off.
#[derive(Debug)]
pub struct Corrected;

impl RunConfig for Corrected {
    type Protocol = Loihi;
    type Tag = AnyTag;
    type Resource = Cpu;
    fn overrides(models: &mut Overrides<Self>) {
        models.replace::<SigmaDelta<i32>, SigmaDeltaCorrected>();
    }
}

/// A network that sends changes only.
///
/// ```text
/// frames ─► Delta ─► 128 SigmaDelta neurons ─► Sigma: 10 outputs
/// ```
#[derive(Debug)]
pub struct SigmaDeltaNetwork<T: Precision, C> {
    network: Network<C>,
    one: f32,
    /// The messages of the input and of the hidden neurons.
    sent: [Probe<T>; 2],
    /// The sums that the hidden neurons and the outputs keep.
    sums: [Probe<T>; 2],
}

impl<T: Precision, C> SigmaDeltaNetwork<T, C>
where
    C: RunConfig<Protocol = Loihi, Tag = AnyTag, Resource = Cpu>,
    Delta<T>: HasModel<Loihi, AnyTag, Cpu>,
    Dense<T, T>: HasModel<Loihi, AnyTag, Cpu>,
    SigmaDelta<T>: HasModel<Loihi, AnyTag, Cpu>,
    Sigma<T>: HasModel<Loihi, AnyTag, Cpu>,
{
    /// Builds the network.
    ///
    /// # Errors
    /// If the weights do not fit the frames or each other.
    pub fn new(frames: &Array2<f32>, settings: &Settings<T>) -> lava::Result<Self> {
        let pixels = frames.mapv(|pixel| T::pixel(pixel * settings.white));
        let [first, last] = &settings.weights;
        let [input_vth, hidden_vth] = settings.vth;
        let hidden = SigmaDelta::shape(first.nrows()).vth(hidden_vth);
        let net = network! { C;
            input:     Source<T>     = Source::data(&pixels);
            changes:   Delta<T>      = Delta::shape(first.ncols()).vth(input_vth);
            to_hidden: Dense<T, T>   = Dense::weights(first);
            hidden:    SigmaDelta<T> = hidden.state_exp(settings.state_exp);
            to_output: Dense<T, T>   = Dense::weights(last);
            output:    Sigma<T>      = Sigma::shape(last.nrows());

            input.s_out     -> changes.a_in;
            changes.s_out   -> to_hidden.s_in;
            to_hidden.a_out -> hidden.a_in;
            hidden.s_out    -> to_output.s_in;
            to_output.a_out -> output.a_in;
        }?;
        Ok(SigmaDeltaNetwork {
            one: settings.one,
            sent: [
                net.probe(&net.changes.s_out)?,
                net.probe(&net.hidden.s_out)?,
            ],
            sums: [net.probe(&net.hidden.sigma)?, net.probe(&net.output.sigma)?],
            network: net.network,
        })
    }

    /// The network, to say how it is to be run.
    pub fn network(&self) -> &Network<C> {
        &self.network
    }

    /// Shows `frames` frames; the last is shown until it is answered.
    ///
    /// # Errors
    /// If the network cannot run.
    pub fn show(&self, frames: usize) -> lava::Result<()> {
        self.network.run(RunSteps((frames + LATENCY) as u64))
    }

    /// The messages for each frame, `[input, hidden]`, that are not 0.
    pub fn events(&self) -> [usize; 2] {
        let events =
            |probe: &Probe<T>| probe.data().iter().filter(|sent| **sent != T::ZERO).count();
        [events(&self.sent[0]), events(&self.sent[1])]
    }

    /// The answers to the frames, `[frame, digit]`, where 1 is what it is in the weights.
    pub fn output(&self) -> Array2<f32> {
        let sums = self.sums[1].data();
        let answers = sums.slice(s![LATENCY.., ..]);
        answers.mapv(|sum| (sum.to_f64() / f64::from(self.one)) as f32)
    }

    /// The largest sum that a neuron has ever kept.
    pub fn largest_sum(&self) -> f64 {
        let data = self.sums.iter().map(Probe::data);
        data.flat_map(|data| data.into_iter().map(|sum| sum.to_f64().abs()))
            .fold(0.0, f64::max)
    }
}
