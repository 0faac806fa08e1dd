//! The exchanges of all ranks, numbered and compared.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::{Communicator, RankError};
use crate::data::{Persist, PersistError, take_bytes};
use crate::sync::{Mutex, MutexGuard, lock};

/// The ranks of a network, as one of them sees them: all, or those of its node.
///
/// Every exchange has a number and a kind. A call on the network has a text that all ranks must share; an
/// exchange within a step has flags, which are united. A rank that has to end a run takes part in the next
/// exchange with the flag that says so, and all ranks make no exchange of that run afterwards.
pub struct RankGroup {
    pub(super) communicator: Arc<dyn Communicator>,
    /// The other ranks.
    others: Vec<usize>,
    /// The ranks of this one's node, if there are several nodes.
    node: Option<Box<RankGroup>>,
    state: Mutex<GroupState>,
    is_running: AtomicBool,
    /// This rank runs a program for all.
    pub(super) is_driving: AtomicBool,
    /// Locked for each call that was sent as a command.
    pub(super) command_order: Mutex<()>,
}

#[derive(Default)]
struct GroupState {
    /// The number of exchanges.
    number: u64,
    sent: Vec<Vec<u8>>,
    received: Vec<Vec<u8>>,
    /// The flags of the exchange of a step that was posted and is not complete.
    posted: Option<u8>,
    /// No exchange of this run follows.
    is_run_over: bool,
    /// The error that has ended all exchanges.
    error: Option<RankError>,
}

/// The kind of an exchange.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Step = 1,
    Call = 2,
}

/// The outcome of a call of all ranks.
#[derive(Debug)]
pub enum Agreement<T> {
    /// It has succeeded on all; the value of this rank.
    Success(T),
    /// It has failed on this rank or others: the rank of the failure that counts, and its text.
    Failure {
        /// The rank.
        rank: usize,
        /// The place of its failure.
        place: FailurePlace,
        /// The text of its error.
        error: String,
    },
}

/// The place of a failure in a run: of several, the first counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FailurePlace {
    /// The step.
    pub step: u64,
    /// The task.
    pub task: u64,
}

const STEP: &str = "a step of a run";
/// The bytes of a header: kind, number, flags.
const HEADER: usize = 10;

impl RankGroup {
    /// The ranks of a communicator.
    pub fn new(communicator: Arc<dyn Communicator>) -> RankGroup {
        let node_of = |rank: usize| communicator.node_of(rank);
        let of_node = communicator.of_node().map(|of_node| {
            let is_near = |rank: usize| node_of(rank) == node_of(communicator.rank());
            Box::new(RankGroup::of(of_node, is_near, None))
        });
        RankGroup::of(Arc::clone(&communicator), |_| true, of_node)
    }

    /// Those ranks of a communicator that are `connected`.
    fn of(
        communicator: Arc<dyn Communicator>,
        connected: impl Fn(usize) -> bool,
        node: Option<Box<RankGroup>>,
    ) -> RankGroup {
        let (own, size) = (communicator.rank(), communicator.size());
        let others = (0..size).filter(|rank| *rank != own && connected(*rank));
        RankGroup {
            others: others.collect(),
            node,
            communicator,
            state: Mutex::new(GroupState {
                sent: vec![Vec::new(); size],
                received: vec![Vec::new(); size],
                ..GroupState::default()
            }),
            is_running: AtomicBool::new(false),
            is_driving: AtomicBool::new(false),
            command_order: Mutex::new(()),
        }
    }

    /// The number of this rank.
    pub fn rank(&self) -> usize {
        self.communicator.rank()
    }

    /// The number of ranks.
    pub fn size(&self) -> usize {
        self.communicator.size()
    }

    /// The node of a rank; 0 if those of a node cannot make exchanges of their own.
    pub fn node_of(&self, rank: usize) -> usize {
        match self.node.is_some() || self.communicator.is_dry_run() {
            true => self.communicator.node_of(rank),
            false => 0,
        }
    }

    /// The ranks of each node, the node of the first rank first.
    pub fn nodes(&self) -> Vec<Vec<usize>> {
        let mut numbers = HashMap::new();
        let mut nodes: Vec<Vec<usize>> = Vec::new();
        for rank in 0..self.size() {
            let number = *numbers.entry(self.node_of(rank)).or_insert_with(|| {
                nodes.push(Vec::new());
                nodes.len() - 1
            });
            nodes[number].push(rank);
        }
        nodes
    }

    /// The ranks of this one's node, whose exchanges have numbers of their own; `None` if there is one node.
    pub fn of_node(&self) -> Option<&RankGroup> {
        self.node.as_deref()
    }

    /// Fails if there are no other ranks to make steps with.
    ///
    /// # Errors
    /// [`RankError::DryRun`].
    pub fn check_steps(&self) -> Result<(), RankError> {
        match self.communicator.is_dry_run() {
            true => Err(RankError::DryRun { own: self.rank() }),
            false => Ok(()),
        }
    }

