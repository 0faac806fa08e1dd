//! Every tutorial runs to its end. What it shows, it asserts itself.
//!
//! `cargo test -p lava-examples` builds the programs that these tests run; with `--test tutorials`
//! cargo does not.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The program of an example, which cargo puts beside the folder of this test's program.
fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this program has a path");
    let folder = test.ancestors().nth(2).expect("it lies in two folders");
    let program = folder.join("examples").join(name);
    program.with_extension(std::env::consts::EXE_EXTENSION)
}

fn run(program: &Path) {
    let output = match Command::new(program)
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .output()
    {
        Ok(output) => output,
        Err(error) => panic!(
            "{}: {error}; `cargo test -p lava-examples` builds it",
            program.display()
        ),
    };
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}\n{errors}");
    assert!(!printed.is_empty(), "a tutorial shows something");
}

macro_rules! tutorials {
    ($($name:ident)+) => {
        $(
            #[test]
            fn $name() {
                run(&program(stringify!($name)));
            }
        )+

        #[test]
        fn every_example_is_among_them() {
            // `digits` has a test of its own; `live` has no end; `serialize` has one below, where it is built; the
            // others read a file that they are given.
            let read = ["nir", "pilotnet", "sonata", "netx_mnist", "oxford"];
            let tested = ["digits", "live", "serialize", $(stringify!($name)),+];
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
            for entry in std::fs::read_dir(folder).expect("there are examples") {
                let path = entry.expect("it can be read").path();
                let name = path.file_stem().expect("a file has a name");
                let mut known = tested.iter().chain(&read);
                assert!(known.any(|known| name == *known), "{name:?}");
            }
        }
    };
}

#[cfg(feature = "files")]
#[test]
fn serialize() {
    run(&program("serialize"));
}

tutorials! {
    tour
    chapters
    library
    processes
    process_models
    equations
    izhikevich
    execution
    connect
    hierarchy
    async_io
    remote_memory
    stdp
    custom_rule
    rstdp
    unsupervised_digits
    neurons
    looking
    dnf
    compass
    mnist
    robot
}
