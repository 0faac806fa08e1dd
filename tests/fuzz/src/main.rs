//! Readers of files under libFuzzer: an error or a value, never a panic, and never more memory than the limit.
//!
//! `LAVA_FUZZ_TARGET` names the reader, see [`targets`]; `run.sh` builds and runs them.
#![no_main]

mod limiter;
mod seeds;
mod targets;

use std::sync::OnceLock;

use targets::Target;

static TARGET: OnceLock<Target> = OnceLock::new();

/// Chooses the target, and writes the seeds that are no fixtures.
fn prepare() {
    let name = std::env::var("LAVA_FUZZ_TARGET").expect("LAVA_FUZZ_TARGET names a target");
    let target = targets::TARGETS.iter().find(|(known, _)| *known == name);
    let (_, target) = target.unwrap_or_else(|| panic!("there is no target `{name}`"));
    TARGET.get_or_init(|| *target);
    if let Some(folder) = std::env::var_os("LAVA_FUZZ_SEEDS") {
        seeds::write(folder.as_ref(), &name).expect("seeds");
    }
    limiter::tolerate_caught_panics();
}

libfuzzer_sys::fuzz_target!(init: prepare(), |bytes: &[u8]| {
    if let Some(target) = TARGET.get() {
        target(bytes);
    }
});