    /// Returns `true` once an error has ended all exchanges.
    pub fn is_over(&self) -> bool {
        self.error().is_some()
    }

    /// The error that has ended all exchanges.
    pub fn error(&self) -> Option<RankError> {
        lock(&self.state).error.clone()
    }

    /// Returns `true` during a run.
    pub fn is_running(&self) -> bool {
        self.is_running.load(Relaxed)
    }

    /// Notes the start or the end of a run.
    pub fn set_running(&self, is_running: bool) {
        lock(&self.state).is_run_over = false;
        self.is_running.store(is_running, Relaxed);
        if let Some(node) = &self.node {
            node.set_running(is_running);
        }
    }

    /// Exchanges `bytes` for a call on the network, which all ranks make. Returns those of all ranks, by
    /// rank.
    ///
    /// # Errors
    /// [`RankError::Differ`] if another rank makes another call, and the errors of the communicator.
    pub fn call(&self, call: &str, bytes: &[u8]) -> Result<Vec<Vec<u8>>, RankError> {
        let mut all = self.call_each(call, |_| bytes)?;
        all[self.rank()] = bytes.to_vec();
        Ok(all)
    }

    /// Sends `bytes` to rank 0, for a call that all ranks make. Returns there those of all ranks, by rank.
    ///
    /// # Errors
    /// As [`call`](RankGroup::call).
    pub fn gather(&self, call: &str, bytes: Vec<u8>) -> Result<Option<Vec<Vec<u8>>>, RankError> {
        let mut all = self.call_each(call, |to| if to == 0 { &bytes } else { &[] })?;
        if self.rank() > 0 {
            return Ok(None);
        }
        all[0] = bytes;
        Ok(Some(all))
    }

