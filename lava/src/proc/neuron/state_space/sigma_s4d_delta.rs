//! Sigma-delta units with a state-space activation.

use crate::model::{Sleep, StepState};
use crate::prelude::*;
use crate::proc::kernel::delta::{DeltaStep, Scale, are_any_sent};
use crate::proc::kernel::signal::{FloatSignal, Signal};

/// Sigma-delta units with a real-valued linear state: [`SigmaDelta`] neurons whose activation
/// function is a state-space model.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/sigma_s4d_delta.svg"))]
///
/// ```text
/// sigma   ← sigma + a_in
/// h       ← a·h + b·sigma        x = 2·c·h
/// change  ← x − act + residue
/// s_out   = change where |change| ≥ vth·2^state_exp, else 0
/// residue ← change − s_out
/// act     ← x
/// ```
///
/// The state *h* is `s4_state`. Input acts on the output of the same step. Ports and Vars have the
/// shape of the population, except the scalar `state_exp`.
///
/// Source: as [`S4d`](super::S4d). There are floating-point models only, as in Lava, where
/// `state_exp` scales the threshold alone too.
///
/// [`SigmaDelta`]: crate::proc::SigmaDelta
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{SigmaS4dDelta, Source};
///
/// # fn main() -> lava::Result<()> {
/// let unit = SigmaS4dDelta::shape([1]).vth(0.3).a(0.5).b(0.5).c(0.5);
/// let net = network! { Loihi1SimCfg;
///     step: Source        = Source::data([[1.0], [0.0], [0.0], [0.0], [0.0]]);
///     unit: SigmaS4dDelta = unit;
///     step.s_out -> unit.a_in;
/// }?;
/// let sent = net.probe(&net.unit.s_out)?;
/// net.run(RunSteps(5))?;
/// // The state approaches 1: 0.5, 0.75, 0.875, 0.9375, 0.96875.
/// assert_eq!(sent.data().into_raw_vec_and_offset().0, [0.5, 0.0, 0.375, 0.0, 0.0]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct SigmaS4dDelta<T: Signal = f32> {
    /// Changes, summed over all connections.
    a_in: InPort<T>,
    /// Changes of the output.
    s_out: OutPort<T>,
    /// Least change that is sent.
    #[var(shape = shape, range = T::THRESHOLD)]
    vth: Var<T>,
    /// State coefficient: factor of the state per step.
    #[var(shape = shape, finite)]
    a: Var<T>,
    /// Input coefficient: factor of the summed input.
    #[var(shape = shape, finite)]
    b: Var<T>,
    /// Output coefficient: factor of the state.
    #[var(shape = shape, finite)]
    c: Var<T>,
    /// Sum of the input over all steps.
    #[var(init = T::ZERO)]
    sigma: Var<T>,
    /// The state.
    #[var(init = T::ZERO, finite)]
    s4_state: Var<T>,
    /// Output of the last step.
    #[var(init = T::ZERO)]
    act: Var<T>,
    /// Part of the changes that was not sent.
    #[var(init = T::ZERO)]
    residue: Var<T>,
    /// Exponent: the threshold is multiplied by 2 to this power.
    #[var(scalar, init = 0, range = 0..=31)]
    state_exp: Var<i32>,
}

#[implements(proc = SigmaS4dDelta<T>, protocol = Loihi, shardable, batch)]
#[tag(FloatingPt)]
struct SigmaS4dDeltaModel<T: FloatSignal> {
    a_in: In<T>,
    s_out: Out<T>,
    vth: PerNeuron<T>,
    a: PerNeuron<T>,
    b: PerNeuron<T>,
    c: PerNeuron<T>,
    sigma: Vec<T>,
    s4_state: Vec<T>,
    act: Vec<T>,
    residue: Vec<T>,
    state_exp: i32,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
}

impl<T: FloatSignal> LoihiModel for SigmaS4dDeltaModel<T> {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let scale = Scale::of(0, self.state_exp);
        let (a_in, s_out) = (self.a_in.recv_sums(), self.s_out.accumulate()?);
        let (units, step) = (self.act.len(), self.context.time_step());
        let mut blocks = self.sleep.blocks(units, step, &[&a_in]);
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&self.sigma, &self.s4_state, &self.act, &self.residue]);
            }
            let a_in = a_in.block(start, len);
            let (a, b) = (self.a.block(start, len), self.b.block(start, len));
            let c = self.c.block(start, len);
            let sigma = &mut self.sigma[start..][..len];
            let state = &mut self.s4_state[start..][..len];
            let step = DeltaStep {
                act: &mut self.act[start..][..len],
                residue: &mut self.residue[start..][..len],
                error: None,
                vth: self.vth.block(start, len),
                scale,
            };
            let s_out = &mut s_out[start..][..len];
            step.run(s_out, |i| {
                sigma[i] = sigma[i] + a_in[i];
                state[i] = state[i] * a[i] + sigma[i] * b[i];
                let output = c[i] * state[i];
                output + output
            });
            if blocks.look() {
                let state: [&dyn StepState; 4] =
                    [&self.sigma, &self.s4_state, &self.act, &self.residue];
                blocks.after(&state, are_any_sent(s_out));
            }
        }
        Ok(())
    }
}
