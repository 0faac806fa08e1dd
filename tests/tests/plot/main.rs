//! Statistics, pictures and reports.

mod statistics;
