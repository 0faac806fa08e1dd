//! Scopes: the networks whose code the current thread runs.
//!
//! A thread that calls the code of a user for a network holds something which other threads may wait
//! for. It must not wait for the same, nor for what another thread holds that waits for it in turn:
//! [`Scope::wait`] refuses both.

use std::cell::RefCell;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use super::thread_local;

/// The identity of a network in this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkId(u64);

impl NetworkId {
    /// An id that no other network has.
    #[allow(clippy::new_without_default)]
    pub fn new() -> NetworkId {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        NetworkId(NEXT.fetch_add(1, Relaxed))
    }
}

/// The code that a thread runs for a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A model, or a callback at the end of a step.
    Run,
    /// A change between two steps of a run.
    Change,
    /// A model that is made, told of a Var, reset or dropped.
    Transition,
    /// A callback before or after a run.
    Callback,
    /// The construction of a process.
    Addition,
}

/// A scope of a network.
#[derive(Clone, Copy, PartialEq, Eq)]
struct NetworkScope {
    network: NetworkId,
    scope: Scope,
}

/// A thread in one scope waits for the end of another.
struct Wait {
    holder: NetworkScope,
    awaited: NetworkScope,
}

thread_local! {
    /// The scopes of this thread, from the outermost to the innermost.
    static SCOPES: RefCell<Vec<NetworkScope>> = const { RefCell::new(Vec::new()) };
}

/// The waits of all threads that are in a scope.
static WAITS: Mutex<Vec<Wait>> = Mutex::new(Vec::new());

/// A wait that would never end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitCycle {
    /// The thread would wait for itself.
    Itself,
    /// The thread would wait for another one that waits for it.
    Others,
}

/// Leaves the scope when it is dropped.
#[must_use]
#[derive(Debug)]
pub struct ScopeGuard {
    entered: NetworkId,
    scope: Scope,
    /// A scope belongs to its thread.
    thread: PhantomData<*const ()>,
}

/// Ends the wait when it is dropped.
#[must_use]
#[derive(Debug)]
pub struct WaitGuard {
    awaited: Option<(NetworkId, Scope)>,
    /// The number of waits that were noted.
    holders: usize,
}

impl Scope {
    /// Enters the scope of a network on the current thread.
    pub fn enter(self, network: NetworkId) -> ScopeGuard {
        with_scopes(|scopes| {
            scopes.push(NetworkScope {
                network,
                scope: self,
            });
        });
        ScopeGuard {
            entered: network,
            scope: self,
            thread: PhantomData,
        }
    }

    /// The innermost scope of a network on the current thread.
    pub fn innermost(network: NetworkId) -> Option<Scope> {
        with_scopes(|scopes| {
            let mut inner = scopes.iter().rev();
            inner
                .find(|scope| scope.network == network)
                .map(|scope| scope.scope)
        })
        .flatten()
    }

    /// Notes that the current thread waits for the end of this scope of a network.
    ///
    /// # Errors
    /// [`WaitCycle`] if it would wait for ever.
    pub fn wait(self, network: NetworkId) -> Result<WaitGuard, WaitCycle> {
        let awaited = NetworkScope {
            network,
            scope: self.held(),
        };
        if with_scopes(|scopes| scopes.is_empty()).unwrap_or(true) {
            return Ok(WaitGuard {
                awaited: None,
                holders: 0,
            });
        }
        let holders = with_scopes(|scopes| scopes.clone()).unwrap_or_default();
        let holders = holders.into_iter().map(NetworkScope::held);
        let holders: Vec<NetworkScope> = holders.collect();
        let mut waits = WAITS.lock().unwrap_or_else(PoisonError::into_inner);
        if holders.contains(&awaited) {
            return Err(WaitCycle::Itself);
        }
        if leads_to(&waits, awaited, &holders) {
            return Err(WaitCycle::Others);
        }
        let count = holders.len();
        waits.extend(holders.into_iter().map(|holder| Wait { holder, awaited }));
        Ok(WaitGuard {
            awaited: Some((network, awaited.scope)),
            holders: count,
        })
    }

    /// The scope whose end is awaited by those who wait for this one.
    fn held(self) -> Scope {
        match self {
            Scope::Change => Scope::Run,
            scope => scope,
        }
    }
}

