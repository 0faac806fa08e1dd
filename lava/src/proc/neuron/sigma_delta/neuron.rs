//! Sigma-delta neurons.

use std::fmt;

use crate::model::{Sleep, StepState};
use crate::prelude::*;
use crate::proc::kernel::delta::{DeltaStep, Scale, are_any_sent, reaching};
use crate::proc::kernel::signal::{Arithmetic, FloatSignal, Signal};
use crate::process::Value;

/// Sigma-delta neurons: they sum changes, apply an activation function, and send the change of the
/// activation. They form a layer of a conventional network whose messages are sparse if its input
/// changes little.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/sigma_delta.svg"))]
///
/// ```text
/// sigma   ← sigma + a_in
/// x       = f(sigma + bias)                        f: max(·, 0), or the number itself
/// change  ← x − act + residue
/// s_out   = change where |change| ≥ vth, else 0
/// residue ← change − s_out
/// act     ← x
/// ```
///
/// With `cum_error` the sum of the changes since the last message is compared with the threshold,
/// as in [`Delta`](super::Delta).
///
/// In fixed point, `SigmaDelta<i32>`, sums wrap around at 32 bits; `vth` and `bias` are multiplied
/// by `2^(spike_exp + state_exp)` and then have to fit 32 bits; the message is `s_out /
/// 2^state_exp`, rounded towards −∞. The input is in units of the state: it is not shifted. In
/// floating point the exponents scale threshold and bias alone, as in Lava.
///
/// Rounding errors of messages accumulate in the receiver; [`SigmaDeltaCorrected`] is a model that
/// corrects them. Ports and Vars have the shape of the population, except the scalar `cum_error`,
/// `spike_exp` and `state_exp`.
///
/// Source: Intel's Lava, `lava.proc.sdn`; O'Connor & Welling (2017), *Sigma-Delta Quantized
/// Networks*, ICLR.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Sigma, SigmaDelta, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     changes: Source     = Source::data([[1.0], [-3.0], [0.1], [2.5]]);
///     relu:    SigmaDelta = SigmaDelta::shape([1]).vth(0.5);
///     output:  Sigma      = Sigma::shape([1]);
///     changes.s_out -> relu.a_in;
///     relu.s_out    -> output.a_in;
/// }?;
/// let output = net.probe(&net.output.sigma)?;
/// net.run(RunSteps(4))?;
/// // The sums of the input are 1, −2, −1.9 and 0.6.
/// let expected = [1.0, 0.0, 0.0, 0.6];
/// for (output, expected) in output.data().iter().zip(expected) {
///     assert!((output - expected).abs() < 1e-6);
/// }
/// # net.stop()
/// # }
/// ```
#[process]
pub struct SigmaDelta<T: Signal = f32> {
    /// Changes, summed over all connections.
    a_in: InPort<T>,
    /// Changes of the activation.
    s_out: OutPort<T>,
    /// Least change that is sent.
    #[var(shape = shape, range = T::THRESHOLD)]
    vth: Var<T>,
    /// Sum of the input over all steps, in units of the state.
    #[var(init = T::ZERO)]
    sigma: Var<T>,
    /// Activation of the last step, in units of the state.
    #[var(init = T::ZERO)]
    act: Var<T>,
    /// Part of the changes that was not sent, in units of the state.
    #[var(init = T::ZERO)]
    residue: Var<T>,
    /// Sum of the changes since the last message, with `cum_error`.
    #[var(init = T::ZERO)]
    error: Var<T>,
    /// Constant input of the activation function.
    #[var(init = T::ZERO, finite)]
    bias: Var<T>,
    /// Compares the sum of the changes since the last message with the threshold, instead of the
    /// last change.
    #[var(scalar, init = false)]
    cum_error: Var<bool>,
    /// Extra bits of messages over threshold and bias, in fixed point.
    #[var(scalar, init = 0, range = 0..=31)]
    spike_exp: Var<i32>,
    /// Extra bits of the state over messages, in fixed point.
    #[var(scalar, init = 0, range = 0..=31)]
    state_exp: Var<i32>,
    /// The activation function.
    #[param(default = ActivationMode::Relu)]
    act_mode: Param<ActivationMode>,
}

