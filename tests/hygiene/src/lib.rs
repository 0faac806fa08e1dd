//! The macros where they are least at home: the library has another name, there is no prelude or
//! its names mean something else, and every warning is an error.

#![deny(
    warnings,
    future_incompatible,
    let_underscore,
    nonstandard_style,
    rust_2018_idioms,
    unused,
    missing_debug_implementations,
    missing_docs,
    trivial_casts,
    trivial_numeric_casts,
    unreachable_pub,
    unsafe_code,
    unused_import_braces,
    unused_lifetimes,
    clippy::all,
    clippy::cargo
)]
// The model checkers of lava-core, which are not built here, bring versions of their own.
#![allow(clippy::multiple_crate_versions)]

pub mod network;
pub mod neuron;
pub mod relay;
pub mod renamed;
pub mod shadow;
