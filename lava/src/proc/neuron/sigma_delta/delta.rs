//! Delta units: encoders of changes.

use crate::model::Sleep;
use crate::prelude::*;
use crate::proc::kernel::delta::{DeltaStep, Scale, are_any_sent};
use crate::proc::kernel::signal::{Arithmetic, FloatSignal, Signal};

/// Delta encoder: sends the change of its input if it reaches a threshold, and keeps the residue
/// for the next step. A [`Sigma`](super::Sigma) that receives the messages follows the input to
/// within the threshold.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/delta.svg"))]
///
/// ```text
/// change  ← a_in − act + residue
/// s_out   = change where |change| ≥ vth, else 0
/// residue ← change − s_out
/// act     ← a_in
/// ```
///
/// With `cum_error` the sum of the changes since the last message is compared with the threshold:
///
/// ```text
/// error ← error + change
/// s_out = change where |error| ≥ vth, else 0        error ← 0 where s_out ≠ 0
/// ```
///
/// In fixed point, `Delta<i32>`, the state has `spike_exp + state_exp` bits more than the input:
/// `a_in·2^(spike_exp + state_exp)` replaces `a_in`, and `vth·2^(spike_exp + state_exp)`, which has
/// to fit 32 bits, replaces `vth`. The message is `s_out / 2^state_exp`, rounded towards −∞. Sums
/// wrap around at 32 bits. In floating point the exponents scale the threshold alone, as in Lava.
///
/// A change equal to the threshold is sent, as in Lava's model; Lava's documentation differs. Ports
/// and Vars have the shape of the population, except the scalar `cum_error`, `spike_exp` and
/// `state_exp`.
///
/// Source: Intel's Lava, `lava.proc.sdn`; O'Connor & Welling (2017), *Sigma-Delta Quantized
/// Networks*, ICLR.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Delta, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input: Source = Source::data([[1.0], [1.2], [1.5], [1.5]]);
///     delta: Delta  = Delta::shape([1]).vth(0.4);
///     input.s_out -> delta.a_in;
/// }?;
/// let sent = net.probe(&net.delta.s_out)?;
/// net.run(RunSteps(4))?;
/// assert_eq!(sent.data().into_raw_vec_and_offset().0, [1.0, 0.0, 0.5, 0.0]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Delta<T: Signal = f32> {
    /// Input.
    a_in: InPort<T>,
    /// Changes.
    s_out: OutPort<T>,
    /// Least change that is sent, in units of the input.
    #[var(shape = shape, range = T::THRESHOLD)]
    vth: Var<T>,
    /// Input of the last step, in units of the state.
    #[var(init = T::ZERO)]
    act: Var<T>,
    /// Part of the changes that was not sent, in units of the state.
    #[var(init = T::ZERO)]
    residue: Var<T>,
    /// Sum of the changes since the last message, with `cum_error`.
    #[var(init = T::ZERO)]
    error: Var<T>,
    /// Compares the sum of the changes since the last message with the threshold, instead of the
    /// last change.
    #[var(scalar, init = false)]
    cum_error: Var<bool>,
    /// Extra bits of messages over the input, in fixed point.
    #[var(scalar, init = 0, range = 0..=31)]
    spike_exp: Var<i32>,
    /// Extra bits of the state over messages, in fixed point.
    #[var(scalar, init = 0, range = 0..=31)]
    state_exp: Var<i32>,
}

/// Defines the model for elements of type `$T`, with the generics `$bound` of the model.
macro_rules! model {
    ($model:ident, $tag:ident, $T:ident, [$($bound:tt)*], [$($parameter:tt)*]) => {
        #[implements(proc = Delta<$T>, protocol = Loihi, shardable, batch)]
        #[tag($tag)]
        struct $model<$($bound)*> {
            a_in: In<$T>,
            s_out: Out<$T>,
            vth: PerNeuron<$T>,
            act: Vec<$T>,
            residue: Vec<$T>,
            error: Vec<$T>,
            cum_error: bool,
            spike_exp: i32,
            state_exp: i32,
            #[local]
            context: Context,
            #[local]
            sleep: Sleep,
        }

        impl<$($bound)*> LoihiModel for $model<$($parameter)*> {
            fn start(&mut self) -> crate::Result<()> {
                let scale = Scale::of(self.spike_exp, self.state_exp);
                scale.check(self.act.len(), &[("vth", &self.vth)])
            }

            fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
                self.start()
            }

            #[inline(always)]
            fn run_spk(&mut self) -> crate::Result<()> {
                let scale = Scale::of(self.spike_exp, self.state_exp);
                let (a_in, s_out) = (self.a_in.recv_sums(), self.s_out.accumulate()?);
                let (neurons, step) = (self.act.len(), self.context.time_step());
                let mut blocks = self.sleep.blocks(neurons, step, &[&a_in]);
                while let Some((start, len)) = blocks.next() {
                    if blocks.look() {
                        blocks.before(&[&self.act, &self.residue, &self.error]);
                    }
                    let a_in = &a_in[start..][..len];
                    let error = &mut self.error[start..][..len];
                    let step = DeltaStep {
                        act: &mut self.act[start..][..len],
                        residue: &mut self.residue[start..][..len],
                        error: self.cum_error.then_some(error),
                        vth: self.vth.block(start, len),
                        scale,
                    };
                    let s_out = &mut s_out[start..][..len];
                    step.run(s_out, |i| a_in[i].raised(scale.parameters));
                    if blocks.look() {
                        let acts = are_any_sent(s_out);
                        blocks.after(&[&self.act, &self.residue, &self.error], acts);
                    }
                }
                Ok(())
            }
        }
    };
}

model!(DeltaFloat, FloatingPt, T, [T: FloatSignal], [T]);
model!(DeltaFixed, FixedPt, i32, [], []);
