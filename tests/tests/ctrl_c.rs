//! Ctrl-C pauses what runs, and ends what does not. In a process of its own, which gets the signal.

use std::env;
use std::process::{Command, ExitStatus, id};
use std::time::Duration;

use lava::prelude::*;
use lava::proc::Lif;

/// Says to this program that it is to be interrupted while nothing runs.
const IDLE: &str = "idle";

fn main() -> lava::Result<()> {
    if !cfg!(unix) {
        return Ok(());
    }
    if env::args().any(|argument| argument == IDLE) {
        return idle();
    }
    a_run_is_paused_and_goes_on()?;
    a_program_that_runs_nothing_ends()
}

fn interrupt() -> std::io::Result<ExitStatus> {
    let pid = id().to_string();
    Command::new("kill").args(["-INT", &pid]).status()
}

fn network() -> lava::Result<(Network<Loihi1SimCfg>, Lif)> {
    let net = Network::new();
    let lif = net.add(Lif::shape([1]).bias_mant(1.0).vth(1e9))?;
    net.pause_on_ctrl_c()?;
    Ok((net, lif))
}

fn a_run_is_paused_and_goes_on() -> lava::Result<()> {
    let (first, lif) = network()?;
    let (second, _) = network()?;
    for _ in 0..2 {
        first.start(RunContinuous)?;
        second.start(RunContinuous)?;
        assert!(interrupt()?.success());
        first.wait()?;
        second.wait()?;
        assert_eq!(lif.v.get()?[0], first.time_step() as f32);
    }
    second.stop()?;
    first.run(RunSteps(1))?;
    first.stop()
}

fn a_program_that_runs_nothing_ends() -> lava::Result<()> {
    let status = Command::new(env::current_exe()?).arg(IDLE).status()?;
    assert_eq!(status.code(), Some(130));
    Ok(())
}

fn idle() -> lava::Result<()> {
    let (net, _) = network()?;
    net.run(RunSteps(1))?;
    assert!(interrupt()?.success());
    std::thread::sleep(Duration::from_secs(60));
    Ok(())
}
