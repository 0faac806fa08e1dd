//! The end of a stress run in which nothing happens any more.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use super::Stress;
use super::operations::Operation;

/// The time without any operation after which the process is ended.
const LIMIT: u32 = 30;

/// The operations that are shown of each thread.
const SHOWN: usize = 12;

/// Ends the process if no operation ends for a while.
pub(super) struct Watchdog {
    logs: Arc<Mutex<Vec<Log>>>,
    is_over: Arc<AtomicBool>,
}

/// The last operations of a thread.
#[derive(Clone, Default)]
pub(super) struct Log {
    count: Arc<AtomicU64>,
    lines: Arc<Mutex<VecDeque<String>>>,
    is_finished: Arc<AtomicBool>,
}

impl Watchdog {
    pub(super) fn start(stress: Stress) -> Watchdog {
        let watchdog = Watchdog {
            logs: Arc::default(),
            is_over: Arc::default(),
        };
        let (logs, is_over) = (Arc::clone(&watchdog.logs), Arc::clone(&watchdog.is_over));
        thread::spawn(move || {
            let (mut last, mut seconds) = (0, 0);
            while !is_over.load(SeqCst) {
                thread::sleep(Duration::from_secs(1));
                let logs = logs.lock().unwrap_or_else(PoisonError::into_inner);
                let count = logs.iter().map(|log| log.count.load(SeqCst)).sum();
                seconds = if count == last { seconds + 1 } else { 0 };
                last = count;
                if seconds > LIMIT && !is_over.load(SeqCst) {
                    print(&format!("{stress:?} hangs after {count} operations"));
                    logs.iter().for_each(Log::print);
                    std::process::abort();
                }
            }
        });
        watchdog
    }

    /// The log of one more thread.
    pub(super) fn log(&self) -> Log {
        let log = Log::default();
        let mut logs = self.logs.lock().unwrap_or_else(PoisonError::into_inner);
        logs.push(log.clone());
        log
    }
}

/// Prints a line, past the capture of a test's output: the process ends next.
fn print(line: &str) {
    // There is nowhere to report to if standard error is closed.
    let _ = writeln!(io::stderr(), "{line}");
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.is_over.store(true, SeqCst);
    }
}

impl Log {
    pub(super) fn begin(&self, operation: Operation) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.len() == SHOWN {
            lines.pop_front();
        }
        lines.push_back(operation.name().to_owned());
    }

    pub(super) fn end(&self, outcome: &str) {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(line) = lines.back_mut() {
            line.push_str(": ");
            line.push_str(outcome);
        }
        self.count.fetch_add(1, SeqCst);
    }

    pub(super) fn finish(&self) {
        self.is_finished.store(true, SeqCst);
    }

    fn print(&self) {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = Vec::from_iter(lines.iter().cloned()).join(", ");
        let state = if self.is_finished.load(SeqCst) {
            " (over)"
        } else {
            ""
        };
        print(&format!("thread{state}: {lines}"));
    }
}
