//! The benchmark networks of computational neuroscience.
//!
//! | program | network |
//! |---|---|
//! | [`brunel`] | random network of integrate-and-fire neurons (Brunel 2000) |
//! | [`brunel_stdp`] | … whose recurrent excitatory synapses learn |
//! | [`cuba`], [`coba`] | self-sustained networks (Vogels & Abbott 2005) |
//! | [`microcircuit`] | the circuit below 1 mm² of cortex (Potjans & Diesmann 2014) |
//! | [`million`] | a million neurons and ten billion synapses, none of which is stored |
//! | [`fly`] | the brain of the fly, or a surrogate of it (Shiu et al. 2024) |
//! | [`dense_ff`] | two populations and the full matrix between them |
//! | [`lif_only`] | neurons without synapses |
//!
//! Each is a function that builds a [`Simulation`] as the [`Options`] say; [`main`] is the program
//! around it. A [`Report`] has the figures that the program prints.

mod brunel;
mod brunel_stdp;
mod builder;
mod dense_ff;
mod dry_run;
mod fly;
mod lif_only;
mod microcircuit;
mod million;
mod options;
mod random;
mod report;
mod scaling;
mod simulation;
mod vogels_abbott;

pub use brunel::brunel;
pub use brunel_stdp::brunel_stdp;
pub use dense_ff::dense_ff;
pub use fly::{FlyNeuron, fly};
pub use lif_only::lif_only;
pub use microcircuit::microcircuit;
pub use million::million;
pub use options::{Options, SharedRanks};
pub use report::{Activity, Report};
pub use scaling::{Measured, MeasuredRuns};
pub use simulation::{Awake, Build, Population, Simulation};
pub use vogels_abbott::{coba, cuba};

use anyhow::Result;

/// Builds a network as the program's arguments say, runs it and prints its figures.
///
/// # Errors
/// If an argument makes no sense, or the network cannot be built or run.
#[allow(clippy::print_stdout, reason = "what a program does")]
pub fn main(about: &str, build: fn(&Options) -> Result<Simulation>) -> Result<()> {
    let Some(options) = Options::parse(std::env::args().skip(1))? else {
        println!("{about}\n\n{}", Options::HELP);
        return Ok(());
    };
    if options.dry_run.is_some() {
        return dry_run(&options, build);
    }
    let simulation = build(&options)?;
    println!("{}", simulation.measure(options.time)?);
    options
        .spikes
        .map_or(Ok(()), |folder| simulation.save_spikes(&folder))
}

/// Builds the part of a network that the first of the ranks of a [dry run](Options::dry_run) has, and prints what each
/// would have; and how the network scales, if the options have measured times.
///
/// # Errors
/// If the network cannot be built, or the picture cannot be drawn.
#[allow(clippy::print_stdout, reason = "what a program does")]
pub fn dry_run(options: &Options, build: impl Fn(&Options) -> Result<Simulation>) -> Result<()> {
    let simulation = build(options)?;
    print!("{}", dry_run::text(&simulation)?);
    let Some(measured) = options.measured else {
        return Ok(());
    };
    let scaling = scaling::Scaling::new(&simulation, measured, options.runs.clone())?;
    print!("{scaling}");
    let picture = options.picture.as_deref();
    picture.map_or(Ok(()), |path| scaling.draw(path))
}
