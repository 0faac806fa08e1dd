//! Gives the answers of prototypes their labels.

use crate::prelude::*;

/// Says which label the prototype that answers has, learns labels from the user, and asks for
/// another prototype where a label is wrong.
///
/// In a step, in this order:
///
/// - The first prototype that is active wins. One without a label, 0, gets a *pseudo-label*:
///   −1 for the first prototype, −2 for the second, and so on. `user_output` is its label.
/// - If the user gives a label, not 0, it is compared with that of the last winner, of this step
///   or an earlier one. The same: `feedback` is 1. Another: `feedback` is −1, and `trigger_alloc`
///   1. A pseudo-label: the prototype takes the user's label, which is `user_output` then.
///
/// Outputs are 0 otherwise.
///
/// Source: Intel's Lava, `lava.proc.clp.nsm`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Source, clp::Readout};
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
    /// Not 0 where a prototype is active.
    #[port(shape = [*n_protos])]
    inference_in: InPort<i32>,
    /// The user's label, or 0.
    #[port(shape = [1])]
    label_in: InPort<i32>,
    /// The label of the answer, or 0.
    #[port(shape = [1])]
    user_output: OutPort<i32>,
    /// 1 for a right label, −1 for a wrong one, else 0.
    #[port(shape = [1])]
    feedback: OutPort<i32>,
    /// 1 where another prototype is wanted, else 0.
    #[port(shape = [1])]
    trigger_alloc: OutPort<i32>,
    /// How many prototypes there are.
    #[param]
    n_protos: Param<usize>,
    /// The labels of the prototypes: 0 where there is none, pseudo-labels below.
    #[var(shape = [*n_protos], init = 0)]
    proto_labels: Var<i32>,
    /// The prototype that was active last.
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
    /// The label of the prototype that is active, if one is.
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

    /// The label of the prototype that was active last.
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
