//! The models that most of the tests use.

use lava::prelude::*;

use crate::support::flat;

/// Sends 1, 2, 3, …: `each` numbers a run, or, if negative, as many as it can.
#[process]
pub(super) struct Counter {
    #[port(shape = [1])]
    pub(super) s_out: OutPort<i32>,
    #[var(scalar)]
    pub(super) each: Var<i32>,
    #[var(scalar, init = 0)]
    pub(super) count: Var<i32>,
}

#[implements(proc = Counter, protocol = Async)]
struct CounterModel {
    s_out: AsyncOut<i32>,
    each: i32,
    count: i32,
}

impl AsyncModel for CounterModel {
    fn run_async(&mut self, run: &AsyncRun<'_>) -> lava::Result<()> {
        let mut left = self.each;
        while left > 0 || left < 0 && !run.is_ending() {
            self.count += 1;
            self.s_out.send_slice(&[self.count])?;
            left -= 1;
        }
        Ok(())
    }
}

/// Number of messages that a log keeps.
pub(super) const LOG: usize = 1000;

/// Notes what it receives, until there is nothing more.
#[process]
pub(super) struct Log {
    #[port(shape = [1])]
    pub(super) a_in: InPort<i32>,
    #[var(shape = [LOG], init = 0)]
    pub(super) seen: Var<i32>,
    #[var(scalar, init = 0)]
    pub(super) count: Var<i32>,
}

#[implements(proc = Log, protocol = Async)]
struct LogModel {
    a_in: AsyncIn<i32>,
    seen: ArrayD<i32>,
    count: i32,
}

impl AsyncModel for LogModel {
    fn run_async(&mut self, _: &AsyncRun<'_>) -> lava::Result<()> {
        while let Some(message) = self.a_in.recv() {
            self.seen[self.count as usize] = message[0];
            self.count += 1;
        }
        Ok(())
    }
}

/// The entries of a log.
pub(super) fn noted(log: &Log) -> lava::Result<Vec<i32>> {
    let count = log.count.get()?;
    Ok(flat(log.seen.get()?)[..count as usize].to_vec())
}

/// Sends back what it receives, plus one.
#[process]
pub(super) struct Echo {
    #[port(shape = [1])]
    pub(super) a_in: InPort<i32>,
    #[port(shape = [1])]
    pub(super) a_out: OutPort<i32>,
}

#[implements(proc = Echo, protocol = Async)]
struct EchoModel {
    a_in: AsyncIn<i32>,
    a_out: AsyncOut<i32>,
}

impl AsyncModel for EchoModel {
    fn run_async(&mut self, _: &AsyncRun<'_>) -> lava::Result<()> {
        while let Some(message) = self.a_in.recv() {
            let next = message[0] + 1;
            self.a_out.send_slice(&[next])?;
        }
        Ok(())
    }
}

/// Receives one message a run.
#[process]
pub(super) struct Lazy {
    #[port(shape = [1])]
    pub(super) a_in: InPort<i32>,
    #[var(scalar, init = 0)]
    pub(super) last: Var<i32>,
}

#[implements(proc = Lazy, protocol = Async)]
struct LazyModel {
    a_in: AsyncIn<i32>,
    last: i32,
}

impl AsyncModel for LazyModel {
    fn run_async(&mut self, _: &AsyncRun<'_>) -> lava::Result<()> {
        self.last = self.a_in.recv().map_or(0, |message| message[0]);
        Ok(())
    }
}
