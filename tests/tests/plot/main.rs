//! Statistics, pictures and reports.

mod pictures;
mod statistics;
