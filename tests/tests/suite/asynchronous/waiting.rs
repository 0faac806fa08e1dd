//! Models that wait for several ports, and that look before they receive.

use std::time::Duration;

use lava::prelude::*;
use lava::proc::Source;

use super::models::Counter;
use crate::support::{column, flat, loihi};

/// Takes messages from two ports as they come.
#[process]
struct Planner {
    #[port(shape = [1])]
    urgent: InPort<i32>,
    #[port(shape = [1])]
    usual: InPort<i32>,
    #[var(shape = [2], init = 0)]
    counts: Var<i32>,
    #[var(scalar, init = 0)]
    late: Var<i32>,
}

#[implements(proc = Planner, protocol = Async)]
struct PlannerModel {
    urgent: AsyncIn<i32>,
    usual: AsyncIn<i32>,
    counts: ArrayD<i32>,
    late: i32,
}

impl AsyncModel for PlannerModel {
    fn run_async(&mut self, run: &AsyncRun<'_>) -> lava::Result<()> {
        while let Some(port) = run.select(&[&self.urgent, &self.usual]) {
            let message = match port {
                0 => self.urgent.recv(),
                _ => self.usual.recv(),
            };
            self.counts[port] += message.map_or(0, |message| message[0]);
        }
        let none = run.select_timeout(&[&self.usual], Duration::from_millis(1));
        self.late += i32::from(none.is_some());
        Ok(())
    }
}

#[test]
fn select_waits_for_any_of_several_ports() -> lava::Result<()> {
    let net = loihi();
    let urgent: Counter = net.add(Counter::each(10).asynchronous())?;
    let usual: Source<i32> = net.add(Source::data(column(&[100, 200])))?;
    let planner: Planner = net.add(Planner::new().asynchronous())?;
    urgent.s_out.connect(&planner.urgent)?;
    usual.s_out.connect(&planner.usual)?;
    net.run(RunSteps(2))?;
    assert_eq!(flat(planner.counts.get()?), [55, 300]);
    assert_eq!(planner.late.get()?, 0);
    Ok(())
}

/// Looks at messages before it receives them, and for how long there are none.
#[process]
struct Careful {
    #[port(shape = [1])]
    a_in: InPort<i32>,
    #[var(shape = [5], init = 0)]
    found: Var<i32>,
}

#[implements(proc = Careful, protocol = Async)]
struct CarefulModel {
    a_in: AsyncIn<i32>,
    found: ArrayD<i32>,
}

impl AsyncModel for CarefulModel {
    fn run_async(&mut self, run: &AsyncRun<'_>) -> lava::Result<()> {
        let none = self.a_in.recv_timeout(Duration::from_millis(1)).is_none();
        assert!(none && !self.a_in.probe() && self.a_in.peek().is_none());
        assert!(self.a_in.try_recv().is_none());
        run.stop();
        Ok(())
    }
}

/// The same with messages.
#[implements(proc = Careful, protocol = Async, alternative)]
struct GreedyModel {
    a_in: AsyncIn<i32>,
    found: ArrayD<i32>,
}

impl AsyncModel for GreedyModel {
    fn run_async(&mut self, run: &AsyncRun<'_>) -> lava::Result<()> {
        let first = run.select(&[&self.a_in]).is_some() && self.a_in.probe();
        self.found[0] = i32::from(first);
        self.found[1] = self.a_in.peek().map_or(0, |message| message[0]);
        self.found[2] = self.a_in.peek().map_or(0, |message| message[0]);
        self.found[3] = self.a_in.recv().map_or(0, |message| message[0]);
        let long = Duration::from_secs(60);
        self.found[4] = self.a_in.recv_timeout(long).map_or(0, |second| second[0]);
        Ok(())
    }
}

#[test]
fn where_there_are_no_messages_none_is_found() -> lava::Result<()> {
    let net = loihi();
    let counter: Counter = net.add(Counter::each(0).asynchronous())?;
    let careful: Careful = net.add(Careful::new().asynchronous())?;
    counter.s_out.connect(&careful.a_in)?;
    net.run(RunSteps(1))
}

#[test]
fn a_message_that_is_looked_at_is_still_there() -> lava::Result<()> {
    let net = loihi();
    let counter: Counter = net.add(Counter::each(2).asynchronous())?;
    let careful: Careful = net.add(Careful::new().with_model::<GreedyModel>())?;
    counter.s_out.connect(&careful.a_in)?;
    net.run(RunSteps(1))?;
    assert_eq!(flat(careful.found.get()?), [1, 1, 1, 1, 2]);
    Ok(())
}
