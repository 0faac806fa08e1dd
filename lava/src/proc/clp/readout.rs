//! Labels of prototypes.

use crate::prelude::*;

/// Readout of prototypes: sends the label of the active prototype, learns labels from the user, and
/// requests a new prototype if a label is wrong.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/readout.svg"))]
///
/// A step, in this order:
///
/// 1. The first active prototype wins. If its label is 0, it gets a *pseudo-label*: −1 for the
///    first prototype, −2 for the second, and so on. `user_output` is its label.
/// 2. A label from the user, not 0, is compared with that of the last winner, of this step or an
///    earlier one. If they are equal, `feedback` is 1. If they differ, `feedback` is −1 and
///    `trigger_alloc` 1. If the winner has a pseudo-label, the prototype takes the user's label,
///    and `user_output` is this label.
///
/// Outputs are 0 otherwise. `inference_in` and `proto_labels` have shape `[n_protos]`, the other
/// ports `[1]`.
///
/// Source: Intel's Lava, `lava.proc.clp.nsm`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Readout, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     answers: Source<i32> = Source::data([[0, 1], [0, 0], [0, 1], [1, 0]]);
///     user:    Source<i32> = Source::data([[0], [5], [0], [0]]);
///     readout: Readout     = Readout::n_protos(2).proto_labels([3, 0]);
///     answers.s_out -> readout.inference_in;
///     user.s_out    -> readout.label_in;
/// }?;
/// let output = net.probe(&net.readout.user_output)?;
/// net.run(RunSteps(4))?;
/// assert_eq!(output.data().into_raw_vec_and_offset().0, [-2, 5, 5, 3]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Readout {
    /// Responses: not 0 for an active prototype.
    #[port(shape = [*n_protos])]
    inference_in: InPort<i32>,
    /// Label from the user, or 0.
    #[port(shape = [1])]
    label_in: InPort<i32>,
    /// Label of the winner, or 0.
    #[port(shape = [1])]
    user_output: OutPort<i32>,
    /// 1 for a correct label, −1 for a wrong one, else 0.
    #[port(shape = [1])]
    feedback: OutPort<i32>,
    /// Request for a new prototype: 1 or 0.
    #[port(shape = [1])]
    trigger_alloc: OutPort<i32>,
    /// Number of prototypes.
    #[param]
    n_protos: Param<usize>,
    /// Labels of the prototypes: 0 for none, negative for pseudo-labels.
    #[var(shape = [*n_protos], init = 0)]
    proto_labels: Var<i32>,
    /// Index of the last winner, counted from 0.
    #[var(scalar, init = 0, range = 0..)]
    last_winner_id: Var<i32>,
}

#[implements(proc = Readout, protocol = Loihi)]
#[tag(FixedPt)]
struct ReadoutModel {
    inference_in: In<i32>,
    label_in: In<i32>,
    user_output: Out<i32>,
    feedback: Out<i32>,
    trigger_alloc: Out<i32>,
    n_protos: usize,
    proto_labels: Vec<i32>,
    last_winner_id: i32,
}

impl ReadoutModel {
    /// Returns the label of the winner, or `None` if no prototype is active.
    fn infer(&mut self) -> Option<i32> {
        let answers = self.inference_in.recv_slice();
        let winner = answers.iter().position(|answer| *answer != 0)?;
        self.last_winner_id = winner as i32;
        let label = &mut self.proto_labels[winner];
        if *label == 0 {
            *label = -1 - winner as i32;
        }
        Some(*label)
    }

    /// Returns the label of the last winner.
    ///
    /// # Errors
    /// If `last_winner_id` is not a prototype.
    fn last_label(&mut self) -> crate::Result<&mut i32> {
        let last = self.last_winner_id as usize;
        self.proto_labels.get_mut(last).ok_or_else(|| {
            crate::Error::model(format!(
                "`last_winner_id` is {last}, but there are {} prototypes, counted from 0",
                self.n_protos
            ))
        })
    }
}

impl LoihiModel for ReadoutModel {
    fn run_spk(&mut self) -> crate::Result<()> {
        let mut inferred = self.infer().unwrap_or(0);
        let user = self.label_in.recv_slice()[0];
        let mut feedback = 0;
        if user != 0 {
            let label = self.last_label()?;
            if *label < 0 {
                (*label, inferred) = (user, user);
            } else if *label > 0 {
                feedback = if *label == user { 1 } else { -1 };
            }
        }
        self.user_output.send_slice(&[inferred])?;
        self.feedback.send_slice(&[feedback])?;
        self.trigger_alloc.send_slice(&[i32::from(feedback < 0)])
    }
}