    /// Exchanges `bytes` of each other rank for a call. Returns what these have sent.
    pub(super) fn call_each<'a>(
        &self,
        call: &str,
        bytes: impl Fn(usize) -> &'a [u8],
    ) -> Result<Vec<Vec<u8>>, RankError> {
        let mut state = self.begin(Kind::Call, 0)?;
        for to in self.others() {
            let message = &mut state.sent[to];
            (call.len() as u32).save(message);
            message.extend_from_slice(call.as_bytes());
            message.extend_from_slice(bytes(to));
        }
        let posted = self.communicator.post(&state.sent);
        keep_error(&mut state, posted)?;
        self.finish(&mut state)?;
        let mut all = vec![Vec::new(); self.size()];
        for from in self.others() {
            let result = self.check(&state, Kind::Call, call, from);
            all[from] = keep_error(&mut state, result.map(|(_, payload)| payload))?;
        }
        Ok(all)
    }

    /// Agrees on the outcome of a call: it has failed on all ranks if it has on one. The failure at the first
    /// place counts, then the one of the lowest rank. Also returns the `flags` of all.
    ///
    /// # Errors
    /// As [`call`](RankGroup::call).
    pub fn agree<T>(
        &self,
        call: &str,
        flags: u8,
        outcome: Result<T, (FailurePlace, String)>,
    ) -> Result<(Agreement<T>, u8), RankError> {
        let mut bytes = vec![flags];
        if let Err((place, error)) = &outcome {
            (place.step, place.task).save(&mut bytes);
            bytes.extend_from_slice(error.as_bytes());
        }
        let all = self.call(call, &bytes)?;
        let flags = all.iter().flat_map(|bytes| bytes.first());
        let flags = flags.fold(0, |all, flags| all | flags);
        let failures = all.iter().enumerate().filter_map(|(rank, bytes)| {
            let mut rest = bytes.get(1..)?;
            let (step, task) = <(u64, u64)>::load(&mut rest).ok()?;
            let place = FailurePlace { step, task };
            Some((place, rank, String::from_utf8_lossy(rest).into_owned()))
        });
        let agreement = match (failures.min(), outcome) {
            (Some((place, rank, error)), _) => Agreement::Failure { rank, place, error },
            (None, Ok(value)) => Agreement::Success(value),
            (None, Err((place, error))) => Agreement::Failure {
                rank: self.rank(),
                place,
                error,
            },
        };
        Ok((agreement, flags))
    }

    /// Exchanges flags and messages within a step: [posts](RankGroup::post) them and
    /// [completes](RankGroup::complete) the exchange.
    ///
    /// # Errors
    /// As [`complete`](RankGroup::complete).
    pub fn step(
        &self,
        flags: u8,
        end: u8,
        put: impl FnMut(usize, &mut Vec<u8>),
        take: impl FnMut(usize, &mut &[u8]) -> Result<(), PersistError>,
    ) -> Result<u8, RankError> {
        self.post(flags, end, put)?;
        Ok(flags | self.complete(end, take)?)
    }

    /// Begins an exchange of flags and messages between steps of a run: `put` appends what is sent to a rank,
    /// unless the flag `end` is among `flags`. Does nothing once the run is over.
    ///
    /// # Errors
    /// Those of the communicator.
    pub fn post(
        &self,
        flags: u8,
        end: u8,
        mut put: impl FnMut(usize, &mut Vec<u8>),
    ) -> Result<(), RankError> {
        if lock(&self.state).is_run_over {
            return Ok(());
        }
        let mut state = self.begin(Kind::Step, flags)?;
        if flags & end == 0 {
            self.others().for_each(|to| put(to, &mut state.sent[to]));
        }
        let result = self.communicator.post(&state.sent);
        keep_error(&mut state, result)?;
        state.posted = Some(flags);
        Ok(())
    }

    /// Completes the exchange that was posted, if there is one: `take` takes what a rank has sent. Returns the
    /// flags of all. If the flag `end` is among them, no message is taken, and no exchange of this run follows.
    ///
    /// # Errors
    /// [`RankError::Message`] if a message has another length or contents, [`RankError::Differ`] if another
    /// rank makes a call, and the errors of the communicator.
    pub fn complete(
        &self,
        end: u8,
        mut take: impl FnMut(usize, &mut &[u8]) -> Result<(), PersistError>,
    ) -> Result<u8, RankError> {
        let mut state = lock(&self.state);
        let Some(flags) = state.posted.take() else {
            return Ok(if state.is_run_over { end } else { 0 });
        };
        self.finish(&mut state)?;
        let mut all = flags;
        for from in self.others() {
            let result = self.check(&state, Kind::Step, STEP, from);
            all |= keep_error(&mut state, result.map(|(flags, _)| flags))?;
        }
        if all & end != 0 {
            state.is_run_over = true;
            return Ok(all);
        }
        for from in self.others() {
            let mut rest = &state.received[from][HEADER..];
            let taken = take(from, &mut rest).map_err(|error| error.to_string());
            let problem = match (taken, rest.len()) {
                (Ok(()), 0) => continue,
                (Ok(()), rest) => format!("it is {rest} bytes too long"),
                (Err(problem), _) => problem,
            };
            let error = RankError::Message {
                own: self.rank(),
                rank: from,
                problem,
            };
            keep_error(&mut state, Err(error))?;
        }
        Ok(all)
    }

    /// Notes that no exchange of this run follows.
    pub fn end_run(&self) {
        lock(&self.state).is_run_over = true;
    }

    /// Returns `true` if no exchange of this run follows.
    pub fn is_run_over(&self) -> bool {
        lock(&self.state).is_run_over
    }

    /// Ends all exchanges, as an error of these ranks has those of others.
    pub fn fail(&self, error: RankError) {
        let _ = keep_error::<()>(&mut lock(&self.state), Err(error));
    }

    /// The other ranks.
    fn others(&self) -> impl Iterator<Item = usize> {
        self.others.iter().copied()
    }

    /// Begins the next exchange.
    fn begin(&self, kind: Kind, flags: u8) -> Result<MutexGuard<'_, GroupState>, RankError> {
        let mut state = lock(&self.state);
        if let Some(error) = &state.error {
            let cause = error.to_string();
            return Err(RankError::Over { cause });
        }
        state.number += 1;
        let number = state.number;
        for to in self.others() {
            let message = &mut state.sent[to];
            message.clear();
            (kind as u8, number, flags).save(message);
        }
        Ok(state)
    }

    /// Waits for the messages of the exchange that was posted.
    fn finish(&self, state: &mut GroupState) -> Result<(), RankError> {
        let GroupState { sent, received, .. } = state;
        let result = self.communicator.complete(sent, received);
        keep_error(state, result)
    }

    /// Compares the exchange of another rank with the own one. Returns its flags, and the bytes of its call.
    fn check(
        &self,
        state: &GroupState,
        kind: Kind,
        own_call: &str,
        from: usize,
    ) -> Result<(u8, Vec<u8>), RankError> {
        let own = self.rank();
        let unreadable = |error: PersistError| RankError::Message {
            own,
            rank: from,
            problem: error.to_string(),
        };
        let mut rest = state.received[from].as_slice();
        let (their_kind, number, flags) = <(u8, u64, u8)>::load(&mut rest).map_err(unreadable)?;
        let is_call = their_kind == Kind::Call as u8;
        let call = if is_call {
            let len = u32::load(&mut rest).map_err(unreadable)? as usize;
            let text = take_bytes(&mut rest, len).map_err(unreadable)?;
            String::from_utf8_lossy(text).into_owned()
        } else {
            STEP.to_owned()
        };
        if their_kind == kind as u8 && number == state.number && call == own_call {
            let payload = if is_call { rest.to_vec() } else { Vec::new() };
            return Ok((flags, payload));
        }
        Err(RankError::Differ {
            own,
            own_call: own_call.to_owned(),
            rank: from,
            call,
        })
    }
}

/// Keeps an error, which ends all exchanges.
fn keep_error<T>(state: &mut GroupState, result: Result<T, RankError>) -> Result<T, RankError> {
    if let Err(error) = &result {
        state.error.get_or_insert_with(|| error.clone());
        state.is_run_over = true;
    }
    result
}

impl fmt::Debug for RankGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rank {} of {}", self.rank(), self.size())
    }
}
