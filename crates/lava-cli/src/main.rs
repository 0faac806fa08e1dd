//! `lava`: checks and runs networks from files, and explains errors. `lava --help` has the commands.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod arguments;
mod examples;
mod explain;
mod netx;
mod nir;

use std::io::Write;
use std::process::ExitCode;

use arguments::{Arguments, Command};

const HELP: &str = "\
lava: networks from files

usage:
  lava check FILE            what becomes of every node or layer, and what does not fit
  lava info FILE             the nodes or layers of the file
  lava run FILE [options]    runs the network
  lava explain CODE          the page of an error, E1602 for instance, or of the text of a message
  lava examples              the programs to read and run

FILE is a NIR graph (.nir) or a network of lava-dl (.net).

options of `run` and `check`:
  --steps N             steps to run; default: those of the input, or 100
  --input [NAME=]X.npy  input, the axis of time first; without one every input is 1
  --record NAME         spikes of the neurons NAME as well (NIR); may be repeated
  --out FOLDER          writes recordings as FOLDER/NAME.npy; default: prints sums
  --dt SECONDS          time step (NIR); default 1e-4
  --integrator I        exact, forward-euler or decay-euler (NIR); default exact
  --reset R             zero or subtract (NIR); default zero
  --timing T            after, within, next or before the step (NIR); default after
  --at-threshold        spikes where v ≥ v_threshold (NIR)
  --synaptic-delay      weights take a step (NIR)
  --limit BYTES         the memory that the file may take
  --progress            shows a progress bar

examples:
  lava check lif_norse.nir
  lava run lif_norse.nir --input spikes.npy --steps 1000 --record 1 --out results
  lava run network.net --input image.npy --steps 20

exit codes: 0 if all went well, 1 if something does not fit or fails, 2 if the command is not understood
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.first().map(String::as_str) {
        Some("explain") if !words.contains(&"--help".to_owned()) => {
            return match explain::page(&words[1..]) {
                Ok(page) => print(&page),
                Err(problem) => {
                    eprintln!("lava: {problem}");
                    ExitCode::FAILURE
                }
            };
        }
        Some("examples") => return print(&examples::list()),
        _ => {}
    }
    let arguments = match Arguments::parse(words.into_iter()) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(problem) => {
            eprintln!("lava: {problem:#}\n`lava --help` has the commands");
            return ExitCode::from(2);
        }
    };
    let done = match arguments
        .file
        .extension()
        .and_then(|extension| extension.to_str())
    {
        Some("net") => netx::execute(&arguments),
        _ => nir::execute(&arguments),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("lava: {}: {error}", arguments.file.display());
            ExitCode::FAILURE
        }
    }
}

/// Prints a text, of which a reader may take a part only.
fn print(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Returns `true` if the command builds the network.
fn builds(command: Command) -> bool {
    command == Command::Run
}
