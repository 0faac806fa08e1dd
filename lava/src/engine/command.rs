//! Commands: the calls on a network that rank 0 makes for all, as bytes.

use lava_core::data::{Persist, PersistError};

use crate::process::ProcessId;

/// A call on the network that rank 0 makes, which the other ranks make with it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Command {
    /// None: rank 0 shows that it is there.
    Idle,
    /// Checks the models of which a Var was set.
    Check,
    /// Makes steps.
    Run { steps: u64, has_callback: bool },
    /// Reads a Var.
    Get { process: ProcessId, var: String },
    /// Sets a Var to a value as bytes.
    Set {
        process: ProcessId,
        var: String,
        value: Vec<u8>,
    },
    /// Resets the network.
    Reset,
    /// Resets a process and what is inside it.
    ResetProcess(ProcessId),
    /// Attaches a probe to a target as bytes.
    Probe(Vec<u8>),
    /// Reads a recording, by the number of its probe, and drops its rows if that is asked for.
    Read { recording: u64, takes: bool },
    /// Removes the probes of these numbers.
    Remove(Vec<u64>),
    /// Saves a snapshot.
    Save,
    /// Restores a snapshot from a file.
    Restore(String),
    /// Stops the network.
    Stop,
    /// Ends the program, with an error if it has failed.
    End(Option<String>),
}

impl Command {
    /// The command as bytes.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.put(&mut bytes);
        bytes
    }

    fn put(&self, bytes: &mut Vec<u8>) {
        match self {
            Command::Idle => 0_u8.save(bytes),
            Command::Check => 1_u8.save(bytes),
            Command::Run {
                steps,
                has_callback,
            } => (2_u8, *steps, *has_callback).save(bytes),
            Command::Get { process, var } => {
                (3_u8, process.index()).save(bytes);
                var.save(bytes);
            }
            Command::Set {
                process,
                var,
                value,
            } => {
                (4_u8, process.index()).save(bytes);
                var.save(bytes);
                bytes.extend_from_slice(value);
            }
            Command::Reset => 5_u8.save(bytes),
            Command::ResetProcess(process) => (6_u8, process.index()).save(bytes),
            Command::Probe(target) => {
                7_u8.save(bytes);
                bytes.extend_from_slice(target);
            }
            Command::Read { recording, takes } => (8_u8, *recording, *takes).save(bytes),
            Command::Remove(recordings) => {
                9_u8.save(bytes);
                recordings.save(bytes);
            }
            Command::Save => 10_u8.save(bytes),
            Command::Restore(path) => {
                11_u8.save(bytes);
                path.save(bytes);
            }
            Command::Stop => 12_u8.save(bytes),
            Command::End(error) => {
                13_u8.save(bytes);
                error.save(bytes);
            }
        }
    }

    /// The command that bytes are.
    pub(crate) fn of_bytes(mut bytes: &[u8]) -> Result<Command, PersistError> {
        let bytes = &mut bytes;
        let process = |bytes: &mut &[u8]| usize::load(bytes).map(ProcessId);
        Ok(match u8::load(bytes)? {
            0 => Command::Idle,
            1 => Command::Check,
            2 => Command::Run {
                steps: Persist::load(bytes)?,
                has_callback: Persist::load(bytes)?,
            },
            3 => Command::Get {
                process: process(bytes)?,
                var: Persist::load(bytes)?,
            },
            4 => Command::Set {
                process: process(bytes)?,
                var: Persist::load(bytes)?,
                value: bytes.to_vec(),
            },
            5 => Command::Reset,
            6 => Command::ResetProcess(process(bytes)?),
            7 => Command::Probe(bytes.to_vec()),
            8 => Command::Read {
                recording: Persist::load(bytes)?,
                takes: Persist::load(bytes)?,
            },
            9 => Command::Remove(Persist::load(bytes)?),
            10 => Command::Save,
            11 => Command::Restore(Persist::load(bytes)?),
            12 => Command::Stop,
            13 => Command::End(Persist::load(bytes)?),
            kind => {
                let problem = format!("there is no command {kind}");
                return Err(PersistError::Unfit(problem));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_the_command_that_they_were_made_of() {
        let (process, var) = (ProcessId(7), "v".to_owned());
        for command in [
            Command::Idle,
            Command::Check,
            Command::Run {
                steps: u64::MAX,
                has_callback: true,
            },
            Command::Get {
                process,
                var: var.clone(),
            },
            Command::Set {
                process,
                var,
                value: vec![1, 2, 3],
            },
            Command::Reset,
            Command::ResetProcess(process),
            Command::Probe(vec![4, 5]),
            Command::Read {
                recording: 3,
                takes: true,
            },
            Command::Remove(vec![1, 9]),
            Command::Save,
            Command::Restore("run.snapshot".to_owned()),
            Command::Stop,
            Command::End(Some("it has failed".to_owned())),
            Command::End(None),
        ] {
            assert_eq!(Command::of_bytes(&command.to_bytes()), Ok(command));
        }
        assert!(Command::of_bytes(&[99]).is_err());
        assert!(Command::of_bytes(&[2, 0]).is_err());
    }
}
