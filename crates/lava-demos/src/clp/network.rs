//! The learner as a network.

use lava::prelude::*;
use lava::proc::{Allocator, NoveltyDetector, PrototypeLif, Readout};
use lava::proc::{Dense, Sink, Source};
use ndarray::{Array1, Array2, ArrayD};

use super::learner::Learner;

/// For how many steps a pattern counts.
const STEPS: usize = 8;
/// The step in which the prototypes answer: the pattern is sent in step 1, synapses take one.
const ANSWER: usize = 2;
/// Steps that an answer may take until a pattern is novel; it is learned in step 5 then.
const T_WAIT: i32 = 2;
/// The step in which the teacher says what it was.
const LABEL: usize = 6;
/// The length of a pattern, which weights of 8 bits can have.
const LENGTH: f64 = 127.0;

/// Prototypes, and what decides which of them learns.
///
/// ```text
/// pattern → synapses → prototypes → readout → answer
///                          ↑  └───→ detector → allocator
///                          └───────────────────────┘
/// ```
///
/// A prototype fires if a pattern is like what it has learned. If none does, the detector says so
/// and the allocator gives the pattern to the next prototype, which learns it there and then. The
/// readout remembers what the teacher calls it. A wrong answer could ask for a prototype as well
/// (`trigger_alloc`); here the oldest prototype that fires has the last word, so it would not be
/// heard.
#[derive(Debug)]
pub struct Prototypes {
    net: Network<Loihi1SimCfg>,
    pattern: Source<i32>,
    teacher: Source<i32>,
    synapses: Dense<i32, i32>,
    detector: NoveltyDetector,
    allocator: Allocator,
    readout: Readout,
    answer: Sink<i32>,
}

/// The network's answer to a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has a name for it.
    Class(usize),
    /// It has seen the like, but nobody has told it the name.
    Unnamed,
    /// It has not seen the like.
    Novel,
}

impl Prototypes {
    /// Prototypes that have learned nothing yet, for patterns of `features` numbers. One answers if
    /// the cosine of the angle to its own pattern is above `similarity`.
    ///
    /// # Errors
    /// If the network cannot be built.
    pub fn new(count: usize, features: usize, similarity: f64) -> lava::Result<Prototypes> {
        let vth = (similarity * LENGTH * LENGTH) as i32;
        // No memory from one step to the next.
        let neurons = PrototypeLif::shape([count]).du(4095).dv(4095);
        let first_step = Array2::from_shape_fn((STEPS, 1), |(step, _)| i32::from(step == 0));
        let learner = Learner::features(features).prototypes(count);
        let net = network! { Loihi1SimCfg;
            pattern:    Source<i32>     = Source::data(Array2::<i32>::zeros((STEPS, features)));
            present:    Source<i32>     = Source::data(first_step);
            teacher:    Source<i32>     = Source::data(Array2::<i32>::zeros((STEPS, 1)));
            synapses:   Dense<i32, i32> = Dense::weights(Array2::<i32>::zeros((count, features)));
            prototypes: PrototypeLif    = neurons.vth(vth);
            any:        Dense<i32>      = Dense::weights(Array2::from_elem((1, count), 1));
            detector:   NoveltyDetector = NoveltyDetector::t_wait(T_WAIT);
            allocator:  Allocator       = Allocator::new();
            all:        Dense<i32, i32> = Dense::weights(Array2::from_elem((count, 1), 1));
            learner:    Learner         = learner;
            readout:    Readout         = Readout::n_protos(count);
            answer:     Sink<i32>       = Sink::shape([1]).steps(STEPS);

            pattern.s_out                 -> [synapses.s_in, learner.pattern_in];
            synapses.a_out                -> prototypes.a_in;
            prototypes.s_out              -> any.s_in;
            present.s_out                 -> detector.input_aval_in;
            any.a_out                     -> detector.output_aval_in;
            detector.novelty_detected_out -> allocator.trigger_in;
            allocator.allocate_out        -> all.s_in;
            all.a_out                     -> prototypes.a_third_factor_in;
            prototypes.s_out_bap          -> learner.bap_in;
            prototypes.s_out.cast::<i32>() -> readout.inference_in;
            teacher.s_out                 -> readout.label_in;
            readout.user_output           -> answer.a_in;
        }?;
        net.learner.weights.connect_var(&net.synapses.weights)?;
        Ok(Prototypes {
            pattern: net.pattern.clone(),
            teacher: net.teacher.clone(),
            synapses: net.synapses.clone(),
            detector: net.detector.clone(),
            allocator: net.allocator.clone(),
            readout: net.readout.clone(),
            answer: net.answer.clone(),
            net: Network::clone(&net),
        })
    }

    /// Shows a pattern and tells its class afterwards; the answer is what was said before.
    ///
    /// # Errors
    /// If the network cannot be run.
    pub fn learn(&self, pattern: &Array1<f64>, class: usize) -> lava::Result<Answer> {
        self.detector.t_wait.set(T_WAIT)?;
        self.show(pattern, class as i32 + 1)
    }

    /// Shows a pattern and learns nothing from it.
    ///
    /// # Errors
    /// If the network cannot be run.
    pub fn recall(&self, pattern: &Array1<f64>) -> lava::Result<Answer> {
        self.detector.t_wait.set(i32::MAX)?;
        self.show(pattern, 0)
    }

    fn show(&self, pattern: &Array1<f64>, label: i32) -> lava::Result<Answer> {
        let length = pattern.dot(pattern).sqrt();
        let mut rows = Array2::zeros((STEPS, pattern.len()));
        rows.row_mut(0)
            .assign(&pattern.mapv(|x| (x / length * LENGTH).round() as i32));
        let mut labels = Array2::zeros((STEPS, 1));
        labels[[LABEL - 1, 0]] = label;
        self.pattern.data.set(rows)?;
        self.teacher.data.set(labels)?;
        self.net.run(RunSteps(STEPS as u64))?;
        let answer = self.answer.data.get()?[[ANSWER - 1, 0]];
        Ok(match usize::try_from(answer) {
            Ok(0) => Answer::Novel,
            Ok(label) => Answer::Class(label - 1),
            Err(_) => Answer::Unnamed,
        })
    }

    /// The number of prototypes that have learned something.
    ///
    /// # Errors
    /// If a Var cannot be read.
    pub fn used(&self) -> lava::Result<usize> {
        let next = self.allocator.next_alloc_id.get()?;
        let all = self.readout.proto_labels.shape()[0];
        Ok(usize::try_from(next - 1).unwrap_or(0).min(all))
    }

    /// The patterns of the prototypes, a row each.
    ///
    /// # Errors
    /// If a Var cannot be read.
    pub fn patterns(&self) -> lava::Result<ArrayD<i32>> {
        self.synapses.weights.get()
    }

    /// The class that the teacher gave to each prototype.
    ///
    /// # Errors
    /// If a Var cannot be read.
    pub fn classes(&self) -> lava::Result<Vec<Option<usize>>> {
        let labels = self.readout.proto_labels.get()?;
        let class = |label: &i32| usize::try_from(*label).ok()?.checked_sub(1);
        Ok(labels.iter().map(class).collect())
    }
}
