//! Learning: synapses whose variables follow a rule, as on Loihi and in Intel's Lava.
//!
//! [`LearningDense`] and [`LearningSparse`] take a [`LearningRule`]. Rules of the literature are
//! [`Stdp`] and [`RewardModulatedStdp`]; others are written with
//! [`learning_rule!`](crate::learning_rule), or parsed from text.
//!
//! # Variables
//!
//! | of | variable | |
//! |---|---|---|
//! | a synapse | `w` | its weight |
//! | | `d` | its delay, the Var `tag_2`; messages are not delayed by it |
//! | | `t` | its tag, the Var `tag_1` |
//! | its source | `x0` | 1 if it has fired in the epoch, else 0 |
//! | | `x1`, `x2` | traces |
//! | its target | `y0` | 1 if it has fired in the epoch, else 0 |
//! | | `y1`, `y2`, `y3` | traces |
//! | the epoch | `uK` | 1 in every 2^K-th epoch, else 0; K is the same in a whole rule |
//!
//! A spike adds the impulse of a trace, which decays by exp(−1/tau) in every step; `impulse 0` is for one
//! that the numbers of graded spikes raise, or that is set between runs. A trace that is a
//! *third factor* is received in every step, from `s_in_y1`, `s_in_y2` or `s_in_y3`: a rule with one
//! is a three-factor rule. Within an epoch the last spike of a neuron counts; earlier ones add their
//! impulses as they come.
//!
//! # Equations
//!
//! ```text
//! rule      = { statement ";" }
//! statement = ("dw" | "dd" | "dt") "=" sum | trace ":" setting { "," setting }
//!           | "epoch" number | "seed" number
//! setting   = "impulse" number | "tau" number | "no decay" | "third factor"
//! sum       = ["-"] product { ("+" | "-") product }
//! product   = factor { "*" factor }
//! factor    = number | "2^" ["-"] number | variable | "(" variable ± constant ")"
//!           | "sgn(" ("w" | "d" | "t") [± constant] ")"
//! ```
//!
//! The changes of all three variables are computed from their values before the learning phase. The
//! first of `x0`, `y0` and `uK` in a product is its dependency. The product is 0 if that is 0, and its
//! traces are read at the time of the spike that the dependency stands for: with `x0` the last spike
//! of the source, with `y0` that of the target, with `uK` the end of the epoch. The numbers of a
//! product multiply to its scale *m*·2^*e*, with *m* from −8 to 7 and *e* from −7 to 8, as Loihi holds
//! it.
//!
//! # Fixed point
//!
//! Arithmetic is that of Lava's "bit-approximate" models, to the bit. Traces have 7 bits and are rounded
//! at random, as variables are. A product of factors of *n* bits in all is shifted to the right by *n* −
//! 11 bits if that is positive, and nothing makes up for it: with two factors or more, a rule changes
//! variables less than in floating point. The fraction of an impulse rounds a trace up with twice
//! its probability.
//!
//! # Different from Lava
//!
//! - A trace with a tau of 0 stays 0, and a rule that reads one is refused. In Lava it is NaN. `no
//!   decay`, or an infinite tau, makes a trace that keeps its value.
//! - A rule is refused if it reads a third factor that nothing sends, or depends on the spikes of
//!   targets while nothing is connected to `s_in_bap`; so is a connection to a third factor that the
//!   rule does not take.
//! - `s_in_bap` takes spikes only. Numbers of target neurons arrive as third factors.
//! - `-x0`, `(-x1)` and `x0 * -2` mean what they say, and floating point takes a second dependency.
//! - Weights that would become infinite stop the network.
//! - Impulses keep their fractions when a parameter is set.
//!
//! [`LearningRule::as_in_lava`] parses rules that are evaluated with the first two as in Lava.

mod batch;
mod connection;
mod dense;
mod engine;
mod error;
mod fixed;
mod float;
mod graded;
mod history;
mod library;
mod list;
mod matrix;
mod number;
mod program;
mod random;
mod rule;
mod sparse;
mod values;

pub use dense::{LearningDense, LearningDenseBuilder};
pub use error::LearningError;
pub use graded::GradedSpikeCfg;
pub use lava_rules::RuleError;
pub use library::{RewardModulatedStdp, Stdp};
pub use rule::{IntoLearningRules, LearningRule, LearningRules};
pub use sparse::{LearningSparse, LearningSparseBuilder};
