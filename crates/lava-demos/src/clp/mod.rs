//! Continual learning with prototypes: digits are learned one class after the other, from one look
//! each, and none is forgotten.
//!
//! `learner` writes what was seen into the synapses of a prototype, `network` is the learner as a
//! whole, `course` what it is taught and how well it does, `plot` pictures that. The program that uses
//! them is `clp.rs`.

mod course;
mod learner;
mod network;
mod plot;

pub use course::{Lesson, teach};
pub use learner::Learner;
pub use network::{Answer, Prototypes};
pub use plot::picture;
