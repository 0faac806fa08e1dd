//! Errors of live views.

/// A live view cannot be shown.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum LiveError {
    /// The port of the page is taken, or not allowed.
    #[error("a live view cannot be served at port {port}: {reason}; port 0 takes one that is free")]
    Bind {
        /// The port that was given.
        port: u16,
        /// The reason that the system gives.
        reason: String,
    },
    /// The system gives no thread, or no random numbers for the token.
    #[error("a live view cannot be served: {reason}")]
    Server {
        /// The reason that the system gives.
        reason: String,
    },
    /// The terminal cannot be drawn on.
    #[error("a live view cannot be drawn in this terminal: {reason}")]
    Terminal {
        /// The reason that the system gives.
        reason: String,
    },
    /// A slider without a range.
    #[error(
        "the slider of `{var}` goes from {low} to {high}: give a finite range that is not empty"
    )]
    Range {
        /// The Var.
        var: String,
        /// The lowest value.
        low: f64,
        /// The highest value.
        high: f64,
    },
}
