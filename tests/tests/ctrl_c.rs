//! Ctrl-C pauses what runs, and ends what does not. In a process of its own, which gets the signal.

use std::env;
use std::process::{Command, ExitStatus, id};
use std::time::Duration;

use lava::prelude::*;
use lava::proc::Lif;

/// The environment variable that says to this program, started by itself, that it is to be interrupted while networks
/// run, while nothing runs, or where Ctrl-C is ignored.
const SCENARIO: &str = "LAVA_CTRL_C_SCENARIO";
const RUNNING: &str = "running";
const IDLE: &str = "idle";
const IGNORING: &str = "ignoring";

fn main() -> lava::Result<()> {
    match env::var(SCENARIO).as_deref() {
        Ok(RUNNING) => a_run_is_paused_and_goes_on(),
        Ok(IDLE) => idle(),
        Ok(_) => a_program_that_ignores_ctrl_c_goes_on(),
        Err(_) if cfg!(unix) => {
            assert_eq!(interrupted(RUNNING)?.code(), Some(0));
            assert_eq!(interrupted(IDLE)?.code(), Some(130));
            if cfg!(target_os = "linux") {
                assert_eq!(ignoring()?.code(), Some(0));
            }
            Ok(())
        }
        Err(_) => Ok(()),
    }
}

/// Runs this program where Ctrl-C has its effect, even if it has none here.
fn interrupted(scenario: &str) -> std::io::Result<ExitStatus> {
    let program = env::current_exe()?;
    if !cfg!(target_os = "linux") {
        return Command::new(program).env(SCENARIO, scenario).status();
    }
    let mut env = Command::new("env");
    env.arg("--default-signal=INT").arg(program);
    env.env(SCENARIO, scenario).status()
}

/// Runs this program as a shell runs those in the background of a script.
fn ignoring() -> std::io::Result<ExitStatus> {
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' INT; exec \"$0\""]);
    shell.arg(env::current_exe()?);
    shell.env(SCENARIO, IGNORING).status()
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

fn a_program_that_ignores_ctrl_c_goes_on() -> lava::Result<()> {
    let (net, _) = network()?;
    assert!(interrupt()?.success());
    net.start(RunSteps(10_000))?;
    assert!(interrupt()?.success());
    net.wait()?;
    assert_eq!(net.time_step(), 10_000);
    net.stop()
}

fn idle() -> lava::Result<()> {
    let (net, _) = network()?;
    net.run(RunSteps(1))?;
    assert!(interrupt()?.success());
    std::thread::sleep(Duration::from_secs(60));
    Ok(())
}
