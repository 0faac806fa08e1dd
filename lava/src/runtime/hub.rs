//! Where models that run by themselves meet: who waits for what, and when a run is over.
//!
//! Whoever takes part is a *party*: each model that runs by itself and, as one, all that run in
//! step. A party does something, or waits for a message or for room for one, or has ended its run.
//! When nobody does anything and nobody has what they wait for, nothing can happen any more: then
//! those who wait for room get it after all (a queue that is too short must not bring a network to
//! a standstill), else those in step get on without the message that they wait for, else the run is
//! over.
//!
//! All of it is under one lock, so that "nothing can happen any more" is a matter of looking.

use std::sync::Arc;
use std::time::Duration;

use super::sync::{Condvar, Deadline, Mutex, MutexGuard, lock, wait, wait_until};

/// What the parties of a network share.
pub(crate) struct Hub {
    state: Mutex<State>,
    /// By party: rings when it should look again at what it waits for.
    bells: Box<[Condvar]>,
    /// Rings when all have ended their run.
    gone: Condvar,
}

struct State {
    /// Those that run in step are the last.
    parties: Vec<Party>,
    flows: Vec<Flow>,
    /// Whether all are to come to an end.
    ending: bool,
    /// Whether nothing can happen any more.
    over: bool,
    cleared: u64,
}

struct Party {
    standing: Standing,
    /// It gets what it waits for, or gets on without it.
    granted: bool,
    /// It knows that the run is to end.
    knows: bool,
    /// How often it has begun something else, for the watchdog.
    moves: u64,
}

enum Standing {
    /// It has ended its run.
    Away,
    Busy,
    Waits {
        want: Want,
        /// No longer than a while.
        timed: bool,
    },
}

/// The queues that feed a port: a message of each makes one of the port.
pub(crate) type Feeds = Arc<[usize]>;

/// What a party waits for.
pub(crate) enum Want {
    /// A message for one of these ports.
    Message(Box<[Feeds]>),
    /// Room in a queue.
    Room(usize),
}

/// The queue of one connection, as far as its messages are counted.
struct Flow {
    from: usize,
    to: usize,
    len: usize,
    capacity: usize,
}

/// How waiting ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waited {
    /// There is what was waited for.
    Ready,
    /// There is not, and others wait too: get on.
    Granted,
    /// The run is over, or those in step are asked to end it.
    Over,
    /// It was not there in time.
    TimedOut,
}

/// What a party is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doing {
    Nothing,
    Running,
    Receiving,
    Sending,
}

impl Hub {
    /// For so many models that run by themselves, and queues each from one party to another, of a
    /// capacity. The party of those in step has the number after the last.
    pub(crate) fn new(models: usize, queues: impl Iterator<Item = (usize, usize, usize)>) -> Hub {
        let party = |_| Party {
            standing: Standing::Away,
            granted: false,
            knows: false,
            moves: 0,
        };
        let flow = |(from, to, capacity)| Flow {
            from,
            to,
            len: 0,
            capacity,
        };
        let parties: Vec<Party> = (0..=models).map(party).collect();
        Hub {
            bells: parties.iter().map(|_| Condvar::new()).collect(),
            state: Mutex::new(State {
                parties,
                flows: queues.map(flow).collect(),
                ending: false,
                over: true,
                cleared: 0,
            }),
            gone: Condvar::new(),
        }
    }

    /// The party of those that run in step.
    pub(crate) fn in_step(&self) -> usize {
        self.bells.len() - 1
    }

    /// Begins a run of all models; whether some run `in_step`.
    pub(crate) fn begin(&self, in_step: bool) {
        let state = &mut *lock(&self.state);
        (state.ending, state.over) = (false, false);
        for party in &mut state.parties {
            party.standing = Standing::Busy;
            (party.granted, party.knows) = (false, false);
        }
        if let Some(last) = state.parties.last_mut().filter(|_| !in_step) {
            last.standing = Standing::Away;
        }
    }

    /// Asks all to come to an end.
    pub(crate) fn end(&self) {
        lock(&self.state).ending = true;
        self.ring_all();
    }

    /// Whether all are to come to an end; `party` knows it from now on.
    pub(crate) fn is_ending(&self, party: usize) -> bool {
        let state = &mut *lock(&self.state);
        state.parties[party].knows |= state.ending;
        state.ending
    }

    /// A party has ended its run.
    pub(crate) fn leave(&self, party: usize) {
        let state = &mut *lock(&self.state);
        let is_last = party == self.in_step();
        state.ending |= is_last;
        state.parties[party].knows |= is_last;
        state.parties[party].standing = Standing::Away;
        self.look(state);
        if state.parties.iter().all(Party::is_away) {
            self.gone.notify_all();
        }
        // Whoever waits for room in its queues waits no longer.
        self.ring_all();
    }

    /// Waits until every party has ended its run.
    pub(crate) fn join(&self) {
        let mut state = lock(&self.state);
        while !state.parties.iter().all(Party::is_away) {
            state = wait(&self.gone, state);
        }
    }

    /// A queue is empty. What has been peeked at is forgotten.
    pub(crate) fn clear(&self, queue: usize) {
        let state = &mut *lock(&self.state);
        state.flows[queue].len = 0;
        state.cleared += 1;
    }

    /// How often queues were cleared.
    pub(crate) fn cleared(&self) -> u64 {
        lock(&self.state).cleared
    }

    /// Whether one of the ports has a message.
    pub(crate) fn has_message(&self, ports: &[Feeds]) -> bool {
        lock(&self.state).has_message(ports)
    }

