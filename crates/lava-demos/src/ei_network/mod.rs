//! A recurrent network of excitatory and inhibitory units, with three models of one process.
//!
//! `network` is the process and its models, `activity` runs and measures them, `plot` pictures what
//! they did. The program that uses them is `ei_network.rs`.

mod activity;
mod network;
mod plot;

pub use activity::{Activity, LAGS, Regime, STEPS};
pub use network::{EXCITATORY, EiNetwork, FixedSpikes, Rates, Spikes, UNITS, weights};
pub use plot::picture;
