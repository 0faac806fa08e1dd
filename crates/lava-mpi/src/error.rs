//! Errors of the start of MPI.

/// MPI cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MpiError {
    /// MPI was initialized by other code, or has been finalized.
    #[error(
        "MPI has been initialized by other code, or finalized: call `lava_mpi::world()` once, before all other uses of MPI, and clone what it returns for each network"
    )]
    Initialized,
    /// The MPI library does not let several threads call it one after the other.
    #[error(
        "the MPI library supports no calls from several threads (`MPI_THREAD_SERIALIZED`); use a build of it that does"
    )]
    Threads,
}
