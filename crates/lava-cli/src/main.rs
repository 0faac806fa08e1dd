//! `lava`: checks and runs networks from files, and explains errors. `lava --help` has the commands.
#![allow(clippy::print_stderr)]

/// Prints; that its reader takes a part only, as `head` does, is no error.
macro_rules! print {
    ($($text:tt)*) => { $crate::output(format_args!($($text)*)) };
}

/// Prints a line.
macro_rules! println {
    ($($text:tt)*) => { print!("{}\n", format_args!($($text)*)) };
}

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

use std::fmt;
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail};
use arguments::{Arguments, Command, Request};
use lava::Network;
use lava::error::code_of;
use lava_core::files;

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
            eprintln!("lava: {}", text(&error, &arguments.file));
            ExitCode::FAILURE
        }
    }
}

/// The text of an error, with the file and the code of the error if it names neither.
fn text(error: &anyhow::Error, file: &Path) -> String {
    let mut text = format!("{error:#}");
    let file = file.display().to_string();
    if !text.contains(&file) {
        text = format!("{file}: {text}");
    }
    match error.chain().find_map(code_of) {
        Some(code) if !text.contains(&format!("[{code}]")) => format!("{text} [{code}]"),
        _ => text,
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
        (_, ending @ ("npy" | "npz" | "aedat4" | "dat" | "bin" | "csv" | "tsv" | "mtx")) => bail!(
            "`.{ending}` is the ending of data, not of a network; `lava info` shows arrays and events"
        ),
        _ => nir::execute(arguments),
    }
}

/// Returns `true` for a file that begins as those of `Network::store` do.
fn is_stored(path: &Path) -> bool {
    let mut beginning = Vec::new();
    let read = files::open(path).and_then(|file| file.take(64).read_to_end(&mut beginning));
    read.is_ok() && lava::store::is_network(&beginning)
}

/// The ending of a name, in small letters.
fn ending(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default();
    ending.to_string_lossy().to_lowercase()
}

/// Prints a text.
fn print(text: &str) -> ExitCode {
    print!("{text}");
    ExitCode::SUCCESS
}

/// Writes to the standard output, whose end may be closed.
fn output(text: fmt::Arguments<'_>) {
    match std::io::stdout().write_fmt(text) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("lava: the output cannot be written: {error}");
            std::process::exit(1);
        }
        _ => {}
    }
}

/// Shows a progress bar, and makes the folder of recordings: that it cannot be made is known before the run.
fn before_run<C>(net: &Network<C>, arguments: &Arguments) -> anyhow::Result<()> {
    net.set_progress_bar(arguments.progress);
    let Some(folder) = &arguments.out else {
        return Ok(());
    };
    files::make_folder(folder)
        .with_context(|| format!("the folder `{}` cannot be made", folder.display()))
}

/// Returns `true` if the command builds the network of a file that fits.
fn builds(command: Command) -> bool {
    matches!(command, Command::Run | Command::Draw)
}
