//! Snapshots: a run that is saved, restored elsewhere and continued is one that was never interrupted.

mod circuits;
mod continuation;
mod files;
mod independent;
mod models;
mod rules;
