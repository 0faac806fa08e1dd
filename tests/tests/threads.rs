//! Threads that cannot be started are named, with what they were for. In a process of its own, whose
//! threads want more memory than there is.

use std::env;
use std::process::Command;

use lava::prelude::*;
use lava::proc::Lif;

/// Says to this program that no thread can be started.
const WITHOUT_THREADS: &str = "without-threads";

fn main() -> lava::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    if env::args().any(|argument| argument == WITHOUT_THREADS) {
        return without_threads();
    }
    let program = env::current_exe().map_err(lava::Error::model)?;
    let status = Command::new(program)
        .arg(WITHOUT_THREADS)
        .env("RUST_MIN_STACK", (1_u64 << 60).to_string())
        .status()
        .map_err(lava::Error::model)?;
    assert!(status.success());
    Ok(())
}

fn without_threads() -> lava::Result<()> {
    let net = network(2)?;
    let worker = ["`lava worker 1`", "lockstep processes as worker 1 of 2"];
    fails(net.compile(), &worker);
    let net = network(1)?;
    let _: Lif = net.add(Lif::shape([1]).name("camera").detached())?;
    fails(net.compile(), &["`lava camera`", "process `camera`"]);
    let net = network(1)?;
    fails(
        net.start(RunSteps(1)),
        &["`lava run`", "runs the network in the background"],
    );
    net.run(RunSteps(1))?;
    net.stop()
}

fn network(workers: usize) -> lava::Result<Network<Loihi1SimCfg>> {
    let net = Network::new();
    net.set_workers(workers)?;
    for _ in 0..2 {
        let _: Lif = net.add(Lif::shape([1]))?;
    }
    Ok(net)
}

/// Checks that a result is the error of a thread, and that its text has these parts.
fn fails(result: lava::Result<()>, parts: &[&str]) {
    let text = result.expect_err("there are no threads").to_string();
    for part in parts.iter().chain(&["could not be started"]) {
        assert!(text.contains(part), "{part}: {text}");
    }
}
