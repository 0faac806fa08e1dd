//! Why messages are not behind locks: a model's whole step against the locks it would take.

#![allow(missing_docs, clippy::print_stdout)]

#[path = "support/relay.rs"]
mod relay;
mod support;

use std::hint::black_box;
use std::sync::{Mutex, RwLock};

use lava::prelude::*;
use relay::chain;
use support::{compare, head, row, show};

const MODELS: usize = 100;
const STEPS: u64 = 1000;

fn main() -> lava::Result<()> {
    head(
        "A model's step, receiving and sending one number, and the locks that it does without",
        "a model lock, a lock to read a message, and a lock to write one",
    );
    let net = chain(MODELS, 1)?;
    let locks: Vec<(Mutex<u64>, RwLock<Vec<f32>>)> = (0..=MODELS)
        .map(|_| (Mutex::new(0), RwLock::new(vec![0.0])))
        .collect();
    let lock_all = || {
        for pair in black_box(&locks).windows(2) {
            let mut model = pair[1].0.lock().expect("no panics here");
            let value = pair[0].1.read().expect("no panics here")[0];
            pair[1].1.write().expect("no panics here")[0] = value;
            *model += 1;
        }
    };
    let times = compare(
        STEPS * MODELS as u64,
        &mut [
            &mut || net.run(RunSteps(STEPS)).expect("the network runs"),
            &mut || (0..STEPS).for_each(|_| lock_all()),
        ],
    );
    row("a model's whole step", &[("", show(times[0]))]);
    row(
        "the locks alone",
        &[
            ("", show(times[1])),
            (
                "they would add",
                format!("{:.0} %", 100.0 * times[1] / times[0]),
            ),
        ],
    );
    Ok(())
}
