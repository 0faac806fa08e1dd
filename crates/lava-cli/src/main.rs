//! `lava`: checks and runs networks from files, and explains errors. `lava --help` has the commands.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod arguments;
mod convert;
mod draw;
mod examples;
mod explain;
mod help;
mod info;
mod layers;
mod netx;
mod nir;
mod sonata;
mod stored;

use std::io::{Read, Write};
use std::path::Path;
use std::process::ExitCode;

use arguments::{Arguments, Command, Request};

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
        Ok(Request::Do(arguments)) => arguments,
        Ok(Request::Help(command)) => return print(&help::text(command)),
        Err(problem) => {
            eprintln!("lava: {problem:#}\n`lava --help` has the commands");
            return ExitCode::from(2);
        }
    };
    match execute(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("lava: {}: {error:#}", arguments.file.display());
            ExitCode::FAILURE
        }
    }
}

/// Returns `false` if something does not fit.
fn execute(arguments: &Arguments) -> anyhow::Result<bool> {
    match (arguments.command, ending(&arguments.file).as_str()) {
        (Command::Convert, _) => convert::execute(arguments),
        _ if is_stored(&arguments.file) => stored::execute(arguments),
        (_, "json") => sonata::execute(arguments),
        (Command::Info, ending) if !matches!(ending, "net" | "nir") => info::execute(arguments),
        (_, "net") => netx::execute(arguments),
        _ => nir::execute(arguments),
    }
}

/// Returns `true` for a file that begins as those of `Network::store` do.
fn is_stored(path: &Path) -> bool {
    let mut beginning = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(64).read_to_end(&mut beginning));
    read.is_ok() && lava::store::is_network(&beginning)
}

/// The ending of a name, in small letters.
fn ending(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default();
    ending.to_string_lossy().to_lowercase()
}

/// Prints a text, of which a reader may take a part only.
fn print(text: &str) -> ExitCode {
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Returns `true` if the command builds the network of a file that fits.
fn builds(command: Command) -> bool {
    matches!(command, Command::Run | Command::Draw)
}
