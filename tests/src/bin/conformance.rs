//! Compares the networks of a folder of recorded traces with what was recorded.
//!
//! ```text
//! cargo run --release -p lava-tests --bin conformance -- tests/conformance
//! ```
//!
//! Prints a line for each file, then the totals. The exit status is 1 if a file failed and 2 if
//! the folder cannot be read.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lava_tests::conformance::{Totals, check_file, name, traces};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let traces = match (arguments.next(), arguments.next()) {
        (Some(folder), None) => traces(Path::new(&folder)),
        _ => Err(anyhow::anyhow!("usage: conformance DIR")),
    };
    let report = traces.and_then(|traces| Ok(report(&traces, &mut io::stdout().lock())?));
    match report {
        Ok(Totals { failed: 0, .. }) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            // There is nowhere to report to if standard error is closed.
            let _ = writeln!(io::stderr(), "{error:#}");
            ExitCode::from(2)
        }
    }
}

fn report(traces: &[PathBuf], out: &mut impl Write) -> io::Result<Totals> {
    let mut totals = Totals::default();
    for path in traces {
        let outcome = check_file(path, None);
        totals.count(&outcome);
        writeln!(out, "{}", outcome.line(&name(path)))?;
    }
    writeln!(out, "{totals}")?;
    Ok(totals)
}