impl NetworkScope {
    fn held(self) -> NetworkScope {
        let scope = self.scope.held();
        NetworkScope { scope, ..self }
    }
}

/// Returns `true` if a chain of waits leads from `from` to one of `to`.
fn leads_to(waits: &[Wait], from: NetworkScope, to: &[NetworkScope]) -> bool {
    let (mut reached, mut next) = (vec![from], 0);
    while let Some(&scope) = reached.get(next) {
        next += 1;
        if to.contains(&scope) {
            return true;
        }
        for wait in waits.iter().filter(|wait| wait.holder == scope) {
            if !reached.contains(&wait.awaited) {
                reached.push(wait.awaited);
            }
        }
    }
    false
}

/// Calls `act` with the scopes of this thread; returns `None` while the thread ends.
fn with_scopes<R>(act: impl FnOnce(&mut Vec<NetworkScope>) -> R) -> Option<R> {
    SCOPES.try_with(|scopes| act(&mut scopes.borrow_mut())).ok()
}

impl Drop for ScopeGuard {
    fn drop(&mut self) {
        let left = NetworkScope {
            network: self.entered,
            scope: self.scope,
        };
        with_scopes(|scopes| {
            if let Some(last) = scopes.iter().rposition(|scope| *scope == left) {
                scopes.remove(last);
            }
        });
    }
}

impl Drop for WaitGuard {
    fn drop(&mut self) {
        let Some((network, scope)) = self.awaited else {
            return;
        };
        let awaited = NetworkScope { network, scope };
        // The thread is in the scopes that it was in when the wait began.
        let holders = with_scopes(|scopes| scopes.clone()).unwrap_or_default();
        let mut waits = WAITS.lock().unwrap_or_else(PoisonError::into_inner);
        for holder in holders.into_iter().take(self.holders) {
            let holder = holder.held();
            let is_own = |wait: &Wait| wait.holder == holder && wait.awaited == awaited;
            if let Some(index) = waits.iter().position(is_own) {
                waits.swap_remove(index);
            }
        }
    }
}

#[cfg(all(test, not(any(lava_check = "loom", lava_check = "shuttle"))))]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    #[test]
    fn a_thread_in_no_scope_may_wait_for_everything() {
        assert!(Scope::Run.wait(NetworkId::new()).is_ok());
    }

    #[test]
    fn a_thread_cannot_wait_for_itself() {
        let (a, b) = (NetworkId::new(), NetworkId::new());
        let _outer = Scope::Run.enter(a);
        let inner = Scope::Run.enter(b);
        assert_eq!(Scope::Run.wait(a).unwrap_err(), WaitCycle::Itself);
        assert!(Scope::Transition.wait(a).is_ok(), "it holds the run alone");
        drop(inner);
        assert!(Scope::Run.wait(b).is_ok());
    }

    #[test]
    fn a_change_holds_its_run() {
        let network = NetworkId::new();
        let _change = Scope::Change.enter(network);
        assert_eq!(Scope::Run.wait(network).unwrap_err(), WaitCycle::Itself);
        assert_eq!(Scope::innermost(network), Some(Scope::Change));
    }

    #[test]
    fn threads_cannot_wait_for_each_other() {
        let (a, b, c) = (NetworkId::new(), NetworkId::new(), NetworkId::new());
        let (sender, waiting) = channel();
        let (end, ended) = channel::<()>();
        let other = thread::spawn(move || {
            let _run = Scope::Run.enter(b);
            let wait = Scope::Run.wait(a);
            sender.send(()).unwrap();
            ended.recv().unwrap();
            drop(wait);
        });
        waiting.recv().unwrap();
        let scope = Scope::Run.enter(a);
        assert_eq!(Scope::Run.wait(b).unwrap_err(), WaitCycle::Others);
        assert!(Scope::Run.wait(c).is_ok());
        drop(scope);
        assert!(Scope::Run.wait(b).is_ok());
        end.send(()).unwrap();
        other.join().unwrap();
        let _scope = Scope::Run.enter(a);
        assert!(Scope::Run.wait(b).is_ok(), "the other waits no longer");
    }
}
