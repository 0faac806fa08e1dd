//! The command line.

use std::path::PathBuf;

use anyhow::{Context, bail};
use lava::io::ReadLimits;
use lava::nir::NirOptions;
use lava::proc::{Discretization, ResetMode, SpikeTiming};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Check,
    Info,
    Run,
    Draw,
    Convert,
}

/// A request of the command line.
pub(crate) enum Request {
    /// The help of a command, or of all.
    Help(Option<Command>),
    Do(Box<Arguments>),
}

/// Options of NIR graphs alone.
pub(crate) const OF_GRAPHS: [&str; 5] = [
    "--integrator",
    "--reset",
    "--timing",
    "--at-threshold",
    "--synaptic-delay",
];

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) command: Command,
    pub(crate) file: PathBuf,
    /// The second file, of `convert`.
    pub(crate) to: Option<PathBuf>,
    /// The array to take of a file with several.
    pub(crate) array: Option<String>,
    /// The time step in seconds, if it was given.
    pub(crate) dt: Option<f64>,
    pub(crate) steps: Option<u64>,
    /// Files of inputs, by the name of the input; empty for the only one.
    pub(crate) inputs: Vec<(String, PathBuf)>,
    pub(crate) records: Vec<String>,
    pub(crate) out: Option<PathBuf>,
    pub(crate) options: NirOptions,
    pub(crate) limits: ReadLimits,
    pub(crate) progress: bool,
    /// The options that were given.
    given: Vec<String>,
}

impl Command {
    fn of(word: &str) -> Option<Command> {
        Some(match word {
            "check" => Command::Check,
            "info" => Command::Info,
            "run" => Command::Run,
            "draw" => Command::Draw,
            "convert" => Command::Convert,
            _ => return None,
        })
    }

    /// Returns `true` if the command uses an option.
    fn has(self, option: &str) -> bool {
        match option {
            "--limit" => true,
            "--dt" => self != Command::Info,
            "--array" => self == Command::Convert,
            "--steps" | "--input" | "--record" | "--progress" => self == Command::Run,
            "--out" => matches!(self, Command::Run | Command::Draw),
            _ => matches!(self, Command::Check | Command::Run | Command::Draw),
        }
    }
}

/// The whole number that an option has.
fn whole(option: &str, value: &str) -> anyhow::Result<u64> {
    let number = value.parse().ok();
    number.with_context(|| format!("{option}: `{value}` is no whole number"))
}

fn is_help(word: &str) -> bool {
    matches!(word, "--help" | "-h" | "help")
}

impl Arguments {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> anyhow::Result<Request> {
        let command = match words.next() {
            Some(word) if is_help(&word) => {
                let command = words.next();
                return Ok(Request::Help(command.as_deref().and_then(Command::of)));
            }
            Some(word) => {
                Command::of(&word).with_context(|| format!("there is no command `{word}`"))?
            }
            None => bail!("give a command: check, info, run, draw, convert, explain or examples"),
        };
        let mut arguments = Arguments {
            command,
            file: PathBuf::new(),
            to: None,
            array: None,
            dt: None,
            steps: None,
            inputs: Vec::new(),
            records: Vec::new(),
            out: None,
            options: NirOptions::new(),
            limits: ReadLimits::new(),
            progress: false,
            given: Vec::new(),
        };
        let mut files = Vec::new();
        while let Some(word) = words.next() {
            if word == "--help" || word == "-h" {
                return Ok(Request::Help(Some(command)));
            }
            if word.starts_with("--") {
                arguments.option(&word, &mut words)?;
            } else {
                files.push(PathBuf::from(word));
            }
        }
        let most = if command == Command::Convert { 2 } else { 1 };
        if let Some(more) = files.get(most) {
            bail!("`{}` is a file too many", more.display());
        }
        let mut files = files.into_iter();
        arguments.file = files.next().context("give a file")?;
        arguments.to = files.next();
        if command == Command::Convert && arguments.to.is_none() {
            bail!(
                "give the file to write, after `{}`",
                arguments.file.display()
            );
        }
        Ok(Request::Do(Box::new(arguments)))
    }

    fn option(
        &mut self,
        word: &str,
        words: &mut impl Iterator<Item = String>,
    ) -> anyhow::Result<()> {
        let mut value = || {
            words
                .next()
                .with_context(|| format!("`{word}` needs a value"))
        };
        let options = self.options;
        match word {
            "--steps" => self.steps = Some(whole(word, &value()?)?),
            "--input" => {
                let value = value()?;
                let (name, path) = value.split_once('=').unwrap_or(("", &value));
                self.inputs.push((name.to_owned(), path.into()));
            }
            "--record" => self.records.push(value()?),
            "--out" => self.out = Some(value()?.into()),
            "--dt" => {
                let dt: f64 = value()?.parse().context("--dt")?;
                if !(dt > 0.0 && dt.is_finite()) {
                    bail!("--dt: a time step is a number of seconds above 0, `{dt}` is none");
                }
                self.dt = Some(dt);
                self.options = options.dt(dt);
            }
            "--array" => self.array = Some(value()?),
            "--integrator" => {
                self.options = options.discretization(match value()?.as_str() {
                    "exact" => Discretization::Exact,
                    "forward-euler" => Discretization::ForwardEuler,
                    "decay-euler" => Discretization::DecayEuler,
                    other => bail!("`{other}` is no integrator: exact, forward-euler, decay-euler"),
                });
            }
            "--reset" => {
                self.options = options.reset(match value()?.as_str() {
                    "zero" => ResetMode::Zero,
                    "subtract" => ResetMode::Subtract,
                    other => bail!("`{other}` is no reset: zero, subtract"),
                });
            }
            "--timing" => {
                self.options = options.timing(match value()?.as_str() {
                    "after" => SpikeTiming::AfterStep,
                    "within" => SpikeTiming::WithinStep,
                    "next" => SpikeTiming::ResetNextStep,
                    "before" => SpikeTiming::BeforeStep,
                    other => bail!("`{other}` is no timing: after, within, next, before"),
                });
            }
            "--at-threshold" => self.options = options.at_threshold(true),
            "--synaptic-delay" => self.options = options.synaptic_delay(true),
            "--limit" => self.limits = self.limits.bytes(whole(word, &value()?)?),
            "--progress" => self.progress = true,
            other => bail!("there is no option `{other}`"),
        }
        if !self.command.has(word) {
            bail!("the command does not use `{word}`");
        }
        self.given.push(word.to_owned());
        Ok(())
    }

    /// Fails if one of `options` was given, which networks of a kind do not use.
    pub(crate) fn refuse(&self, options: &[&str], kind: &str) -> anyhow::Result<()> {
        match self
            .given
            .iter()
            .find(|given| options.contains(&given.as_str()))
        {
            Some(option) => bail!("{kind} does not use `{option}`"),
            None => Ok(()),
        }
    }
}
