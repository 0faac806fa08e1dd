//! The program as its user meets it: help, examples, exit codes, files that are wrong.

#[allow(unreachable_pub, reason = "it is a module of a library")]
#[path = "../../../tests/src/folders.rs"]
mod folders;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use lava::io::Tensor;
use lava::prelude::*;
use lava::proc::{Dense, Lif};

const COMMANDS: [&str; 5] = ["check", "info", "run", "draw", "convert"];

/// A folder that is removed at the end of a test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let name = format!("lava-cli-{}-{name}", std::process::id());
        let folder = Folder(std::env::temp_dir().join(name));
        std::fs::create_dir_all(&folder.0).expect("a folder can be made");
        folder
    }

    /// Copies a fixture under a name.
    fn take(&self, fixture: &str, name: &str) {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
        std::fs::copy(fixtures.join(fixture), self.0.join(name)).expect("there is the fixture");
    }

    /// Copies the circuit of the fixtures.
    fn take_circuit(&self) {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
        folders::copy(&fixtures.join("sonata/mixed"), &self.0);
    }

    /// Stores a small network under a name.
    fn store(&self, name: &str) -> lava::Result<()> {
        let net = Network::<Loihi1SimCfg>::new();
        let output: Lif = net.add(Lif::shape([2]).bias_mant(1.0).vth(2.5).name("output"))?;
        let weights: Dense = net.add(Dense::weights([[0.0, 0.5], [0.5, 0.0]]).name("weights"))?;
        output.s_out.connect(&weights.s_in)?;
        weights.a_out.connect(&output.a_in)?;
        net.store(self.0.join(name))
    }

    fn lava(&self, words: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lava"));
        command
            .current_dir(&self.0)
            .args(words.split_whitespace())
            .output()
            .expect("the program runs")
    }

    /// Returns the printed text; fails if the exit code is another.
    #[track_caller]
    fn printed(&self, words: &str, code: i32) -> String {
        let output = self.lava(words);
        let [out, err] =
            [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        assert_eq!(output.status.code(), Some(code), "lava {words}: {out}{err}");
        assert_eq!(err.is_empty(), code == 0 || !out.is_empty(), "{out}{err}");
        out + &err
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Files of another test are not in it.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn every_example_of_the_help_runs() {
    let folder = Folder::new("examples");
    folder.take("netx/dense.net", "network.net");
    folder.take_circuit();
    folder.store("digits.lava").expect("it can be stored");
    folder.take("npz/stored.npz", "weights.npz");
    folder.take("table/connections.mtx", "connections.mtx");
    folder.take("camera/events.aedat4", "events.aedat4");
    folder.printed("convert network.net graph.nir", 0);
    let spikes = (0..10 * 6).map(|index| f32::from(u8::from(index % 7 == 3)));
    let spikes = Tensor::new([10, 1, 2, 3], spikes.collect());
    spikes
        .write_npy(folder.0.join("spikes.npy"))
        .expect("it is written");
    let all = folder.printed("--help", 0);
    for command in COMMANDS {
        assert!(all.contains(&format!("\n  lava {command} ")), "{command}");
        let help = folder.printed(&format!("{command} --help"), 0);
        assert_eq!(folder.printed(&format!("help {command}"), 0), help);
        let (_, examples) = help
            .split_once("\nexamples:\n")
            .expect("there are examples");
        assert!(examples.lines().count() >= 3, "{command}");
        for example in examples.lines() {
            let words = example.trim().strip_prefix("lava ").expect("a command");
            folder.printed(words, 0);
        }
    }
    for written in [
        "weights.npy",
        "table.csv",
        "spikes.csv",
        "again.nir",
        "layers.nir",
        "graph.svg",
        "picture.png",
        "picture.dot",
        "results/output.npy",
        "results/layer_2.spikes.npy",
        "results/out_spikes.h5",
        "results/voltage.h5",
        "circuit.svg",
    ] {
        assert!(folder.0.join(written).exists(), "{written}");
    }
}

#[test]
fn a_circuit_of_sonata_is_shown_checked_and_run() {
    let folder = Folder::new("circuit");
    folder.take_circuit();
    let info = folder.printed("info simulation_config.json", 0);
    assert!(
        info.contains("edges cells_to_cells: 52, cells → cells"),
        "{info}"
    );
    assert!(
        info.contains("node set everything") && info.contains("report voltage: V_m"),
        "{info}"
    );
    let checked = folder.printed("check simulation_config.json", 0);
    assert!(
        checked.contains("nest:iaf_psc_alpha  IafPscAlpha  exact"),
        "{checked}"
    );
    let printed = folder.printed("run simulation_config.json", 0);
    assert!(printed.contains("cells: 148 spikes, 61.67 Hz"), "{printed}");
    let refused = folder.printed("run circuit_config.json", 1);
    assert!(refused.contains("--steps N"), "{refused}");
    std::fs::remove_file(folder.0.join("network/edges.h5")).expect("it is there");
    let missing = folder.printed("check simulation_config.json", 1);
    assert!(missing.contains("edges.h5"), "{missing}");
    std::fs::write(folder.0.join("other.json"), "{}").expect("it can be written");
    let other = folder.printed("info other.json", 1);
    assert!(other.contains("`networks`"), "{other}");
}

#[test]
fn a_stored_network_is_shown_checked_run_and_drawn() {
    let folder = Folder::new("stored");
    folder.store("net").expect("it can be stored");
    let info = folder.printed("info net", 0);
    assert!(info.contains("\"type\": \"lava::Lif<f32>\""), "{info}");
    folder.printed("check net", 0);
    folder.printed("draw net --out net.dot", 0);
    let printed = folder.printed("run net --steps 30 --record output.s_out", 0);
    assert!(
        printed.starts_with("output.s_out, sums over 30 steps: ["),
        "{printed}"
    );
    let mut bytes = std::fs::read(folder.0.join("net")).expect("it is there");
    bytes[100] ^= 1;
    std::fs::write(folder.0.join("net"), bytes).expect("it can be written");
    assert!(folder.printed("run net", 1).contains("[E2086]"));
}

#[test]
fn what_is_converted_is_the_same() {
    let folder = Folder::new("convert");
    folder.take("nir/recurrent.nir", "a.nir");
    folder.printed("convert a.nir b.nir", 0);
    let read = |name: &str| lava::nir::NirGraph::read(folder.0.join(name)).expect("a graph");
    assert_eq!(read("a.nir"), read("b.nir"));

    folder.take("npz/stored.npz", "a.npz");
    folder.printed("convert a.npz a.h5", 0);
    folder.printed("convert a.h5 b.npz", 0);
    let read = |name: &str| lava::io::Arrays::read(folder.0.join(name)).expect("arrays");
    assert_eq!(read("a.npz"), read("b.npz"));

    folder.take("table/connections.mtx", "a.mtx");
    folder.printed("convert a.mtx a.csv", 0);
    folder.printed("convert a.csv b.mtx", 0);
    folder.printed("convert b.mtx b.csv", 0);
    let read = |name: &str| std::fs::read_to_string(folder.0.join(name)).expect("a table");
    assert_eq!(read("a.csv"), read("b.csv"));

    folder.take("camera/events.aedat4", "a.aedat4");
    folder.printed("convert a.aedat4 spikes.csv --dt 1e-4", 0);
    let events = lava::io::CameraEvents::read(folder.0.join("a.aedat4")).expect("events");
    let spikes = events.spikes(0.1 * lava::units::ms).expect("spikes");
    let written = lava::proc::Events::read(folder.0.join("spikes.csv")).expect("a table");
    assert_eq!(
        written.iter().collect::<Vec<_>>(),
        spikes.iter().collect::<Vec<_>>()
    );
}

/// The numbers of spikes that `run` prints last.
fn sums(printed: &str) -> Vec<f64> {
    let (_, sums) = printed.rsplit_once('[').expect("an array");
    let sums = sums.trim().trim_end_matches(']').split(", ");
    sums.map(|sum| sum.parse().expect("a number")).collect()
}

#[test]
fn layers_of_lava_dl_spike_as_often_as_a_graph() {
    let folder = Folder::new("layers");
    folder.take("netx/dense.net", "a.net");
    folder.printed("convert a.net a.nir", 0);
    let layers = sums(&folder.printed("run a.net --steps 400", 0));
    let euler = "--integrator decay-euler --synaptic-delay --dt 1e-3";
    let graph = sums(&folder.printed(&format!("run a.nir --steps 400 {euler}"), 0));
    // Integers are rounded: each neuron may differ a little.
    let total: f64 = layers.iter().sum();
    let differ: f64 = layers
        .iter()
        .zip(&graph)
        .map(|(layer, graph)| (layer - graph).abs())
        .sum();
    assert!(
        total > 100.0 && differ < 0.15 * total,
        "{layers:?}, {graph:?}"
    );
}

#[test]
fn exit_codes_say_who_is_to_mend_what() {
    let folder = Folder::new("codes");
    for words in [
        "",
        "fly graph.nir",
        "check",
        "check a.nir b.nir",
        "convert a.npy",
        "run a.nir --steps many",
        "run a.nir --speed 2",
        "run a.nir --input",
        "run a.nir --dt 0",
        "run a.nir --dt inf",
        "check a.nir --steps 2",
        "info a.nir --dt 1e-3",
    ] {
        assert!(folder.printed(words, 2).contains("lava --help"), "{words}");
    }
    for command in COMMANDS {
        let to = if command == "convert" { "b.nir" } else { "" };
        let printed = folder.printed(&format!("{command} absent.nir {to}"), 1);
        assert!(printed.contains("absent.nir"), "{printed}");
    }
    assert!(folder.printed("check absent.nir", 1).contains("[E1971]"));
    std::fs::create_dir(folder.0.join("inside")).expect("it can be made");
    for ending in ["nir", "net", "json", "npy", "npz", "h5", "dat", "x"] {
        let name = format!("inside/{ending}.{ending}");
        std::fs::create_dir(folder.0.join(&name)).expect("it can be made");
        let printed = folder.printed(&format!("info {name}"), 1).to_lowercase();
        assert!(printed.contains("is a directory"), "{printed}");
    }
    folder.take("npy/row_major.npy", "a.npy");
    assert!(folder.printed("run a.npy", 1).contains("lava info"));
    folder.take("netx/matrix.net", "a.net");
    let printed = folder.printed("run a.net --record x", 1);
    assert!(printed.contains("does not use `--record`"), "{printed}");
    folder.take("nir/recurrent.nir", "a.nir");
    let error = folder.lava("run a.nir --input other=a.npy").stderr;
    let error = String::from_utf8_lossy(&error);
    assert!(error.contains("there is no input `other`"), "{error}");
    let error = folder.lava("run a.nir --out a.npy/inside").stderr;
    let error = String::from_utf8_lossy(&error);
    assert!(error.contains("`a.npy/inside`"), "{error}");
    let printed = folder.printed("convert a.nir a.csv", 1);
    assert!(
        printed.contains("no way from `.nir` to `.csv`"),
        "{printed}"
    );
    assert!(folder.printed("draw a.nir --out a.bmp", 1).contains(".svg"));
    folder.take("npz/stored.npz", "a.npz");
    let printed = folder.printed("convert a.npz a.npy", 1);
    assert!(printed.contains("--array NAME"), "{printed}");
    assert!(folder.printed("explain E1602", 0).contains("VarError"));
    folder.printed("explain E9999", 1);
    folder.printed("examples", 0);
    folder.take("table/connections.csv", "a.csv");
    folder.take("table/spikes.csv", "b.csv");
    assert!(folder.printed("info a.csv", 0).contains("synapses from"));
    assert!(folder.printed("info b.csv", 0).contains("spikes"));
    std::fs::write(folder.0.join("c.csv"), "a,b\n1,2\n").expect("it can be written");
    let printed = folder.printed("info c.csv", 1);
    assert!(printed.contains("no column `source`"), "{printed}");
}

#[test]
fn a_part_of_what_is_printed_can_be_read() {
    let folder = Folder::new("part");
    folder.take("nir/recurrent.nir", "a.nir");
    let mut child = Command::new(env!("CARGO_BIN_EXE_lava"))
        .current_dir(&folder.0)
        .args(["check", "a.nir"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // Nothing of it.
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn a_bad_file_is_an_error_of_every_command() {
    let folder = Folder::new("bad");
    for (fixture, ending) in [
        ("nir/recurrent.nir", "nir"),
        ("netx/dense.net", "net"),
        ("npz/stored.npz", "npz"),
        ("camera/events.aedat4", "aedat4"),
        ("table/connections.mtx", "mtx"),
    ] {
        let name = format!("bad.{ending}");
        folder.take(fixture, &name);
        let path = folder.0.join(&name);
        let bytes = std::fs::read(&path).expect("it is there");
        std::fs::write(&path, &bytes[..bytes.len() / 3]).expect("it is written");
        let to = match ending {
            "npz" => "good.h5",
            "aedat4" | "mtx" => "good.csv",
            _ => "good.nir",
        };
        let printed = folder.printed(&format!("convert {name} {to}"), 1);
        assert!(printed.contains(&name), "{printed}");
        assert!(!folder.0.join(to).exists(), "{name} is half converted");
        if matches!(ending, "nir" | "net") {
            for command in ["check", "run", "draw"] {
                folder.printed(&format!("{command} {name}"), 1);
            }
        }
        if ending != "mtx" {
            folder.printed(&format!("info {name}"), 1);
        }
    }
}

/// The commands that read a file, by its ending.
fn readers(name: &str, ending: &str) -> Vec<String> {
    let to = match ending {
        "nir" | "net" => "new.nir",
        "npy" | "npz" | "h5" => "new.npz",
        "csv" => "new.mtx",
        "mtx" | "dat" | "aedat4" => "new.csv",
        _ => "",
    };
    let mut commands = vec![format!("info {name}")];
    if matches!(ending, "nir" | "net" | "json" | "") {
        commands.extend(["check", "run", "draw"].map(|command| format!("{command} {name}")));
    }
    if !to.is_empty() {
        commands.push(format!("convert {name} {to}"));
    }
    commands
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_neither_waited_for_nor_read_without_end() {
    use std::os::unix::fs::symlink;

    let folder = Folder::new("devices");
    let endings = [
        "nir", "net", "json", "npy", "npz", "h5", "csv", "mtx", "dat", "aedat4", "",
    ];
    for ending in endings {
        let [pipe, device, gone] =
            ["pipe", "device", "gone"].map(|name| format!("{name}.{ending}"));
        let mut make = Command::new("mkfifo");
        let made = make.arg(folder.0.join(&pipe)).status();
        assert!(made.expect("the system has pipes").success());
        symlink("/dev/zero", folder.0.join(&device)).expect("a link");
        symlink("nowhere", folder.0.join(&gone)).expect("a link");
        for (name, problem) in [
            (pipe, "it is a pipe or a device; give the name of a file"),
            (device, "it is a pipe or a device; give the name of a file"),
            (gone, "check its name and its folder"),
        ] {
            for words in readers(&name, ending) {
                let printed = folder.printed(&words, 1);
                let text = format!("`{name}` cannot be read");
                assert!(
                    printed.contains(&text) && printed.contains(problem),
                    "{words}: {printed}"
                );
            }
        }
    }
    folder.take("nir/recurrent.nir", "a.nir");
    for words in [
        "run a.nir --input pipe.npy",
        "draw a.nir --out pipe.svg",
        "convert a.nir pipe.nir",
    ] {
        let _ = Command::new("mkfifo")
            .arg(folder.0.join("pipe.svg"))
            .status();
        let error = String::from_utf8_lossy(&folder.lava(words).stderr).into_owned();
        assert!(
            error.contains("it is a pipe or a device"),
            "{words}: {error}"
        );
    }
    assert!(!folder.0.join("new.npz").exists());
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_the_older_file() {
    let folder = Folder::new("full");
    folder.take("nir/recurrent.nir", "a.nir");
    folder.take("camera/events.aedat4", "a.aedat4");
    folder.store("net").expect("it can be stored");
    let values = (0..3000_u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let array = Tensor::new([3000], values.collect());
    array
        .write_npy(folder.0.join("a.npy"))
        .expect("it is written");
    let list: String = (0..300).map(|n| format!("{n},{n},{}.5\n", n * n)).collect();
    std::fs::write(folder.0.join("a.csv"), list).expect("it is written");
    folder.printed("convert a.csv b.mtx", 0);
    let commands = [
        ("convert a.npy new.npz", "new.npz"),
        ("convert a.npy new.h5", "new.h5"),
        ("convert a.npy new.npy", "new.npy"),
        ("convert a.csv new.mtx", "new.mtx"),
        ("convert b.mtx new.csv", "new.csv"),
        ("convert a.nir new.nir", "new.nir"),
        ("convert a.aedat4 spikes.csv --dt 1e-5", "spikes.csv"),
        ("convert a.aedat4 spikes.npy --dt 1e-5", "spikes.npy"),
        ("convert a.aedat4 spikes.npz --dt 1e-5", "spikes.npz"),
        ("convert a.aedat4 spikes.h5 --dt 1e-5", "spikes.h5"),
        ("draw a.nir --out a.svg", "a.svg"),
        ("draw a.nir --out a.png", "a.png"),
        ("draw a.nir --out a.dot", "a.dot"),
        ("draw a.nir --out a.mmd", "a.mmd"),
        (
            "run net --record output.v --out out --steps 500",
            "out/output.v.npy",
        ),
    ];
    std::fs::create_dir(folder.0.join("out")).expect("a folder");
    for (_, name) in commands {
        std::fs::write(folder.0.join(name), "older").expect("it is written");
    }
    let entries = || {
        let folders = [folder.0.clone(), folder.0.join("out")];
        folders.map(|folder| std::fs::read_dir(folder).expect("a folder").count())
    };
    let before = entries();
    for (words, name) in commands {
        // Files may have no bytes, and writing more is an error instead of a signal.
        let program = env!("CARGO_BIN_EXE_lava");
        let output = Command::new("sh")
            .current_dir(&folder.0)
            .args([
                "-c",
                &format!("trap '' XFSZ; ulimit -f 0; exec '{program}' {words}"),
            ])
            .output()
            .expect("the shell runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{words}: {error}");
        let is_named = error.contains(&format!("`{name}`")) && error.contains("written");
        assert!(is_named && error.contains("make room"), "{words}: {error}");
        let older = std::fs::read(folder.0.join(name)).expect("it is there");
        assert_eq!(older, b"older", "{words}");
        assert_eq!(entries(), before, "{words} leaves a part");
    }
}
