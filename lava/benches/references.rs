//! Costs of reading and writing the Var of another process in every step, per element, against
//! a copy of as many numbers.

#![allow(missing_docs, clippy::print_stdout)]

mod support;

use std::sync::Arc;

use lava::network::{Builds, HasChosenModel};
use lava::prelude::*;
use lava::proc::{BitCheck, Read, Reset, StateDataloader};
use ndarray::Array1;
use support::{compare, head, row, show};

const ELEMENTS: usize = 1_000_000;
const STEPS: u64 = 5;

/// Holds numbers and does nothing.
#[process]
struct Holder {
    #[var(init = 1)]
    state: Var<i32>,
}

#[implements(proc = Holder, protocol = Loihi)]
struct HolderModel {
    state: Vec<i32>,
}

impl LoihiModel for HolderModel {}

/// Prints a row: a process whose RefPort is connected to all numbers.
fn measure<P, B, M>(
    name: &str,
    builder: B,
    port: impl FnOnce(&P) -> &RefPort<i32>,
) -> lava::Result<()>
where
    B: Builds<P, M>,
    P: Process + HasChosenModel<M, Loihi1SimCfg>,
{
    let net = Network::<Loihi1SimCfg>::new();
    let holder: Holder = net.add(Holder::shape([ELEMENTS]))?;
    let process = net.add(builder)?;
    port(&process).connect_var(&holder.state)?;
    let (from, mut to) = (vec![1_i32; ELEMENTS], vec![0_i32; ELEMENTS]);
    let times = compare(
        STEPS * ELEMENTS as u64,
        &mut [
            &mut || net.run(RunSteps(STEPS)).expect("the network runs"),
            &mut || {
                for _ in 0..STEPS {
                    to.copy_from_slice(std::hint::black_box(&from));
                    std::hint::black_box(&mut to);
                }
            },
        ],
    );
    let columns = [
        ("here", show(times[0])),
        ("a copy", show(times[1])),
        ("to a copy", format!("{:.1}", times[0] / times[1])),
    ];
    row(name, &columns);
    Ok(())
}

fn main() -> lava::Result<()> {
    head(
        "A million numbers of another process, per number",
        "read or written in every step, against a copy of as many",
    );
    let samples = vec![(Array1::from_elem(ELEMENTS, 3), 0)];
    let loader = StateDataloader::<i32>::dataset(Arc::new(samples));
    let (reset, read) = (Reset::shape([ELEMENTS]), Read::shape([ELEMENTS]).buffer(2));
    let check = BitCheck::shape([ELEMENTS]);
    measure("Read", read, |read: &Read<i32>| &read.state)?;
    measure("BitCheck", check, |check: &BitCheck| &check.state)?;
    measure("Reset", reset, |reset: &Reset<i32>| &reset.state)?;
    measure(
        "StateDataloader",
        loader,
        |loader: &StateDataloader<i32>| &loader.state,
    )
}
