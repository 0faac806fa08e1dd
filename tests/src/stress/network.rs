//! The networks under stress.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use lava::channel::{self, Receiver, Sender};
use lava::prelude::*;
use lava::proc::Sink;
use lava::proc::io::{Empty, Extractor, Full, Injector};
use ndarray::arr1;

use super::Random;
use super::operations::{self, Operation};

/// The parts of a network that models and threads share.
#[derive(Default)]
pub struct Subject {
    handles: Mutex<Option<Handles>>,
    /// The steps that its first process has made.
    pub(super) steps: AtomicU64,
    /// The numbers of calls of `stop`, and of those that have returned.
    pub(super) is_stop_asked: AtomicBool,
    pub(super) is_stopped: AtomicBool,
    /// A run was asked for.
    pub(super) is_run_asked: AtomicBool,
    /// A model has failed.
    pub(super) is_failed: AtomicBool,
    /// The callbacks that were registered.
    pub(super) callbacks: AtomicU64,
    /// The steps at the return of the first `stop`.
    stopped_at: Mutex<Option<u64>>,
    /// The number of calls of models.
    calls: AtomicU64,
    /// The threads that may have a copy of the handles.
    users: AtomicU64,
}

/// The handles of a network.
#[derive(Clone)]
pub(super) struct Handles {
    pub(super) net: Network<Loihi1SimCfg>,
    pub(super) tick: Tick,
    pub(super) other: Tick,
    pub(super) sink: Sink<i32>,
    pub(super) ends: Arc<Ends>,
    pub(super) subject: Arc<Subject>,
}

/// The ends of the network's channels.
pub(super) struct Ends {
    send: Sender<i32>,
    receive: Receiver<i32>,
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject")
    }
}

impl Subject {
    /// A copy of the handles, unless they were dropped.
    pub(super) fn handles(&self) -> Option<Handles> {
        lock(&self.handles).clone()
    }

    /// Notes that a stop has returned.
    pub(super) fn note_stopped(&self) {
        let steps = self.steps.load(SeqCst);
        let mut stopped_at = lock(&self.stopped_at);
        let first = *stopped_at.get_or_insert(steps);
        assert_eq!(first, steps, "a step is made after a stop");
        self.is_stopped.store(true, SeqCst);
    }

    /// Checks that no step was made after the stop, if there was one.
    pub(super) fn check_stopped(&self) {
        if let Some(steps) = *lock(&self.stopped_at) {
            assert_eq!(
                self.steps.load(SeqCst),
                steps,
                "a step is made after a stop"
            );
        }
    }