/// Activation function of [`SigmaDelta`] neurons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActivationMode {
    /// The identity.
    Unit,
    /// The rectifier, max(·, 0).
    #[default]
    Relu,
}

#[cfg(feature = "store")]
crate::storable!(
    enum ActivationMode {
        Unit,
        Relu,
    }
);

impl ActivationMode {
    /// Returns the least activation.
    #[inline(always)]
    fn floor<T: Arithmetic>(self) -> T {
        match self {
            ActivationMode::Unit => T::LOWEST,
            ActivationMode::Relu => T::ZERO,
        }
    }
}

/// Adds the input to the sum of a neuron and returns its activation.
#[inline(always)]
fn activation<T: Arithmetic>(sigma: &mut T, a_in: T, bias: T, floor: T) -> T {
    *sigma = sigma.plus(a_in);
    let x = sigma.plus(bias);
    if x < floor { floor } else { x }
}

/// Defines the model for elements of type `$T`, with the generics `$bound` of the model.
macro_rules! model {
    ($model:ident, $tag:ident, $T:ident, [$($bound:tt)*], [$($parameter:tt)*]) => {
        #[implements(proc = SigmaDelta<$T>, protocol = Loihi, shardable, batch)]
        #[tag($tag)]
        struct $model<$($bound)*> {
            a_in: In<$T>,
            s_out: Out<$T>,
            vth: PerNeuron<$T>,
            sigma: Vec<$T>,
            act: Vec<$T>,
            residue: Vec<$T>,
            error: Vec<$T>,
            bias: PerNeuron<$T>,
            cum_error: bool,
            spike_exp: i32,
            state_exp: i32,
            act_mode: ActivationMode,
            #[local]
            context: Context,
            #[local]
            sleep: Sleep,
        }

        impl<$($bound)*> LoihiModel for $model<$($parameter)*> {
            fn start(&mut self) -> crate::Result<()> {
                let scale = Scale::of(self.spike_exp, self.state_exp);
                scale.check(self.act.len(), &[("vth", &self.vth), ("bias", &self.bias)])
            }

            fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
                self.start()
            }

            #[inline(always)]
            fn run_spk(&mut self) -> crate::Result<()> {
                let scale = Scale::of(self.spike_exp, self.state_exp);
                let floor = self.act_mode.floor();
                let (a_in, s_out) = (self.a_in.recv_sums(), self.s_out.accumulate()?);
                let (neurons, step) = (self.act.len(), self.context.time_step());
                let mut blocks = self.sleep.blocks(neurons, step, &[&a_in]);
                while let Some((start, len)) = blocks.next() {
                    if blocks.look() {
                        blocks.before(&[&self.sigma, &self.act, &self.residue, &self.error]);
                    }
                    let (a_in, bias) = (a_in.block(start, len), self.bias.block(start, len));
                    let sigma = &mut self.sigma[start..][..len];
                    let error = &mut self.error[start..][..len];
                    let step = DeltaStep {
                        act: &mut self.act[start..][..len],
                        residue: &mut self.residue[start..][..len],
                        error: self.cum_error.then_some(error),
                        vth: self.vth.block(start, len),
                        scale,
                    };
                    let s_out = &mut s_out[start..][..len];
                    step.run(s_out, |i| {
                        let bias = bias[i].scaled(scale.parameters);
                        activation(&mut sigma[i], a_in[i], bias, floor)
                    });
                    if blocks.look() {
                        let state: [&dyn StepState; 4] =
                            [&self.sigma, &self.act, &self.residue, &self.error];
                        blocks.after(&state, are_any_sent(s_out));
                    }
                }
                Ok(())
            }
        }
    };
}

