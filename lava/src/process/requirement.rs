//! Inputs that are required for some type parameters of a process.

/// A type that says whether an in-port must be fed: [`Required`] or [`NotRequired`]. A process that
/// declares a port with `#[port(required = R)]` has such a type as a parameter, or gets it from one.
///
/// ```
/// use lava::process::{NotRequired, Required, Requirement};
///
/// assert!(Required::IS_REQUIRED && !NotRequired::IS_REQUIRED);
/// ```
pub trait Requirement: Send + Sync + 'static {
    /// `true` if the port must be fed.
    const IS_REQUIRED: bool;
    /// The state of the port for `network!`, if connections have left the state `S`.
    #[doc(hidden)]
    type After<S>;
}

/// A required input that something feeds.
#[doc(hidden)]
#[derive(Debug)]
pub enum Fed {}

/// The input must be fed.
#[derive(Clone, Copy, Debug)]
pub enum Required {}

/// The input can be left out: it then receives zeros, or no spikes.
#[derive(Clone, Copy, Debug)]
pub enum NotRequired {}

impl Requirement for Required {
    const IS_REQUIRED: bool = true;
    type After<S> = S;
}

impl Requirement for NotRequired {
    const IS_REQUIRED: bool = false;
    type After<S> = Fed;
}