    /// Does what a model does now and then: uses its own network, or fails.
    fn call(&self, is_tick: bool) -> lava::Result<()> {
        let call = self.calls.fetch_add(1, SeqCst);
        if is_tick {
            self.steps.fetch_add(1, SeqCst);
        }
        let mut random = Random::new(call.wrapping_mul(0x5851_F42D_4C95_7F2D));
        match random.below(400) {
            0 => {
                self.is_failed.store(true, SeqCst);
                Err(lava::Error::model("a failure under stress"))
            }
            1..20 => {
                let Some(handles) = self.handles() else {
                    return Ok(());
                };
                operations::call_inside(self, &handles, &mut random);
                // The handles of this copy may be the last.
                drop(handles);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// The network of the moment.
pub(super) struct World {
    workers: usize,
    random: Mutex<Random>,
    subject: Mutex<Arc<Subject>>,
    /// Networks that some threads still use: they are fed until then.
    retired: Mutex<Vec<(Arc<Subject>, Handles)>>,
    networks: AtomicU64,
    feeds: AtomicU64,
}

impl World {
    pub(super) fn new(seed: u64, workers: usize) -> World {
        let world = World {
            workers,
            random: Mutex::new(Random::new(!seed)),
            subject: Mutex::default(),
            retired: Mutex::default(),
            networks: AtomicU64::new(0),
            feeds: AtomicU64::new(0),
        };
        world.renew();
        world
    }

    pub(super) fn networks(&self) -> u64 {
        self.networks.load(SeqCst)
    }

    fn subject(&self) -> Arc<Subject> {
        Arc::clone(&lock(&self.subject))
    }

    /// Puts a new network in the place of the present one.
    fn renew(&self) {
        self.networks.fetch_add(1, SeqCst);
        let kind = lock(&self.random).next();
        let subject = Arc::new(Subject::default());
        let handles = network(&subject, kind, self.workers).expect("it is built");
        *lock(&subject.handles) = Some(handles);
        let before = std::mem::replace(&mut *lock(&self.subject), subject);
        before.check_stopped();
        self.retire(&before, 0);
    }

    /// Drops the handles of a network, once no other thread needs it to go on; `own` is 1 if the
    /// current thread is counted among them.
    fn retire(&self, subject: &Arc<Subject>, own: u64) {
        let handles = lock(&subject.handles).take();
        let Some(handles) = handles else {
            return;
        };
        if subject.users.load(SeqCst) > own {
            lock(&self.retired).push((Arc::clone(subject), handles));
        }
    }

    /// Makes an operation; returns its outcome in a word.
    pub(super) fn make(&self, operation: Operation, random: &mut Random) -> String {
        let subject = self.subject();
        // The handles are copied after the thread is counted.
        subject.users.fetch_add(1, SeqCst);
        let handles = subject.handles();
        let outcome = match &handles {
            None => "renewed".to_owned(),
            Some(_) if operation == Operation::Drop => {
                self.retire(&subject, 1);
                "ok".to_owned()
            }
            Some(handles) => operation.make(&subject, handles, random),
        };
        let is_renewed = handles.is_none();
        drop(handles);
        subject.users.fetch_sub(1, SeqCst);
        if is_renewed {
            self.renew();
        }
        let is_old = subject.is_stopped.load(SeqCst) || subject.is_failed.load(SeqCst);
        if is_old && random.below(8) == 0 {
            self.renew();
        }
        outcome
    }

    /// Feeds and empties the channels, and now and then ends a run that has no end.
    pub(super) fn feed(&self) {
        let is_pausing = self.feeds.fetch_add(1, SeqCst).is_multiple_of(50);
        let retired = lock(&self.retired).clone();
        retired
            .iter()
            .for_each(|(_, handles)| handles.feed(is_pausing));
        drop(retired);
        let is_unused = |retired: &mut (Arc<Subject>, Handles)| retired.0.users.load(SeqCst) == 0;
        let unused: Vec<_> = lock(&self.retired).extract_if(.., is_unused).collect();
        drop(unused);
        if let Some(handles) = self.subject().handles() {
            handles.feed(is_pausing);
        }
    }

    /// Stops the last network.
    pub(super) fn end(&self) {
        let subject = self.subject();
        if let Some(handles) = subject.handles() {
            Operation::Stop.make(&subject, &handles, &mut Random::new(0));
        }
        subject.check_stopped();
        self.retire(&subject, 0);
        lock(&self.retired).clear();
    }
}

impl Handles {
    /// Sends a message, receives one, and ends the run if there is one.
    fn feed(&self, is_pausing: bool) {
        // The network may have been stopped.
        let _ = self.ends.send.try_send(&arr1(&[1]));
        self.ends.receive.try_recv();
        if is_pausing {
            let _ = self.net.pause();
        }
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A network with processes of every timing; `kind` chooses among the connections.
fn network(subject: &Arc<Subject>, kind: u64, workers: usize) -> lava::Result<Handles> {
    let net = Network::new();
    net.set_workers(workers)?;
    let tick = net.add(
        Tick::subject(Arc::clone(subject))
            .is_first(true)
            .name("tick"),
    )?;
    let other = net.add(Tick::subject(Arc::clone(subject)).is_first(false))?;
    tick.out.connect(&other.input)?;
    let (send, source) = channel::bounded([1], 4);
    let (target, receive) = channel::bounded([1], 4);
    let when_empty = if kind & 1 == 0 {
        Empty::Wait
    } else {
        Empty::Zeros
    };
    let input: Injector<i32> = net.add(Injector::source(source).when_empty(when_empty))?;
    let when_full = if kind & 2 == 0 {
        Full::Wait
    } else {
        Full::Drop
    };
    let output: Extractor<i32> = net.add(Extractor::target(target).when_full(when_full))?;
    let sink: Sink<i32> = net.add(Sink::shape([1]).steps(4))?;
    input.s_out.connect(&sink.a_in)?;
    other.out.connect(&output.a_in)?;
    if kind & 4 == 0 {
        let relay = net.add(Relay::subject(Arc::clone(subject)).asynchronous())?;
        tick.out.connect(&relay.input)?;
        if kind & 8 == 0 {
            relay.out.waiting().connect(&sink.a_in)?;
        } else {
            relay.out.connect(&sink.a_in)?;
        }
    }
    if kind & 16 == 0 {
        let detached = net.add(
            Tick::subject(Arc::clone(subject))
                .is_first(false)
                .detached(),
        )?;
        tick.out.connect(&detached.input)?;
    }
    Ok(Handles {
        net,
        tick,
        other,
        sink,
        ends: Arc::new(Ends { send, receive }),
        subject: Arc::clone(subject),
    })
}

/// Sends the number of its step.
#[process]
pub(super) struct Tick {
    #[param]
    subject: Param<Arc<Subject>>,
    #[param]
    is_first: Param<bool>,
    #[port(shape = [1])]
    pub(super) input: InPort<i32>,
    #[port(shape = [1])]
    pub(super) out: OutPort<i32>,
    #[var(shape = [1], init = 0)]
    pub(super) x: Var<i32>,
}

#[implements(proc = Tick, protocol = Loihi)]
struct TickModel {
    subject: Arc<Subject>,
    is_first: bool,
    input: In<i32>,
    out: Out<i32>,
    x: ArrayD<i32>,
}

impl LoihiModel for TickModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.x += 1;
        self.input.recv();
        self.out.send(&self.x)?;
        self.subject.call(self.is_first)
    }
}

/// Passes on what it receives.
#[process]
pub(super) struct Relay {
    #[param]
    subject: Param<Arc<Subject>>,
    #[port(shape = [1])]
    input: InPort<i32>,
    #[port(shape = [1])]
    out: OutPort<i32>,
}

#[implements(proc = Relay, protocol = Async)]
struct RelayModel {
    subject: Arc<Subject>,
    input: AsyncIn<i32>,
    out: AsyncOut<i32>,
}

impl AsyncModel for RelayModel {
    fn run_async(&mut self, _: &AsyncRun<'_>) -> lava::Result<()> {
        while let Some(message) = self.input.recv() {
            let message = message[0];
            self.out.send_slice(&[message])?;
            self.subject.call(false)?;
        }
        Ok(())
    }
}
