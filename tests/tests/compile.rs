//! What must compile, and what must not: every mistake of `compile-fail` with its message.
//!
//! `TRYBUILD=overwrite cargo test -p lava-tests --test compile` writes the messages anew.

use std::process::Command;

/// The compiler whose messages the `.stderr` files hold.
const PINNED: &str = env!("CARGO_PKG_RUST_VERSION");

#[test]
#[allow(clippy::print_stderr, reason = "a part that is left out should say so")]
fn compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("compile-pass/*.rs");
    let compiler = compiler();
    if is_pinned(&compiler) {
        cases.compile_fail("compile-fail/*/*.rs");
    } else {
        eprintln!(
            "compile-fail is left out: its messages are those of {PINNED}, this is {compiler}"
        );
    }
}

/// The first line of `rustc -V`.
fn compiler() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    match Command::new(rustc).arg("-V").output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Whether `rustc 1.95.0 (…)` is the stable release of the pinned version.
fn is_pinned(compiler: &str) -> bool {
    let version = compiler.split(' ').nth(1).unwrap_or_default();
    let patch = version
        .strip_prefix(PINNED)
        .and_then(|rest| rest.strip_prefix('.'));
    patch.is_some_and(|patch| patch.parse::<u32>().is_ok())
}

#[test]
fn only_the_pinned_release_is_compared() {
    assert!(is_pinned(&format!(
        "rustc {PINNED}.1 (59807616e 2026-04-14)"
    )));
    for other in ["1.9.0", "1.950.0", "1.95.0-nightly", "2.0.0"] {
        assert!(
            !is_pinned(&format!("rustc {other} (59807616e 2026-04-14)")),
            "{other}"
        );
    }
}
