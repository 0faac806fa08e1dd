//! Tests that would hang, ended with their name.

use std::io::{self, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// Longer than any test takes that does not hang.
const LIMIT: Duration = Duration::from_secs(120);

/// Ends the test process if it lives too long.
#[must_use]
pub(crate) struct HangGuard {
    _alive: Sender<()>,
}

impl HangGuard {
    /// Watches the test of this name, or with this seed.
    pub(crate) fn new(name: impl Into<String>) -> HangGuard {
        let name = name.into();
        let (alive, dropped) = channel();
        thread::spawn(move || {
            if dropped.recv_timeout(LIMIT) == Err(RecvTimeoutError::Timeout) {
                // The harness captures what the test prints, and the process ends next.
                let _ = writeln!(io::stderr(), "`{name}` hangs");
                std::process::abort();
            }
        });
        HangGuard { _alive: alive }
    }
}
