//! Ref-ports: reading and writing the Vars of other processes.

use lava::prelude::*;
use lava::proc::Lif;
use ndarray::{ArrayD, arr1, arr2};

use crate::support::loihi;

/// Counts, and offers its count.
#[process]
pub struct Holder {
    #[var(init = 0.0)]
    x: Var<f32>,
    #[port(var = x)]
    x_port: VarPort<f32>,
    #[var(init = 0.0, private)]
    secret: Var<f32>,
    #[var(init = 0.0, range = 0.0..=10.0)]
    narrow: Var<f32>,
    /// Number of times that the model was told of a written Var.
    #[var(scalar, init = 0)]
    updates: Var<i32>,
}

#[implements(proc = Holder, protocol = Loihi)]
struct HolderModel {
    x: ArrayD<f32>,
    x_port: Exposed,
    secret: Vec<f32>,
    narrow: Vec<f32>,
    updates: i32,
}

impl LoihiModel for HolderModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.x += 1.0;
        Ok(())
    }

    fn on_var_update(&mut self, _: &str) -> lava::Result<()> {
        self.updates += 1;
        Ok(())
    }
}

/// Adds to a Var in some phases, and keeps what it read.
#[process]
pub struct Adder {
    target: RefPort<f32>,
    #[var(init = -1.0)]
    seen: Var<f32>,
    #[param]
    amount: Param<f32>,
    #[param(default = 1)]
    every: Param<u64>,
    #[param(default = false)]
    before_learning: Param<bool>,
}

#[implements(proc = Adder, protocol = Loihi)]
struct AdderModel {
    target: VarRef<f32>,
    seen: Vec<f32>,
    amount: f32,
    every: u64,
    before_learning: bool,
    #[local]
    context: Context,
}

impl AdderModel {
    fn add(&mut self, remote: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.seen.copy_from_slice(self.target.read_slice(remote));
        let sum = &self.target.read(remote) + self.amount;
        self.target.write(remote, &sum)
    }
}

impl LoihiModel for AdderModel {
    fn pre_guard(&self) -> bool {
        self.before_learning
    }

    fn lrn_guard(&self) -> bool {
        self.before_learning
    }

    fn run_pre_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.add(remote)
    }

    fn post_guard(&self) -> bool {
        !self.before_learning && self.context.time_step().is_multiple_of(self.every)
    }

    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.add(remote)
    }
}

#[test]
fn what_is_written_is_there_in_the_next_step() -> lava::Result<()> {
    let net = loihi();
    let holder: Holder = net.add(Holder::shape([2]))?;
    let adder: Adder = net.add(Adder::shape([2]).amount(10.0).every(3))?;
    adder.target.connect(&holder.x_port)?;
    let (x, seen) = (net.probe(&holder.x)?, net.probe(&adder.seen)?);
    net.run(RunSteps(7))?;
    let first = |data: ArrayD<f32>| data.columns().into_iter().next().map(|c| c.to_vec());
    let written = vec![1.0, 2.0, 13.0, 14.0, 15.0, 26.0, 27.0];
    assert_eq!(first(x.data()), Some(written));
    let read = vec![-1.0, -1.0, 3.0, 3.0, 3.0, 16.0, 16.0];
    assert_eq!(
        first(seen.data()),
        Some(read),
        "after the spike phase of its step"
    );
    assert_eq!(holder.updates.get()?, 2, "the owner is told");
    Ok(())
}

#[test]
fn several_take_turns_in_the_order_in_which_they_were_added() -> lava::Result<()> {
    for workers in [1, 2, 3] {
        let net = loihi();
        net.set_workers(workers)?;
        let adders: Vec<Adder> = [1.0, 2.0, 4.0]
            .into_iter()
            .map(|amount| net.add(Adder::shape([2]).amount(amount)))
            .collect::<lava::Result<_>>()?;
        for _ in 0..4 {
            let _: Lif = net.add(Lif::shape([300]))?;
        }
        let holder: Holder = net.add(Holder::shape([2]))?;
        for adder in adders.iter().rev() {
            adder.target.connect_var(&holder.x)?;
        }
        net.run(RunSteps(1))?;
        let seen: Vec<f32> = adders
            .iter()
            .map(|adder| Ok(adder.seen.get()?[0]))
            .collect::<lava::Result<_>>()?;
        assert_eq!(seen, [1.0, 2.0, 4.0], "on {workers} workers");
        assert_eq!(holder.x.get()?[0], 8.0);
    }
    Ok(())
}

#[test]
fn the_pre_management_phase_comes_before_the_post_management_phase() -> lava::Result<()> {
    let net = loihi();
    let post: Adder = net.add(Adder::shape([2]).amount(100.0))?;
    let pre: Adder = net.add(Adder::shape([2]).amount(10.0).before_learning(true))?;
    let holder: Holder = net.add(Holder::shape([2]))?;
    pre.target.connect_var(&holder.x)?;
    post.target.connect_var(&holder.x)?;
    net.run(RunSteps(1))?;
    assert_eq!(pre.seen.get()?[0], 1.0);
    assert_eq!(post.seen.get()?[0], 11.0);
    assert_eq!(holder.x.get()?[0], 111.0);
    Ok(())
}

