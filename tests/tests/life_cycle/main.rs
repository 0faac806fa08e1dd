//! The life cycle of a network: every call from every thread, place and stage.

mod defects;
mod inside;
mod models;
mod races;
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    reason = "shared with the suite"
)]
#[path = "../suite/support.rs"]
mod support;
mod table;
mod watch;
