//! Programs that must compile, and programs that must not: every mistake of `compile-fail` with
//! its message.
//!
//! `TRYBUILD=overwrite cargo test -p lava-tests --test compile` rewrites the messages.

use std::env;
use std::io::{self, Write as _};
use std::process::Command;

/// The compiler whose messages the `.stderr` files hold. It need not be the oldest one that the
/// workspace builds with, its `rust-version`.
const PINNED: &str = "1.95";

#[test]
fn compile() -> io::Result<()> {
    let cases = trybuild::TestCases::new();
    cases.pass("compile-pass/*.rs");
    let compiler = compiler();
    if is_pinned(&compiler) {
        cases.compile_fail("compile-fail/*/*.rs");
        return Ok(());
    }
    let message = format!(
        "compile-fail is left out: its messages are those of Rust {PINNED}, this is {compiler}"
    );
    assert!(!is_ci(), "{message}");
    // Not through a macro, whose output the test harness would keep to itself.
    writeln!(io::stderr().lock(), "warning: {message}")
}

/// Returns `true` if the environment says that this is continuous integration.
fn is_ci() -> bool {
    env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// The first line of `rustc -V`.
fn compiler() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    match Command::new(rustc).arg("-V").output() {
        Ok(output) => String::from_utf8_lossy(&output.stdout).trim().to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Returns `true` for the version line of a stable release of the pinned version.
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
