//! Faults of a rank: `mpirun -n 3 faults kill step 1`, with `stop` (SIGSTOP), `interrupt` (SIGINT), `fail`,
//! `panic`, `leave` or `differ` in place of `kill`, and a phase: `build`, `compile`, `step`, `between` runs, or
//! `fetch` of a Var. With `drive` behind, the first rank runs the program for all, and there are two phases more:
//! `running`, in a long run, and `idle`, in which the program makes no calls. `shorten step 1` has rank 1 send a byte
//! too few in one exchange. With `nodes` behind, the network is divided among nodes of two ranks, and `none - 0` does nothing.
//!
//! The rank does this to itself in that phase; the others print the error, and how many of four small processes
//! they can still read.

use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};
use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{Lif, Sparse};
use lava::ranks::{Communicator, RankError};
use lava_mpi::World;

/// Sends a spike in each step, and does what its rank is told at its start or in step 50.
#[process]
pub struct Faulty {
    /// The spikes.
    #[port(shape = [1024])]
    s_out: OutPort<Spike>,
    /// The act and its phase, on the rank that does it.
    #[param]
    fault: Param<Fault>,
}

/// The act of a rank against itself, and its phase.
#[derive(Clone, Debug, Default)]
pub struct Fault {
    act: String,
    phase: String,
}

impl Fault {
    /// Does it, if this is its phase.
    fn act_in(&self, phase: &str) -> lava::Result<()> {
        match self.act.as_str() {
            _ if self.phase != phase => {}
            "kill" => signal("-KILL")?,
            "stop" => signal("-STOP")?,
            "interrupt" => signal("-INT")?,
            "fail" => return Err(lava::Error::model("the camera is gone")),
            "panic" => panic!("the camera is broken"),
            _ => {}
        }
        Ok(())
    }
}

#[implements(proc = Faulty, protocol = Loihi, shardable)]
struct FaultyModel {
    s_out: Out<Spike>,
    fault: Fault,
    #[local]
    context: Context,
}

impl LoihiModel for FaultyModel {
    fn start(&mut self) -> lava::Result<()> {
        self.fault.act_in("compile")
    }

    fn run_spk(&mut self) -> lava::Result<()> {
        self.s_out.send_indices(&[1])?;
        match self.context.time_step() {
            50 => self.fault.act_in("step"),
            _ => Ok(()),
        }
    }
}

/// All ranks; in one exchange this one sends messages that are a byte too short.
#[derive(Debug)]
struct Shortened {
    world: World,
    exchanges: AtomicUsize,
}

impl Shortened {
    /// The exchange, which is in the middle of a run.
    const EXCHANGE: usize = 60;

    /// The bytes that are sent in place of `sent`.
    fn shortened(&self, sent: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let mut sent = sent.to_vec();
        if self.exchanges.load(Relaxed) == Shortened::EXCHANGE {
            for message in &mut sent {
                message.pop();
            }
        }
        sent
    }
}

impl Communicator for Shortened {
    fn rank(&self) -> usize {
        self.world.rank()
    }

    fn size(&self) -> usize {
        self.world.size()
    }

    fn post(&self, sent: &[Vec<u8>]) -> Result<(), RankError> {
        self.exchanges.fetch_add(1, Relaxed);
        self.world.post(&self.shortened(sent))
    }

