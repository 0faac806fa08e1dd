//! Detection of novel input.

use crate::prelude::*;

/// Novelty detector: after an input it waits for an output of the network, and sends 1, once, if
/// there is none within `t_wait` steps.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/novelty_detector.svg"))]
///
/// ```text
/// input  ≠ 0: start waiting, t ← 0
/// output ≠ 0: stop waiting
/// else, if t > t_wait: novel; stop waiting
/// while waiting: t ← t + 1
/// ```
///
/// An input in step *s* without an output is novel in step *s* + `t_wait` + 1. An output in that
/// same step still counts. Ports have shape `[1]`.
///
/// Source: Intel's Lava, `lava.proc.clp.novelty_detector`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{NoveltyDetector, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     input:    Source<i32>     = Source::data([[1], [0], [0], [0], [0]]);
///     detector: NoveltyDetector = NoveltyDetector::t_wait(2);
///     input.s_out -> detector.input_aval_in;
/// }?;
/// let novel = net.probe(&net.detector.novelty_detected_out)?;
/// net.run(RunSteps(5))?;
/// assert_eq!(novel.data().into_raw_vec_and_offset().0, [0, 0, 0, 1, 0]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct NoveltyDetector {
    /// Input available: not 0 if the network has an input.
    #[port(shape = [1])]
    input_aval_in: InPort<i32>,
    /// Output available: not 0 if the network has an output.
    #[port(shape = [1])]
    output_aval_in: InPort<i32>,
    /// 1 if an input is novel, else 0.
    #[port(shape = [1])]
    novelty_detected_out: OutPort<i32>,
    /// Longest wait for an output, in steps.
    #[var(scalar, range = 0..)]
    t_wait: Var<i32>,
}

#[implements(proc = NoveltyDetector, protocol = Loihi)]
#[tag(FixedPt)]
struct NoveltyDetectorModel {
    input_aval_in: In<i32>,
    output_aval_in: In<i32>,
    novelty_detected_out: Out<i32>,
    t_wait: i32,
    #[local]
    waiting: bool,
    /// Steps since the input.
    #[local]
    passed: i32,
}

impl LoihiModel for NoveltyDetectorModel {
    fn run_spk(&mut self) -> crate::Result<()> {
        if self.input_aval_in.recv_slice()[0] != 0 {
            (self.waiting, self.passed) = (true, 0);
        }
        let answered = self.output_aval_in.recv_slice()[0] != 0;
        let novel = !answered && self.passed > self.t_wait;
        if answered || novel {
            (self.waiting, self.passed) = (false, 0);
        }
        if self.waiting {
            self.passed = self.passed.saturating_add(1);
        }
        self.novelty_detected_out.send_slice(&[i32::from(novel)])
    }
}
