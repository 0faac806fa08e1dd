//! Tests of the whole system, as far as they need more than a test file: see [`conformance`].

#![allow(
    missing_debug_implementations,
    reason = "the parts of the harness are never printed"
)]

pub mod conformance;
pub mod folders;
pub mod memory;
pub mod stress;

/// The page for those who know Lava, whose programs are tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/coming-from-lava.md")]
struct ComingFromLava;

/// The page about synapses that are not stored, whose program is a test.
#[cfg(doctest)]
#[doc = include_str!("../../docs/procedural.md")]
struct Procedural;

/// The page about snapshots, whose programs are compiled.
#[cfg(doctest)]
#[doc = include_str!("../../docs/snapshots.md")]
struct Snapshots;

/// The page about NIR, whose program is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../docs/nir.md")]
struct Nir;

/// The page about netx, whose program is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../docs/netx.md")]
struct Netx;

/// The page about SONATA, whose programs are compiled.
#[cfg(doctest)]
#[doc = include_str!("../../docs/sonata.md")]
struct Sonata;

/// The page about plastic projections, whose program is a test.
#[cfg(doctest)]
#[doc = include_str!("../../docs/plasticity.md")]
struct Plasticity;

/// The page for those who know Brian2 or NESTML, whose programs are tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/coming-from-brian2.md")]
struct ComingFromBrian2;