model!(SigmaDeltaFloat, FloatingPt, T, [T: FloatSignal], [T]);
model!(SigmaDeltaFixed, FixedPt, i32, [], []);

/// Alternative model of [`SigmaDelta<i32>`](SigmaDelta) that corrects the rounding errors of
/// messages in later ones. A run configuration selects it.
///
/// ```text
/// change = x − act
/// s_out  = change / 2^state_exp where |change| ≥ vth, else 0        rounded towards −∞
/// act    ← act + s_out·2^state_exp
/// ```
///
/// `act` is the sum of all messages, which a receiver holds too. There is no residue, and
/// `cum_error` has no effect.
///
/// ```
/// use lava::network::{AnyTag, Overrides};
/// use lava::prelude::*;
/// use lava::proc::{SigmaDelta, SigmaDeltaCorrected};
///
/// struct Corrected;
///
/// impl RunConfig for Corrected {
///     type Protocol = Loihi;
///     type Tag = AnyTag;
///     type Resource = Cpu;
///     fn overrides(models: &mut Overrides<Self>) {
///         models.replace::<SigmaDelta<i32>, SigmaDeltaCorrected>();
///     }
/// }
///
/// # fn main() -> lava::Result<()> {
/// let net = Network::<Corrected>::new();
/// let neuron: SigmaDelta<i32> = net.add(SigmaDelta::shape([1]).vth(1).state_exp(3).sigma(21))?;
/// net.run(RunSteps(1))?;
/// // 21 is sent as 2, which represents 16.
/// assert_eq!(neuron.act.get()?, ndarray::arr1(&[16]).into_dyn());
/// # net.stop()
/// # }
/// ```
#[implements(proc = SigmaDelta<i32>, protocol = Loihi, alternative, shardable, batch)]
pub struct SigmaDeltaCorrected {
    a_in: In<i32>,
    s_out: Out<i32>,
    vth: PerNeuron<i32>,
    sigma: Vec<i32>,
    act: Vec<i32>,
    residue: Vec<i32>,
    error: Vec<i32>,
    bias: PerNeuron<i32>,
    cum_error: bool,
    spike_exp: i32,
    state_exp: i32,
    act_mode: ActivationMode,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
}

impl fmt::Debug for SigmaDeltaCorrected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigmaDeltaCorrected")
            .finish_non_exhaustive()
    }
}

// Keeps this model out of the compiler's suggestions for a user's model that lacks the trait.
#[diagnostic::do_not_recommend]
impl LoihiModel for SigmaDeltaCorrected {
    fn start(&mut self) -> crate::Result<()> {
        let scale = Scale::of(self.spike_exp, self.state_exp);
        scale.check(self.act.len(), &[("vth", &self.vth), ("bias", &self.bias)])
    }

    fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
        self.start()
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let scale = Scale::of(self.spike_exp, self.state_exp);
        let floor = self.act_mode.floor();
        let (a_in, s_out) = (self.a_in.recv_sums(), self.s_out.accumulate()?);
        let (neurons, step) = (self.act.len(), self.context.time_step());
        let mut blocks = self.sleep.blocks(neurons, step, &[&a_in]);
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&self.sigma, &self.act]);
            }
            let (a_in, bias) = (a_in.block(start, len), self.bias.block(start, len));
            let (sigma, act) = (
                &mut self.sigma[start..][..len],
                &mut self.act[start..][..len],
            );
            let (vth, s_out) = (self.vth.block(start, len), &mut s_out[start..][..len]);
            for i in 0..len {
                let bias = bias[i].scaled(scale.parameters);
                let x = activation(&mut sigma[i], a_in[i], bias, floor);
                let change = reaching(x.minus(act[i]), vth[i].scaled(scale.parameters));
                s_out[i] = change.lowered(scale.messages);
                act[i] = act[i].plus(s_out[i].raised(scale.messages));
            }
            if blocks.look() {
                blocks.after(&[&self.sigma, &self.act], are_any_sent(s_out));
            }
        }
        Ok(())
    }
}
