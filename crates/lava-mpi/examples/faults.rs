//! Faults of a rank: `mpirun -n 3 faults kill 1`, with `stop`, `fail`, `differ` or `none` in place of `kill`.
//!
//! The rank kills itself, stops, fails, or makes other calls in step 50; the others print the error.

use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use lava::prelude::*;
use lava::proc::synapse::{Projection, Rule};
use lava::proc::{Lif, Sparse};

/// Sends a spike in each step, and a signal to itself or an error in step 50.
#[process]
pub struct Faulty {
    /// The spikes.
    #[port(shape = [1024])]
    s_out: OutPort<Spike>,
    /// The act, on the rank that runs it.
    #[param]
    act: Param<String>,
}

#[implements(proc = Faulty, protocol = Loihi, shardable)]
struct FaultyModel {
    s_out: Out<Spike>,
    act: String,
    #[local]
    context: Context,
}

impl LoihiModel for FaultyModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.s_out.send_indices(&[1])?;
        if self.context.time_step() == 50 {
            match self.act.as_str() {
                "kill" => signal("-KILL")?,
                "stop" => signal("-STOP")?,
                "fail" => return Err(lava::Error::model("the camera is gone")),
                _ => {}
            }
        }
        Ok(())
    }
}

/// Sends a signal to this process.
fn signal(name: &str) -> lava::Result<()> {
    let own = std::process::id().to_string();
    Command::new("kill").args([name, &own]).status()?;
    Ok(())
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let act = arguments.next().context("name a fault")?;
    let faulty: usize = arguments.next().context("name a rank")?.parse()?;
    let world = lava_mpi::world()?.with_timeout(Duration::from_secs(3));
    let net = Network::<Loihi1SimCfg>::new();
    net.set_ranks(world)?;
    let is_faulty = net.rank() == faulty;
    let own = if is_faulty {
        act.clone()
    } else {
        String::new()
    };
    let process: Faulty = net.add(Faulty::act(own))?;
    let projection = Projection::new(1024, 1024).rule(Rule::FixedInDegree(4));
    let sparse: Sparse = net.add(Sparse::projection(projection))?;
    let lif: Lif = net.add(Lif::shape([1024]).vth(1e9))?;
    process.s_out.connect(&sparse.s_in)?;
    sparse.a_out.connect(&lif.a_in)?;
    net.run(RunSteps(20))?;
    if is_faulty && act == "differ" {
        lif.v.get()?;
    }
    let rank = net.rank();
    match net.run(RunSteps(100)) {
        Ok(()) => println!(
            "rank {rank}: {} steps, v = {}",
            net.time_step(),
            lif.v.get()?.sum()
        ),
        Err(error) => println!("rank {rank}: {error}"),
    }
    Ok(())
}
