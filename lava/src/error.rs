//! Errors: [`Error`], which every fallible operation returns, and the errors of each domain.
//!
//! | error | of |
//! |---|---|
//! | [`BuildError`] | a process that cannot be built |
//! | [`ConnectError`] | a connection that cannot be made |
//! | [`SelectionError`] | a choice of neurons that does not fit |
//! | [`CompileError`], [`Problem`] | a network that cannot run |
//! | [`RunError`] | a run that has failed |
//! | [`StateError`] | an operation in the wrong state of the network |
//! | [`PathError`] | a lookup by path |
//! | [`ProbeError`] | a port or Var that cannot be recorded |
//! | `PlotError` | a picture that cannot be made or written, with the feature `plot` |
//! | `LiveError` | a live view that cannot be shown, with the feature `live` or `terminal` |
//! | [`VarError`] | a Var that cannot be read or written |
//! | [`PortError`] | a message that a model cannot send |
//! | [`SnapshotError`] | a snapshot that cannot be written, read or fitted to a network |
//! | `StoreError` | a network that cannot be written to a file or read from one, with the feature `store` |
//! | [`ChannelError`] | a message that cannot be sent through a channel |
//!
//! Every error has a code, [`Error::code`], which ends its text in brackets: `[E1602]`; of the error of a domain,
//! [`code_of`] returns it. [`explain`] returns
//! the page of a code: the cause, and ways out. The book has all pages as its error index, and `lava explain
//! E1602` prints one. Messages of the macros and of types that do not fit end with their code, too; those in rustc's own
//! words are found by their text.
//!
//! The text of an error includes the text of its cause. So `source()` of an error whose text is
//! complete is `None`, and a printer of error chains prints nothing twice; the cause is reached by
//! [`Error::downcast_ref`], however deep it is. [`StateError::Halted`] alone has the text of the error
//! that halted the network, which the run has returned itself.

mod causes;
mod codes;

use std::error::Error as StdError;
use std::fmt;

pub use lava_errors::{ErrorPage, explain, pages};

pub use lava_core::data::{PersistError, SelectionError, VarError};
pub use lava_core::executor::RunError;
pub use lava_core::transport::RankError;

use causes::cause;
use lava_core::executor::TaskError;

pub use crate::channel::error::ChannelError;
pub use crate::compiler::{CompileError, Problem};
pub use crate::graph::ConnectError;
#[cfg(any(feature = "live", feature = "terminal"))]
pub use crate::live::LiveError;
pub use crate::model::error::PortError;
pub use crate::monitor::error::ProbeError;
pub use crate::network::error::{PathError, StateError};
#[cfg(feature = "plot")]
pub use crate::plot::PlotError;
pub use crate::process::error::BuildError;
pub use crate::snapshot::SnapshotError;
#[cfg(feature = "store")]
pub use crate::store::StoreError;

/// The result of every fallible operation: `lava::Result<T>` is `Result<T, lava::Error>`.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of every fallible operation. Its text says what went wrong, where, and what to do
/// about it, and ends with its [code](Error::code).
#[non_exhaustive]
pub enum Error {
    /// A process could not be built.
    Build(Box<BuildError>),
    /// Two ports could not be connected.
    Connect(Box<ConnectError>),
    /// There is no such process, Var or port.
    Path(PathError),
    /// Several errors of one operation.
    Several(Vec<Error>),
    /// The network as a whole cannot run.
    Compile(CompileError),
    /// A run failed or could not start.
    Run(Box<RunError>),
    /// The operation is not possible in the current state of the network.
    State(StateError),
    /// A port or Var cannot be recorded.
    Probe(ProbeError),
    /// A picture cannot be made or written.
    #[cfg(feature = "plot")]
    Plot(PlotError),
    /// A live view cannot be shown.
    #[cfg(any(feature = "live", feature = "terminal"))]
    Live(LiveError),
    /// A Var could not be read or written.
    Var {
        /// The process.
        process: String,
        /// The Var.
        var: &'static str,
        /// The error.
        cause: VarError,
    },
    /// A model could not send a message.
    Port(Box<PortError>),
    /// A snapshot cannot be written, read, or fitted to a network.
    Snapshot(Box<SnapshotError>),
    /// A network cannot be written to a file, or read from one.
    #[cfg(feature = "store")]
    Store(Box<StoreError>),
    /// A message could not be sent through a channel.
    Channel(ChannelError),
    /// An error of the user's own code or of the operating system: see [`Error::model`]. `?` makes
    /// one of the errors of the standard library, of a text, and of `Box<dyn Error + Send + Sync>`.
    Model(Box<dyn StdError + Send + Sync>),
}

/// Writes the text of the error, and its code behind it, unless each problem in it has its own.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text();
        f.write_str(&text)?;
        match self.code() {
            Some(code) if !self.is_list() && !text.ends_with(&format!("[{code}]")) => {
                write!(f, " [{code}]")
            }
            _ => Ok(()),
        }
    }
}