    fn complete(&self, sent: &[Vec<u8>], received: &mut [Vec<u8>]) -> Result<(), RankError> {
        self.world.complete(&self.shortened(sent), received)
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
    let phase = arguments.next().context("name a phase")?;
    let faulty: usize = arguments.next().context("name a rank")?.parse()?;
    let option = arguments.next().unwrap_or_default();
    let (drives, has_nodes) = (option == "drive", option == "nodes");
    let mut world = lava_mpi::world()?.with_timeout(Duration::from_secs(3));
    if has_nodes {
        world = world.with_node_size(2);
    }
    let net = Network::<Loihi1SimCfg>::new();
    if act == "shorten" && world.rank() == faulty {
        net.set_ranks(Shortened {
            world,
            exchanges: AtomicUsize::new(0),
        })?;
    } else {
        net.set_ranks(world)?;
    }
    // A signal arrives some steps later.
    let is_long = act == "interrupt" || phase == "running";
    let steps = if is_long { 1_000_000 } else { 100 };
    let idle = (phase == "idle").then_some(Duration::from_secs(6));
    let is_stop = act == "stop";
    let fault = match net.rank() == faulty {
        true => Fault { act, phase },
        false => Fault::default(),
    };
    let small: [Lif; 4] = [0, 1, 2, 3].map(|number| {
        let small = Lif::shape([256]).bias_mant(1.0).vth(1e9);
        net.add(small.name(format!("small{number}")))
            .expect("it fits")
    });
    let lif = build(&net, &fault, has_nodes)?;
    let later = fault.clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(2));
        later.act_in("running").and(later.act_in("idle"))
    });
    let run = || run(&net, &lif, &fault, steps, idle);
    let ended = match drives {
        true => net.drive(run).map(drop),
        false => run(),
    };
    if let Err(error) = ended {
        println!("rank {}: {error}", net.rank());
    }
    if drives {
        if is_stop {
            // The launcher ends all with the first; the others have something to say, too.
            thread::sleep(Duration::from_secs(3));
        }
        return Ok(());
    }
    let readable = small.iter().filter(|small| small.v.get().is_ok());
    println!("rank {} reads {} of 4", net.rank(), readable.count());
    Ok(())
}

/// Builds the rest of the network: for nodes two areas that are far apart.
fn build(net: &Network<Loihi1SimCfg>, fault: &Fault, has_nodes: bool) -> lava::Result<Lif> {
    let area = || -> lava::Result<Lif> {
        let process: Faulty = net.add(Faulty::fault(fault.clone()))?;
        let projection = Projection::new(1024, 1024).rule(Rule::FixedInDegree(4));
        let sparse: Sparse = net.add(Sparse::projection(projection))?;
        let threshold = if has_nodes { 20.0 } else { 1e9 };
        let lif: Lif = net.add(Lif::shape([1024]).vth(threshold))?;
        process.s_out.connect(&sparse.s_in)?;
        sparse.a_out.connect(&lif.a_in)?;
        Ok(lif)
    };
    let lif = area()?;
    if has_nodes {
        net.set_shards(2)?;
        let other = area()?;
        for (from, to) in [(&lif, &other), (&other, &lif)] {
            let projection = Projection::new(1024, 1024).rule(Rule::FixedInDegree(2));
            let projection = projection.delays(Distribution::Constant(12.0));
            let sparse: Sparse = net.add(Sparse::projection(projection))?;
            from.s_out.connect(&sparse.s_in)?;
            sparse.a_out.connect(&to.a_in)?;
        }
    }
    net.pause_on_ctrl_c()?;
    fault.act_in("build")?;
    Ok(lif)
}

/// Runs the network for 20 steps, and for `steps`; in between it may do nothing for a while.
fn run(
    net: &Network<Loihi1SimCfg>,
    lif: &Lif,
    fault: &Fault,
    steps: u64,
    idle: Option<Duration>,
) -> lava::Result<()> {
    net.run(RunSteps(20))?;
    fault.act_in("between")?;
    idle.into_iter().for_each(thread::sleep);
    if fault.act == "leave" {
        return net.start(RunContinuous);
    }
    if fault.act == "differ" {
        lif.v.get()?;
    }
    net.run(RunSteps(steps))?;
    fault.act_in("fetch")?;
    let sum = lif.v.get()?.sum();
    println!("rank {}: {} steps, v = {sum}", net.rank(), net.time_step());
    let share = &net.rank_shares()?[0];
    if share.node_interval < share.interval {
        let intervals = [share.node_interval, share.interval];
        println!(
            "rank {} exchanges at intervals of {intervals:?}",
            net.rank()
        );
    }
    Ok(())
}
