//! Plastic projections change their weights as the definition of their rule says, whatever the trains of
//! spikes, delays and workers.

mod delays;
mod direct;
mod dopamine;
mod equations;
mod rules;
mod short_term;
mod state;
mod traces;
mod trains;
mod updates;
