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
}

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) command: Command,
    pub(crate) file: PathBuf,
    pub(crate) steps: Option<u64>,
    /// Files of inputs, by the name of the input; empty for the only one.
    pub(crate) inputs: Vec<(String, PathBuf)>,
    pub(crate) records: Vec<String>,
    pub(crate) out: Option<PathBuf>,
    pub(crate) options: NirOptions,
    pub(crate) limits: ReadLimits,
    pub(crate) progress: bool,
}

impl Arguments {
    /// Returns `None` if help is wanted.
    pub(crate) fn parse(
        mut words: impl Iterator<Item = String>,
    ) -> anyhow::Result<Option<Arguments>> {
        let command = match words.next().as_deref() {
            Some("check") => Command::Check,
            Some("info") => Command::Info,
            Some("run") => Command::Run,
            Some("--help" | "-h" | "help") => return Ok(None),
            Some(other) => bail!("there is no command `{other}`"),
            None => bail!("give a command: check, info, run, explain or examples"),
        };
        let mut arguments = Arguments {
            command,
            file: PathBuf::new(),
            steps: None,
            inputs: Vec::new(),
            records: Vec::new(),
            out: None,
            options: NirOptions::new(),
            limits: ReadLimits::new(),
            progress: false,
        };
        let mut file = None;
        while let Some(word) = words.next() {
            if word == "--help" || word == "-h" {
                return Ok(None);
            }
            if !word.starts_with("--") {
                if file.replace(PathBuf::from(&word)).is_some() {
                    bail!("`{word}` is a second file");
                }
                continue;
            }
            arguments.option(&word, &mut words)?;
        }
        arguments.file = file.context("give a file")?;
        Ok(Some(arguments))
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
            "--steps" => self.steps = Some(value()?.parse().context("--steps")?),
            "--input" => {
                let value = value()?;
                let (name, path) = value.split_once('=').unwrap_or(("", &value));
                self.inputs.push((name.to_owned(), path.into()));
            }
            "--record" => self.records.push(value()?),
            "--out" => self.out = Some(value()?.into()),
            "--dt" => self.options = options.dt(value()?.parse().context("--dt")?),
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
            "--limit" => self.limits = self.limits.bytes(value()?.parse().context("--limit")?),
            "--progress" => self.progress = true,
            other => bail!("there is no option `{other}`"),
        }
        Ok(())
    }
}