#[test]
fn values_pass_through_reshapes_and_transpositions_both_ways() -> lava::Result<()> {
    let net = loihi();
    let holder: Holder = net.add(Holder::shape([2, 3]).x([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]))?;
    let adder: Adder = net.add(Adder::shape([6]).amount(10.0))?;
    adder
        .target
        .reshape([3, 2])
        .transpose([1, 0])
        .connect_var(&holder.x)?;
    net.run(RunSteps(1))?;
    // The Var's columns, one after the other.
    let seen = arr1(&[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]).into_dyn();
    assert_eq!(adder.seen.get()?, seen);
    let x = arr2(&[[11.0, 12.0, 13.0], [14.0, 15.0, 16.0]]).into_dyn();
    assert_eq!(holder.x.get()?, x);
    Ok(())
}

#[test]
fn a_large_population_is_not_cut_where_a_ref_port_reads_it() -> lava::Result<()> {
    let net = loihi();
    net.set_workers(4)?;
    let lif: Lif = net.add(Lif::shape([5000]).bias_mant(0.5).vth(100.0))?;
    let adder: Adder = net.add(Adder::shape([5000]).amount(1.0))?;
    adder.target.connect_var(&lif.v)?;
    net.run(RunSteps(4))?;
    assert_eq!(lif.v.get()?.sum(), 5000.0 * 4.0 * 1.5);
    Ok(())
}

#[test]
fn without_a_connection_there_are_zeros() -> lava::Result<()> {
    let net = loihi();
    let adder: Adder = net.add(Adder::shape([2]).amount(1.0))?;
    net.run(RunSteps(2))?;
    assert_eq!(adder.seen.get()?, arr1(&[0.0, 0.0]).into_dyn());
    Ok(())
}

#[test]
fn wrong_connections_are_refused_and_named() -> lava::Result<()> {
    let net = loihi();
    let holder: Holder = net.add(Holder::shape([2]).name("holder"))?;
    let adder: Adder = net.add(Adder::shape([2]).amount(1.0).name("adder"))?;
    let wide: Adder = net.add(Adder::shape([3]).amount(1.0).name("wide"))?;
    let message = |result: lava::Result<()>| result.unwrap_err().to_string();
    let error = message(wide.target.connect_var(&holder.x));
    assert!(
        error.contains("`wide.target` [3]") && error.contains("`holder.x` [2]"),
        "{error}"
    );
    let error = message(adder.target.connect_var(&holder.secret));
    assert!(error.contains("`private`"), "{error}");
    let error = message(adder.target.connect_var(&adder.seen));
    assert!(error.contains("its own process"), "{error}");
    let error = message(wide.target.reshape([2]).connect_var(&holder.x));
    assert!(error.contains("3 elements are not 2"), "{error}");
    let error = message(wide.target.transpose([1]).connect_var(&holder.x));
    assert!(error.contains("name each of its 1 axes once"), "{error}");
    let other = loihi();
    let stranger: Holder = other.add(Holder::shape([2]))?;
    let error = message(adder.target.connect(&stranger.x_port));
    assert!(error.contains("different networks"), "{error}");
    adder.target.connect_var(&holder.x)?;
    let error = message(adder.target.connect_var(&holder.narrow));
    assert!(error.contains("connected already"), "{error}");
    net.run(RunSteps(1))?;
    let error = message(wide.target.connect_var(&holder.x));
    assert!(
        error.contains("before the first run") || error.contains("[3]"),
        "{error}"
    );
    Ok(())
}

#[test]
fn a_value_that_the_var_does_not_accept_stops_the_network_and_is_not_written() -> lava::Result<()> {
    let net = loihi();
    let holder: Holder = net.add(Holder::shape([2]).name("holder"))?;
    let adder: Adder = net.add(Adder::shape([2]).amount(6.0).name("adder"))?;
    adder.target.connect_var(&holder.narrow)?;
    let error = net.run(RunSteps(5)).unwrap_err().to_string();
    for part in [
        "`adder`",
        "run_post_mgmt",
        "step 2",
        "adder.target.narrow",
        "12.0",
    ] {
        assert!(error.contains(part), "{error} does not say {part}");
    }
    assert_eq!(holder.narrow.get()?[0], 6.0);
    Ok(())
}

/// Passes a ref-port on to the process inside, and its Var out.
#[process]
pub struct Wrapper {
    #[port(shape = [2])]
    target: RefPort<f32>,
    #[var(shape = [2], init = 0.0)]
    seen: Var<f32>,
}

#[implements(proc = Wrapper, protocol = Loihi, sub_model)]
struct WrapperModel;

impl SubModel for WrapperModel {
    type Process = Wrapper;
    type Config = Loihi1SimCfg;

    fn build(outer: &Wrapper, net: &Network<Loihi1SimCfg>) -> lava::Result<WrapperExports> {
        network! { inside net, outer: Wrapper;
            adder: Adder = Adder::shape([2]).amount(1.0);
            outer.target = adder.target;
            outer.seen = adder.seen;
        }
    }
}

#[test]
fn references_pass_through_hierarchies() -> lava::Result<()> {
    let net = loihi();
    let (left, right): (Wrapper, Wrapper) = (net.add(Wrapper::new())?, net.add(Wrapper::new())?);
    let holder: Holder = net.add(Holder::shape([2]))?;
    left.target.connect(&holder.x_port)?;
    right.target.connect_var(&left.seen)?;
    net.run(RunSteps(1))?;
    assert_eq!(holder.x.get()?[0], 2.0);
    assert_eq!(right.seen.get()?[0], 1.0, "what the left one saw, after it");
    assert_eq!(left.seen.get()?[0], 2.0);
    Ok(())
}
