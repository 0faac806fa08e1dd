//! Resonate-and-fire neurons with graded output.

use std::f64::consts::PI;

use crate::model::{Arrive, Sleep};
use crate::prelude::*;
use crate::proc::kernel::factors::Factors;
use crate::proc::kernel::real::Real;
use crate::proc::kernel::time::time_step;

/// Fractional bits of the rotation.
const ROTATION_BITS: u32 = 15;

/// Resonate-and-fire neurons with graded output: at phase zero a neuron sends its amplitude.
/// Together the neurons compute a spectrum of their input at the frequencies `freqs`.
///
#[cfg_attr(doc, doc = include_str!("../../../../pictures/rf_zero.svg"))]
///
/// In fixed point only, per step and neuron:
///
/// ```text
/// u' = ⌊u·lct/2¹⁵⌋ − ⌊v·lst/2¹⁵⌋ + u_in
/// v' = ⌊v·lct/2¹⁵⌋ + ⌊u·lst/2¹⁵⌋ + v_in
/// s_out = u' where u' > uth, v' ≥ 0 and v < 0, otherwise 0
/// lct = trunc(2¹⁵·exp(−dt/decay_tau)·cos(2π·dt·freqs)),  lst with the sine
/// ```
///
/// Sums and products wrap around at 32 bits, nothing is reset, and input acts in the step in which
/// it arrives. Ports and Vars have the shape of the population; every parameter but `dt` may differ
/// from neuron to neuron.
///
/// Source: Orchard et al. (2021), *Efficient neuromorphic signal processing with Loihi 2*, IEEE
/// SiPS; arithmetic as in Intel's Lava (`PyRFZeroModelFixed`).
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{RfZero, Sink, Source};
///
/// # fn main() -> lava::Result<()> {
/// let mut pulse = [[0]; 8];
/// pulse[0] = [5000];
/// let net = network! { Loihi1SimCfg;
///     input:  Source<i32> = Source::data(pulse);
///     rf:     RfZero      = RfZero::shape([1]).freqs(150.0).decay_tau(0.05).uth(10);
///     output: Sink<i32>   = Sink::shape([1]).steps(8);
///     input.s_out -> rf.u_in;
///     rf.s_out -> output.a_in;
/// }?;
/// net.run(RunSteps(8))?;
/// assert_eq!(net.output.data.get()?.as_slice(), Some(&[0, 0, 0, 0, 0, 0, 0, 4133][..]));
/// # net.stop()
/// # }
/// ```
#[process]
pub struct RfZero {
    /// Input to the real part.
    u_in: InPort<i32>,
    /// Input to the imaginary part.
    v_in: InPort<i32>,
    /// Real part of neurons at phase zero, otherwise 0.
    s_out: OutPort<i32>,
    /// Real part of the voltage.
    #[var(init = 0)]
    u: Var<i32>,
    /// Imaginary part of the voltage.
    #[var(init = 0)]
    v: Var<i32>,
    /// Frequency, in Hz.
    #[var(shape = shape, finite)]
    freqs: Var<f64>,
    /// Time constant of the decay, in s.
    #[var(shape = shape, range = f64::POSITIVE)]
    decay_tau: Var<f64>,
    /// Threshold: a neuron sends its real part if it is above.
    #[var(init = 1)]
    uth: Var<i32>,
    /// Cosine of the rotation per step times the decay, in units of 1/2¹⁵. If `lct` and `lst` are
    /// both 0 when a run starts, they are computed from `freqs`, `decay_tau` and `dt`; and again
    /// when `freqs` or `decay_tau` is set.
    #[var(init = 0)]
    lct: Var<i32>,
    /// Sine of the rotation per step times the decay, in units of 1/2¹⁵.
    #[var(init = 0)]
    lst: Var<i32>,
    /// Time step, in s.
    #[param(default = 0.001)]
    dt: Param<f64>,
}

#[implements(proc = RfZero, protocol = Loihi, shardable, batch)]
#[tag(FixedPt)]
struct RfZeroFixed {
    u_in: In<i32>,
    v_in: In<i32>,
    s_out: Out<i32>,
    u: Vec<i32>,
    v: Vec<i32>,
    freqs: PerNeuron<f64>,
    decay_tau: PerNeuron<f64>,
    uth: PerNeuron<i32>,
    lct: PerNeuron<i32>,
    lst: PerNeuron<i32>,
    dt: f64,
    #[local]
    context: Context,
    #[local]
    sleep: Sleep,
}

impl RfZeroFixed {
    /// Computes the rotation of a step.
    fn rotate(&mut self) -> crate::Result<()> {
        let dt = time_step(self.dt)?;
        let rotation = Factors::of(
            self.u.len(),
            [&self.freqs, &self.decay_tau],
            |[freq, tau]| {
                let (left, angle) = ((dt * (-1.0 / tau)).exp(), dt * freq * PI * 2.0);
                let unity = f64::from(1 << ROTATION_BITS);
                [left * angle.cos() * unity, left * angle.sin() * unity].map(|part| part as i32)
            },
        );
        [self.lct, self.lst] = rotation.into_each();
        Ok(())
    }
}

impl LoihiModel for RfZeroFixed {
    fn start(&mut self) -> crate::Result<()> {
        match (self.lct.uniform(), self.lst.uniform()) {
            (Some(0), Some(0)) => self.rotate(),
            _ => Ok(()),
        }
    }

    fn on_var_update(&mut self, var: &str) -> crate::Result<()> {
        match var {
            "freqs" | "decay_tau" => self.rotate(),
            _ => Ok(()),
        }
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let (u_in, v_in) = (self.u_in.recv_sums(), self.v_in.recv_sums());
        let s_out = self.s_out.accumulate()?;
        let (neurons, step) = (self.u.len(), self.context.time_step());
        let inputs: [&dyn Arrive; 2] = [&u_in, &v_in];
        let mut blocks = self.sleep.blocks(neurons, step, &inputs);
        while let Some((start, len)) = blocks.next() {
            if blocks.look() {
                blocks.before(&[&self.u, &self.v]);
            }
            let (u_in, v_in) = (u_in.block(start, len), v_in.block(start, len));
            let (u, v) = (&mut self.u[start..][..len], &mut self.v[start..][..len]);
            let s_out = &mut s_out[start..][..len];
            let (lct, lst) = (self.lct.block(start, len), self.lst.block(start, len));
            let uth = self.uth.block(start, len);
            for i in 0..len {
                let part = |state: i32, factor: i32| state.wrapping_mul(factor) >> ROTATION_BITS;
                let new_u = part(u[i], lct[i])
                    .wrapping_sub(part(v[i], lst[i]))
                    .wrapping_add(u_in[i]);
                let new_v = part(v[i], lct[i])
                    .wrapping_add(part(u[i], lst[i]))
                    .wrapping_add(v_in[i]);
                let fires = (new_u > uth[i]) & (new_v >= 0) & (v[i] < 0);
                s_out[i] = if fires { new_u } else { 0 };
                (u[i], v[i]) = (new_u, new_v);
            }
            if blocks.look() {
                let acts = s_out.iter().any(|sent| *sent != 0);
                blocks.after(&[&self.u, &self.v], acts);
            }
        }
        Ok(())
    }
}
