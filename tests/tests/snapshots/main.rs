//! Files of networks: a run that is saved, restored elsewhere and continued is one that was never interrupted,
//! and a network that is stored and read runs as the one that was stored.

mod circuits;
mod continuation;
mod files;
mod independent;
mod models;
mod rules;
mod stored;
mod stored_files;
