//! Delta encoder with compressed messages.

use super::compression::Compression;
use crate::prelude::*;
use crate::proc::kernel::delta::{Scale, delta, reaching};
use crate::proc::kernel::fired::blocks;
use crate::proc::kernel::signal::Arithmetic;

/// Delta encoder for the input of a network: like [`Delta`](crate::proc::Delta), it sends the
/// change of its input if it reaches a threshold, one step later, in messages that can be limited
/// to a few bits and compressed.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/delta_encoder.svg"))]
///
/// ```text
/// change  ← a_in·2^spike_exp − act + residue
/// s       = change where |change| ≥ vth·2^spike_exp, else 0
/// s_out   = clamp(s)                 to num_bits bits, times 2^spike_exp
/// residue ← change − s_out
/// act     ← a_in·2^spike_exp
/// ```
///
/// The part of a change that does not fit `num_bits` bits stays in the residue and is sent later.
/// Sums wrap around at 32 bits. The message of step *t* arrives in step *t* + 1. [`Compression`]
/// defines its format and shape; formats with elements of 8 bits need a `num_bits` of at most 8.
/// Input and Vars have the shape of the population, except the scalar `spike_exp`.
///
/// Source: Intel's Lava, `lava.proc.io.encoder`; there is a fixed-point model only.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::Source;
/// use lava::proc::io::{Compression, DeltaEncoder};
///
/// # fn main() -> lava::Result<()> {
/// let encoder = DeltaEncoder::shape([4]).vth(3).compression(Compression::Sparse32);
/// let net = network! { Loihi1SimCfg;
///     input:   Source<i32>  = Source::data([[0, 5, 0, -4]]);
///     encoder: DeltaEncoder = encoder;
///     input.s_out -> encoder.a_in;
/// }?;
/// let sent = net.probe(&net.encoder.s_out)?;
/// net.run(RunSteps(2))?;
/// let messages = sent.data().into_raw_vec_and_offset().0;
/// assert_eq!(messages[9..], [2, 5, -4, 1, 3, 0, 0, 0, 0]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct DeltaEncoder {
    /// Input.
    a_in: InPort<i32>,
    /// Changes, one step later.
    #[port(shape = compression.shape(shape), delay = 1)]
    s_out: OutPort<i32>,
    /// Least change that is sent, in units of the input.
    #[var(shape = shape, range = 0..)]
    vth: Var<i32>,
    /// Input of the last step, in units of the messages.
    #[var(init = 0)]
    act: Var<i32>,
    /// Part of the changes that was not sent, in units of the messages.
    #[var(init = 0)]
    residue: Var<i32>,
    /// Extra bits of messages over the input.
    #[var(scalar, init = 0, range = 0..=31)]
    spike_exp: Var<i32>,
    /// Bits of a message, sign included, before it is multiplied by `2^spike_exp`: 1 … 32; `None`
    /// for no limit.
    #[param(default = None)]
    num_bits: Param<Option<u32>>,
    /// Format of the messages.
    #[param(default = Compression::Dense32)]
    compression: Param<Compression>,
}

// Not shardable: a packed message cannot be assembled from slices of the elements.
#[implements(proc = DeltaEncoder, protocol = Loihi)]
#[tag(FixedPt)]
struct DeltaEncoderModel {
    a_in: In<i32>,
    s_out: Out<i32>,
    vth: PerNeuron<i32>,
    act: Vec<i32>,
    residue: Vec<i32>,
    spike_exp: i32,
    num_bits: Option<u32>,
    compression: Compression,
    /// Changes to be packed.
    #[local(rebuilt)]
    changes: Vec<i32>,
}

/// Returns the least and the greatest message.
fn limits(num_bits: Option<u32>, spike_exp: u32) -> (i32, i32) {
    let Some(bits) = num_bits else {
        return (i32::MIN, i32::MAX);
    };
    let half = 1_i64 << bits.saturating_sub(1).min(31);
    let fitting = |limit: i64| (limit << spike_exp).clamp(i32::MIN.into(), i32::MAX.into()) as i32;
    (fitting(-half), fitting(half - 1))
}

impl LoihiModel for DeltaEncoderModel {
    fn start(&mut self) -> crate::Result<()> {
        if let Some(bits) = self.num_bits.filter(|bits| !(1..=32).contains(bits)) {
            return Err(crate::Error::model(format!(
                "`num_bits` is {bits}; a message has 1 to 32 bits"
            )));
        }
        self.changes.resize(self.act.len(), 0);
        let scale = Scale::of(self.spike_exp, 0);
        scale.check(self.act.len(), &[("vth", &self.vth)])
    }

    fn on_var_update(&mut self, _: &str) -> crate::Result<()> {
        self.start()
    }

    #[inline(always)]
    fn run_spk(&mut self) -> crate::Result<()> {
        let message = self.s_out.accumulate()?;
        let plain = self.compression == Compression::Dense32;
        let changes = if plain {
            &mut *message
        } else {
            &mut self.changes
        };
        let exponent = self.spike_exp.unsigned_abs();
        let (least, greatest) = limits(self.num_bits, exponent);
        let a_in = self.a_in.recv_slice();
        for (start, len) in blocks(self.act.len()) {
            let (a_in, vth) = (&a_in[start..][..len], self.vth.block(start, len));
            let (act, residue) = (
                &mut self.act[start..][..len],
                &mut self.residue[start..][..len],
            );
            let changes = &mut changes[start..][..len];
            for i in 0..len {
                let (x, vth) = (a_in[i].raised(exponent), vth[i].scaled(exponent));
                let send = |change| reaching(change, vth).clamp(least, greatest);
                changes[i] = delta(x, &mut act[i], &mut residue[i], send);
            }
        }
        if !plain {
            self.compression.encode(&self.changes, message);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::limits;

    #[test]
    fn bits_limit_messages() {
        assert_eq!(limits(Some(4), 2), (-32, 28));
        assert_eq!(limits(Some(1), 0), (-1, 0));
        assert_eq!(limits(Some(32), 31), (i32::MIN, i32::MAX));
        assert_eq!(limits(None, 0), (i32::MIN, i32::MAX));
    }
}