    /// Waits for a message for one of the ports.
    pub(crate) fn await_message(
        &self,
        party: usize,
        ports: &[Feeds],
        timeout: Option<Duration>,
    ) -> Waited {
        let state = lock(&self.state);
        match state.has_message(ports) {
            true => Waited::Ready,
            false => {
                self.wait(state, party, Want::Message(ports.into()), timeout)
                    .1
            }
        }
    }

    /// Waits for room in a queue. Returns whether its message is kept: what nobody will take is not.
    pub(crate) fn await_room(&self, party: usize, queue: usize) -> bool {
        let state = lock(&self.state);
        let (state, waited) = match state.has_room(queue) {
            true => (state, Waited::Ready),
            false => self.wait(state, party, Want::Room(queue), None),
        };
        let flow = &state.flows[queue];
        let receiver = &state.parties[flow.to];
        let ignored = receiver.is_away() && !receiver.knows;
        waited == Waited::Granted || flow.len < flow.capacity || !ignored
    }

    /// A message has been put into a queue.
    pub(crate) fn arrived(&self, queue: usize) {
        let state = &mut *lock(&self.state);
        let flow = &mut state.flows[queue];
        flow.len += 1;
        self.bells[flow.to].notify_one();
    }

    /// Takes a message from the count of a queue, if there is one.
    pub(crate) fn take(&self, queue: usize) -> bool {
        let state = &mut *lock(&self.state);
        let flow = &mut state.flows[queue];
        let taken = flow.len > 0;
        flow.len -= usize::from(taken);
        self.bells[flow.from].notify_one();
        taken
    }

    /// What each party is at, and how often it has begun something else.
    pub(crate) fn activities(&self) -> Vec<(u64, Doing)> {
        let state = lock(&self.state);
        let parties = state.parties.iter();
        parties.map(|party| (party.moves, party.doing())).collect()
    }

    fn wait<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        party: usize,
        want: Want,
        timeout: Option<Duration>,
    ) -> (MutexGuard<'a, State>, Waited) {
        let deadline = timeout.and_then(Deadline::after);
        let for_room = matches!(want, Want::Room(_));
        let timed = deadline.is_some();
        state.parties[party].move_on(Standing::Waits { want, timed });
        self.look(&mut state);
        let mut late = false;
        let waited = loop {
            let in_step = party == self.in_step();
            if state.has_what_it_wants(party) {
                break Waited::Ready;
            }
            let ended = in_step && state.ending;
            if !for_room && (state.over || ended) {
                break Waited::Over;
            }
            if state.parties[party].granted || ended {
                break Waited::Granted;
            }
            if late {
                break Waited::TimedOut;
            }
            let bell = &self.bells[party];
            (state, late) = match deadline {
                None => (wait(bell, state), false),
                Some(deadline) => wait_until(bell, state, deadline),
            };
        };
        let me = &mut state.parties[party];
        me.granted = false;
        me.knows |= waited == Waited::Over;
        me.move_on(Standing::Busy);
        (state, waited)
    }

    /// Looks whether nothing can happen any more, and sees to it that something does.
    fn look(&self, state: &mut State) {
        let parties = 0..state.parties.len();
        let stands = |party: usize| match &state.parties[party].standing {
            Standing::Away => true,
            Standing::Busy => false,
            Standing::Waits { .. } => {
                !state.parties[party].granted && !state.has_what_it_wants(party)
            }
        };
        if state.over || !parties.clone().all(stands) {
            return;
        }
        let wants_room: Vec<usize> = parties
            .filter(|party| state.parties[*party].doing() == Doing::Sending)
            .collect();
        let in_step = self.in_step();
        if !wants_room.is_empty() {
            self.grant(state, &wants_room);
        } else if state.parties[in_step].doing() == Doing::Receiving {
            // Whoever gives up waiting may yet send something.
            if !state.parties.iter().any(Party::is_timed) {
                self.grant(state, &[in_step]);
            }
        } else {
            state.over = true;
            self.ring_all();
        }
    }

    fn grant(&self, state: &mut State, parties: &[usize]) {
        for &party in parties {
            state.parties[party].granted = true;
            self.bells[party].notify_one();
        }
    }

    fn ring_all(&self) {
        self.bells.iter().for_each(Condvar::notify_one);
    }
}

impl State {
    fn has_message(&self, ports: &[Feeds]) -> bool {
        let has = |queue: &usize| self.flows[*queue].len > 0;
        ports.iter().any(|feeds| feeds.iter().all(has))
    }

    fn has_room(&self, queue: usize) -> bool {
        let flow = &self.flows[queue];
        flow.len < flow.capacity || self.parties[flow.to].is_away()
    }

    fn has_what_it_wants(&self, party: usize) -> bool {
        match &self.parties[party].standing {
            Standing::Away | Standing::Busy => true,
            Standing::Waits { want, .. } => match want {
                Want::Message(ports) => self.has_message(ports),
                Want::Room(queue) => self.has_room(*queue),
            },
        }
    }
}

impl Party {
    fn is_away(&self) -> bool {
        matches!(self.standing, Standing::Away)
    }

    fn is_timed(&self) -> bool {
        matches!(self.standing, Standing::Waits { timed: true, .. })
    }

    fn move_on(&mut self, standing: Standing) {
        self.standing = standing;
        self.moves += 1;
    }

    fn doing(&self) -> Doing {
        match &self.standing {
            Standing::Away => Doing::Nothing,
            Standing::Busy => Doing::Running,
            Standing::Waits { want, .. } => match want {
                Want::Message(_) => Doing::Receiving,
                Want::Room(_) => Doing::Sending,
            },
        }
    }
}
