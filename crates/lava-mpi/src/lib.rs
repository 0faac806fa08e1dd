//! MPI
