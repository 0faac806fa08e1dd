//! Statistics, pictures and reports.

mod pictures;
mod reports;
mod statistics;
