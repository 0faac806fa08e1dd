//! Learns handwritten digits continually: one class after the other, from one look each, with
//! prototypes that are allocated where something is novel. Draws how well it does, and what it has
//! learned.
//!
//! The synapses are not plastic: a process of the example writes what was seen into
//! them, through a RefPort.
//!
//! ```text
//! cargo run --release --example clp [PICTURE.svg]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use anyhow::Result;
use lava_demos::clp::{Lesson, Prototypes, picture, teach};
use lava_examples::digits::{Digits, SIZE};
use lava_examples::picture_path;

/// Most prototypes.
const PROTOTYPES: usize = 400;
/// The least similarity of a pattern and a prototype that answers: the cosine of the angle between
/// them.
const SIMILARITY: f64 = 0.9;
/// Number of images of a digit that are shown.
const EACH: usize = 100;

fn main() -> Result<()> {
    let path = picture_path("clp.svg")?;

    let digits = Digits::load()?;
    let prototypes = Prototypes::new(PROTOTYPES, SIZE * SIZE, SIMILARITY)?;
    let lessons = teach(&prototypes, &digits, EACH)?;
    println!("digit   shown   novel   prototypes   of all digits so far   of 0");
    println!("                                       right      novel   right");
    for lesson in &lessons {
        let Lesson {
            class,
            shown,
            novel,
            used,
            right,
            unknown,
        } = lesson;
        let [all, none, first] = [Lesson::mean(right), Lesson::mean(unknown), right[0]]
            .map(|share| format!("{:.1} %", 100.0 * share));
        println!("{class:>5}{shown:>8}{novel:>8}{used:>13}{all:>12}{none:>11}{first:>8}");
    }
    picture(&lessons, &prototypes)?.save(&path)?;
    println!("\nLessons and prototypes: {}", path.display());
    Ok(())
}
