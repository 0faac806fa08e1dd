//! Diagonal state-space units with a complex state.

use crate::model::Sleep;
use crate::prelude::*;
use crate::proc::kernel::real::Real;

/// State-space units (S4D): linear units with a complex state, the diagonal form of a state-space
/// model.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/s4d.svg"))]
///
/// ```text
/// h ← a·h + b·a_in        s_out = 2·Re(c·h)
/// ```
///
/// The factor 2 accounts for the conjugate half of the states, which is not computed.
///
/// A complex Var is a pair: `a` is the real part of the coefficient and `a_im` the imaginary part,
/// 0 by default. `s4_state` and `s4_state_im` are the state, *h*. Input acts on the output of the
/// same step. Ports and Vars have the shape of the population; every coefficient may differ from
/// unit to unit.
///
/// Source: Gu et al. (2022), *On the Parameterization and Initialization of Diagonal State Space
/// Models*, NeurIPS; Intel's Lava, `lava.proc.s4d`. There are floating-point models only, as in
/// Lava; Lava's `s4_exp` and `inp_exp` concern Loihi only.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{S4d, Source};
///
/// # fn main() -> lava::Result<()> {
/// // An impulse rotates by a quarter turn per step.
/// let net = network! { Loihi1SimCfg;
///     impulse: Source<f64> = Source::data([[1.0], [0.0], [0.0], [0.0]]);
///     unit:    S4d<f64>    = S4d::shape([1]).a(0.0).b(1.0).c(0.5).a_im(1.0);
///     impulse.s_out -> unit.a_in;
/// }?;
/// let output = net.probe(&net.unit.s_out)?;
/// net.run(RunSteps(4))?;
/// assert_eq!(output.data().into_raw_vec_and_offset().0, [1.0, 0.0, -1.0, 0.0]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct S4d<T: Real = f32> {
    /// Input.
    a_in: InPort<T>,
    /// Output.
    s_out: OutPort<T>,
    /// State coefficient, real part: factor of the state per step.
    #[var(shape = shape, finite)]
    a: Var<T>,
    /// Input coefficient, real part: factor of the input.
    #[var(shape = shape, finite)]
    b: Var<T>,
    /// Output coefficient, real part: factor of the state.
    #[var(shape = shape, finite)]
    c: Var<T>,
    /// Imaginary part of `a`.
    #[var(init = T::ZERO, finite)]
    a_im: Var<T>,
    /// Imaginary part of `b`.
    #[var(init = T::ZERO, finite)]
    b_im: Var<T>,
    /// Imaginary part of `c`.
    #[var(init = T::ZERO, finite)]
    c_im: Var<T>,
    /// Real part of the state.
    #[var(init = T::ZERO, finite)]
    s4_state: Var<T>,
    /// Imaginary part of the state.
    #[var(init = T::ZERO, finite)]
    s4_state_im: Var<T>,
}

#[implements(proc = S4d<T>, protocol = Loihi, shardable, batch)]
#[tag(FloatingPt)]
struct S4dModel<T: Real> {
    a_in: In<T>,
    s_out: Out<T>,
    a: PerNeuron<T>,
    b: PerNeuron<T>,
    c: PerNeuron<T>,
    a_im: PerNeuron<T>,
    b_im: PerNeuron<T>,
    c_im: PerNeuron<T>,
    s4_state: Vec<T>,
    s4_state_im: Vec<T>,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
}

impl<T: Real> LoihiModel for S4dModel<T> {
    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let (a_in, s_out) = (self.a_in.recv_sums(), self.s_out.accumulate()?);
        let (units, step) = (self.s4_state.len(), self.context.time_step());
        let mut blocks = self.sleep.blocks(units, step, &[&a_in]);
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&self.s4_state, &self.s4_state_im]);
            }
            let (a_in, s_out) = (a_in.block(start, len), &mut s_out[start..][..len]);
            let (a, a_im) = (self.a.block(start, len), self.a_im.block(start, len));
            let (b, b_im) = (self.b.block(start, len), self.b_im.block(start, len));
            let (c, c_im) = (self.c.block(start, len), self.c_im.block(start, len));
            let re = &mut self.s4_state[start..][..len];
            let im = &mut self.s4_state_im[start..][..len];
            for i in 0..len {
                let turned = re[i] * a[i] - im[i] * a_im[i];
                let turned_im = re[i] * a_im[i] + im[i] * a[i];
                re[i] = (turned + a_in[i] * b[i]).settled();
                im[i] = (turned_im + a_in[i] * b_im[i]).settled();
                let output = c[i] * re[i] - c_im[i] * im[i];
                s_out[i] = output + output;
            }
            if blocks.look() {
                let acts = s_out.iter().any(|sent| *sent != T::ZERO);
                blocks.after(&[&self.s4_state, &self.s4_state_im], acts);
            }
        }
        Ok(())
    }
}