impl StdError for Error {
    /// The source of the error of the domain, whose text this error has.
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Error::Several(_) | Error::Var { .. } | Error::Model(_) => None,
            _ => self.cause()?.source(),
        }
    }
}

/// Writes the text of the error: a program prints it whose `main` returns the error.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error {
    /// An error of a model's own: a message, or any error value.
    ///
    /// ```
    /// let error = lava::Error::model("the camera is gone");
    /// assert_eq!(error.to_string(), "the camera is gone");
    /// ```
    pub fn model(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
        Error::Model(cause.into())
    }

    /// The error of type `E` that this error is, or that has caused it: one of the errors of this
    /// module, or an error that a model, a process or a `build` has returned. Of several errors, the
    /// first.
    ///
    /// Returns `None` if there is no error of type `E`.
    ///
    /// ```
    /// use lava::error::RunError;
    /// use lava::prelude::*;
    ///
    /// #[derive(Debug)]
    /// struct CameraGone;
    /// # impl std::fmt::Display for CameraGone {
    /// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    /// #         f.write_str("the camera is gone")
    /// #     }
    /// # }
    /// # impl std::error::Error for CameraGone {}
    ///
    /// #[process]
    /// pub struct Camera { a_out: OutPort<f32> }
    ///
    /// #[implements(proc = Camera, protocol = Loihi)]
    /// struct CameraModel { a_out: Out<f32> }
    ///
    /// impl LoihiModel for CameraModel {
    ///     fn run_spk(&mut self) -> lava::Result<()> {
    ///         Err(lava::Error::model(CameraGone))
    ///     }
    /// }
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let camera: Camera = net.add(Camera::shape([3]))?;
    /// let error = net.run(RunSteps(1)).expect_err("the camera is gone");
    /// assert!(matches!(error.downcast_ref(), Some(RunError::Model { step: 1, .. })));
    /// assert!(error.downcast_ref::<CameraGone>().is_some());
    /// # Ok(())
    /// # }
    /// ```
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        if let Error::Several(errors) = self {
            return errors.iter().find_map(Error::downcast_ref);
        }
        let mut next = self.cause();
        while let Some(error) = next {
            if let Some(error) = error.downcast_ref::<E>() {
                return Some(error);
            }
            if let Some(error) = error.downcast_ref::<Error>() {
                return error.downcast_ref();
            }
            next = cause(error);
        }
        None
    }

    /// The code of the error, `E1602` for instance, by which [`explain`] and the book find its page. Of an
    /// error that another has caused, the code of the cause; of several errors, the first code.
    ///
    /// Returns `None` if the error is one of the user's own code.
    ///
    /// ```
    /// use lava::prelude::*;
    /// use lava::proc::Lif;
    ///
    /// let net = Network::<Loihi1SimCfg>::new();
    /// let built: lava::Result<Lif> = net.add(Lif::shape([0]));
    /// let error = built.expect_err("there are no neurons");
    /// assert_eq!(error.code(), Some("E1001"));
    /// assert!(error.to_string().ends_with("[E1001]"));
    /// ```
    pub fn code(&self) -> Option<&'static str> {
        if let Error::Several(errors) = self {
            return errors.iter().find_map(Error::code);
        }
        self.cause().and_then(code_of)
    }

    /// Returns `true` if the text is a list, whose lines have codes of their own.
    fn is_list(&self) -> bool {
        match self {
            Error::Several(_) => true,
            Error::Compile(error) => error.problems.len() > 1,
            _ => false,
        }
    }

    /// The text without its code.
    fn text(&self) -> String {
        match self {
            Error::Several(errors) => format!("{} problems:{}", errors.len(), list(errors)),
            Error::Var {
                process,
                var,
                cause,
            } => format!("`{process}.{var}`: {cause}"),
            Error::Compile(error) => compile_text(error),
            _ => self.cause().map(ToString::to_string).unwrap_or_default(),
        }
    }

    /// The error of the domain, or of the user.
    fn cause(&self) -> Option<&(dyn StdError + 'static)> {
        Some(match self {
            Error::Build(error) => &**error,
            Error::Connect(error) => &**error,
            Error::Path(error) => error,
            Error::Several(errors) => errors.first()?,
            Error::Compile(error) => error,
            Error::Run(error) => &**error,
            Error::State(error) => error,
            Error::Probe(error) => error,
            #[cfg(feature = "plot")]
            Error::Plot(error) => error,
            #[cfg(any(feature = "live", feature = "terminal"))]
            Error::Live(error) => error,
            Error::Var { cause, .. } => cause,
            Error::Port(error) => &**error,
            Error::Snapshot(error) => &**error,
            #[cfg(feature = "store")]
            Error::Store(error) => &**error,
            Error::Channel(error) => error,
            Error::Model(error) => &**error,
        })
    }

    /// The error that a task returned: a model's own [`Error`], or another.
    pub(crate) fn from_task(error: TaskError) -> Error {
        match error.downcast::<Error>() {
            Ok(error) => *error,
            Err(error) => Error::Model(error),
        }
    }
}

/// The code of an error of a domain, which does not show it itself: that of its cause, or its own. An [`Error`] that is
/// made of it shows the code.
///
/// Returns `None` if the error is none of the library's.
///
/// ```
/// use lava::error::code_of;
/// use lava::proc::synapse::Synapses;
///
/// let error = Synapses::<f32>::from_list(0, 3, &[]).expect_err("there are no sources");
/// assert_eq!(code_of(&error), Some("E1701"));
/// assert!(lava::Error::from(error).to_string().ends_with("[E1701]"));
/// ```
pub fn code_of(error: &(dyn StdError + 'static)) -> Option<&'static str> {
    let mut found = None;
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<Error>() {
            return error.code().or(found);
        }
        found = codes::code_of(error).or(found);
        next = cause(error);
    }
    found
}

/// The text of all problems, each with its code if there are several.
fn compile_text(error: &CompileError) -> String {
    let text = error.to_string();
    if error.problems.len() < 2 {
        return text;
    }
    let coded = error.problems.iter().map(|problem| {
        let code = codes::code_of(problem).unwrap_or_default();
        format!("\n  - {problem} [{code}]")
    });
    let first = text.lines().next().unwrap_or_default();
    format!("{first}{}", coded.collect::<String>())
}

fn list(errors: &[Error]) -> String {
    errors
        .iter()
        .map(|error| format!("\n  - {error}"))
        .collect()
}

impl From<BuildError> for Error {
    fn from(error: BuildError) -> Error {
        Error::Build(Box::new(error))
    }
}

impl From<ConnectError> for Error {
    fn from(error: ConnectError) -> Error {
        Error::Connect(Box::new(error))
    }
}

impl From<RunError> for Error {
    fn from(error: RunError) -> Error {
        Error::Run(Box::new(error))
    }
}

impl From<SnapshotError> for Error {
    fn from(error: SnapshotError) -> Error {
        Error::Snapshot(Box::new(error))
    }
}

#[cfg(feature = "store")]
impl From<StoreError> for Error {
    fn from(error: StoreError) -> Error {
        Error::Store(Box::new(error))
    }
}

impl From<PortError> for Error {
    fn from(error: PortError) -> Error {
        Error::Port(Box::new(error))
    }
}

/// Errors of domains that [`Error`] holds as they are.
macro_rules! from_domain {
    ($($(#[$cfg:meta])* $variant:ident($error:ident),)*) => {
        $($(#[$cfg])*
        impl From<$error> for Error {
            fn from(error: $error) -> Error {
                Error::$variant(error)
            }
        })*
    };
}

from_domain!(
    Path(PathError),
    Compile(CompileError),
    State(StateError),
    Probe(ProbeError),
    #[cfg(feature = "plot")]
    Plot(PlotError),
    #[cfg(any(feature = "live", feature = "terminal"))]
    Live(LiveError),
    Channel(ChannelError),
);

/// Errors of which `?` in a model makes a model's own: of the standard library, of arrays, and of the domains
/// above this module.
macro_rules! from_cause {
    ($($cause:ty),* $(,)?) => {
        $(impl From<$cause> for $crate::Error {
            fn from(error: $cause) -> $crate::Error {
                $crate::Error::model(error)
            }
        })*
    };
}

pub(crate) use from_cause;

from_cause!(
    &str,
    String,
    Box<dyn StdError + Send + Sync>,
    fmt::Error,
    PersistError,
    ndarray::ShapeError,
    std::env::VarError,
    std::io::Error,
    std::num::ParseFloatError,
    std::num::ParseIntError,
    std::num::TryFromIntError,
    std::str::ParseBoolError,
    std::str::Utf8Error,
    std::string::FromUtf8Error,
    std::time::SystemTimeError,
);

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn interrupted() -> io::Error {
        io::Error::from(io::ErrorKind::Interrupted)
    }

    #[test]
    fn the_cause_of_an_error_is_reachable() {
        let build = Error::from(BuildError::refused(interrupted()));
        let var = Error::Var {
            process: "lif".into(),
            var: "v",
            cause: VarError::Refused(std::sync::Arc::new(RunError::Thread {
                purpose: String::new(),
                name: "worker".into(),
                cause: interrupted(),
            })),
        };
        let nested = Error::model(Error::model(interrupted()));
        let several = Error::Several(vec![StateError::Stopped.into(), build]);
        for error in [&several, &var, &nested] {
            let found = error.downcast_ref::<io::Error>().map(io::Error::kind);
            assert_eq!(found, Some(io::ErrorKind::Interrupted));
        }
        assert!(var.downcast_ref::<RunError>().is_some());
        assert!(several.downcast_ref::<StateError>().is_some());
        assert!(nested.downcast_ref::<PathError>().is_none());
    }

    #[test]
    fn no_text_is_printed_twice_by_a_printer_of_chains() {
        let error = Error::from(BuildError::refused(interrupted()));
        assert!(error.to_string().contains(&interrupted().to_string()));
        assert!(StdError::source(&error).is_none());
    }
}
