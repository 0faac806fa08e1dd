//! Programs under the launcher of MPI: the same bits on any number of ranks, and faults of a rank.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// An example, which is built with the tests.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let target = test.ancestors().nth(2).unwrap();
    target.join("examples").join(name)
}

/// Runs an example on ranks. Returns what it has printed, and the lines of its ranks.
fn run(ranks: usize, name: &str, arguments: &[&str]) -> (Output, Vec<String>) {
    run_with(&[], ranks, name, arguments)
}

/// Runs an example on ranks, with options of the launcher.
fn run_with(
    options: &[&str],
    ranks: usize,
    name: &str,
    arguments: &[&str],
) -> (Output, Vec<String>) {
    let output = Command::new("mpirun")
        .args(["-n", &ranks.to_string(), "--oversubscribe"])
        .args(options)
        .args(["--mca", "mpi_yield_when_idle", "1"])
        .env("OMPI_ALLOW_RUN_AS_ROOT", "1")
        .env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
        .arg(example(name))
        .args(arguments)
        .output()
        .expect("`mpirun` starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines = text.lines().filter(|line| line.starts_with("rank "));
    let mut lines: Vec<String> = lines.map(str::to_owned).collect();
    lines.sort();
    (output, lines)
}

/// The spikes and their checksum on each rank of a network.
fn spikes(ranks: usize, arguments: &[&str]) -> BTreeSet<String> {
    let (output, lines) = run(ranks, "benchmark", arguments);
    assert_eq!(lines.len(), ranks, "{output:?}");
    let spikes = lines.iter().map(|line| {
        let line = line.split_once(": ").unwrap().1;
        line.split(", built").next().unwrap().to_owned()
    });
    spikes.collect()
}

/// What the ranks of all networks have printed: the lines of each rank without its number.
fn networks(ranks: usize, workers: usize) -> Vec<Vec<String>> {
    let (output, lines) = run(ranks, "networks", &["--threads", &workers.to_string()]);
    assert!(output.status.success(), "{output:?}");
    let of_rank = |rank: usize| {
        let prefix = format!("rank {rank}: ");
        let lines = lines.iter().filter_map(|line| line.strip_prefix(&prefix));
        lines.map(str::to_owned).collect()
    };
    (0..ranks).map(of_rank).collect()
}

/// Every benchmark network, learning and the digits included.
#[test]
fn all_networks_give_the_same_bits_on_any_number_of_ranks_and_workers() {
    // A snapshot has what is on its way as the workers of all ranks have cut it.
    let mut in_one_process = BTreeMap::new();
    for (ranks, workers) in (1..=4).flat_map(|ranks| [(ranks, 1), (ranks, 2)]) {
        let expected = in_one_process
            .entry(ranks * workers)
            .or_insert_with_key(|all| networks(1, *all).remove(0));
        let is_spikes = |line: &&String| !line.contains("snapshot");
        let spikes: Vec<String> = expected.iter().filter(is_spikes).cloned().collect();
        assert_eq!(spikes.len(), 14, "{spikes:?}");
        for (rank, lines) in networks(ranks, workers).into_iter().enumerate() {
            let place = format!("rank {rank} of {ranks}, of {workers} workers");
            // The first rank writes snapshots.
            let expected = if rank == 0 { &*expected } else { &spikes };
            assert_eq!(&lines, expected, "{place}");
        }
    }
    let spikes = |workers: usize| {
        let lines = in_one_process[&workers].iter();
        lines.filter(|line| !line.contains("snapshot"))
    };
    for workers in in_one_process.keys() {
        assert!(spikes(*workers).eq(spikes(1)), "{workers} workers");
    }
}

#[test]
fn a_network_that_the_first_rank_drives_gives_the_same_spikes() {
    for network in ["brunel", "brunel_stdp"] {
        let arguments = [network, "--scale", "0.06", "--time", "10", "--threads", "1"];
        let driven = [&["drive"], &arguments[..]].concat();
        let (output, lines) = run(2, "benchmark", &driven);
        assert!(output.status.success(), "{output:?}");
        let [line] = &lines[..] else {
            panic!("{output:?}");
        };
        let one = spikes(1, &arguments).pop_first().unwrap();
        assert!(
            line.starts_with(&format!("rank 0 of 2: {one}")),
            "{line}, {one}"
        );
    }
}

#[test]
fn measured_runs_are_drawn_beside_what_is_expected_of_them() {
    let picture = std::env::temp_dir().join(format!("lava-scaling-{}.svg", std::process::id()));
    let output = Command::new(example("scaling"))
        .env("OMPI_ALLOW_RUN_AS_ROOT", "1")
        .env("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
        .args(["lif_only", picture.to_str().unwrap()])
        .args(["--scale", "0.01", "--time", "5"])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let (_, measured) = text.split_once("Measured on ").expect(&text);
    let ranks = measured.lines().skip(2);
    let ranks = ranks.filter_map(|line| line.split_whitespace().next());
    assert!(ranks.eq(["1", "2", "4", "8"]), "{text}");
    let drawn = std::fs::read_to_string(&picture).unwrap();
    std::fs::remove_file(&picture).unwrap();
    assert!(drawn.contains("measured on ") && drawn.contains("expected on "));
}

#[test]
fn eight_ranks_on_few_cores_come_to_an_end() {
    let arguments = ["brunel", "--scale", "0.2", "--time", "5", "--threads", "1"];
    assert_eq!(spikes(8, &arguments), spikes(1, &arguments));
}

/// The lines that say what happened, without those that say what can be read.
fn outcomes(lines: &[String]) -> Vec<&String> {
    lines
        .iter()
        .filter(|line| !line.contains(" reads "))
        .collect()
}

#[test]
fn a_failure_on_one_rank_is_the_same_error_on_all() {
    for phase in ["compile", "step"] {
        let (_, lines) = run(3, "faults", &["fail", phase, "1"]);
        let lines = outcomes(&lines);
        assert_eq!(lines.len(), 3, "{lines:?}");
        for (rank, line) in lines.iter().enumerate() {
            let expected = format!("rank {rank}: on rank 1: process `Faulty_4`");
            assert!(line.starts_with(&expected), "{line}");
            assert!(line.contains("the camera is gone"), "{line}");
        }
    }
}

#[test]
fn a_message_of_another_length_is_an_error_that_names_its_rank() {
    let (_, lines) = run(3, "faults", &["shorten", "-", "1"]);
    let lines = outcomes(&lines);
    assert_eq!(lines.len(), 3, "{lines:?}");
    for (rank, line) in lines.iter().enumerate() {
        // The rank itself does not know.
        let text = match rank {
            1 => "has not answered rank 1",
            _ => "cannot read a message of rank 1",
        };
        assert!(line.contains(text), "{line}");
    }
}

#[test]
fn calls_that_differ_are_an_error_that_shows_both() {
    let (_, lines) = run(3, "faults", &["differ", "-", "1"]);
    let lines = outcomes(&lines);
    assert_eq!(lines.len(), 3, "{lines:?}");
    for line in lines {
        assert!(line.contains("a run of 100 steps after step 20"), "{line}");
        assert!(line.contains("`get` of"), "{line}");
    }
}

#[test]
fn a_program_that_drives_ends_with_all_ranks_however_it_ends() {
    // A failure on another rank is one of the program, and so of all.
    for (fault, rank, text) in [
        ("fail", "1", "on rank 1: process `Faulty_4`"),
        ("fail", "0", "the camera is gone"),
        (
            "panic",
            "0",
            "the program that drives the network has panicked",
        ),
    ] {
        let phase = if rank == "1" { "step" } else { "between" };
        let (output, lines) = run(3, "faults", &[fault, phase, rank, "drive"]);
        let printing = if fault == "panic" { 2 } else { 3 };
        assert_eq!(lines.len(), printing, "{output:?}");
        for line in &lines {
            assert!(line.contains(text), "{line}");
        }
    }
    // A run in the background does not go on.
    let (output, lines) = run(3, "faults", &["leave", "between", "0", "drive"]);
    assert!(output.status.success() && lines.is_empty(), "{output:?}");
}

#[test]
fn a_rank_that_is_killed_while_another_drives_ends_all() {
    for phase in ["build", "compile", "step"] {
        let arguments = ["kill", phase, "1", "drive"];
        assert!(!run(3, "faults", &arguments).0.status.success(), "{phase}");
        let (_, lines) = run_with(&["--enable-recovery"], 3, "faults", &arguments);
        assert_eq!(lines.len(), 2, "{phase}: {lines:?}");
        for line in lines {
            assert!(
                line.contains("rank 1 has not answered rank"),
                "{phase}: {line}"
            );
        }
    }
    // The program is gone.
    let arguments = ["kill", "between", "0", "drive"];
    let (_, lines) = run_with(&["--enable-recovery"], 3, "faults", &arguments);
    assert_eq!(lines.len(), 2, "{lines:?}");
    for line in lines {
        assert!(line.contains("rank 0 has not answered rank"), "{line}");
    }
}

#[test]
fn a_rank_that_is_stopped_while_one_drives_ends_all_others_with_its_number() {
    // One that serves, and the one that drives.
    for (rank, phases) in [(1, ["step", "idle"]), (0, ["running", "idle"])] {
        for phase in phases {
            let (_, mut lines) = run(3, "faults", &["stop", phase, &rank.to_string(), "drive"]);
            // The launcher wakes it to end it.
            lines.retain(|line| !line.starts_with(&format!("rank {rank}:")));
            assert_eq!(lines.len(), 2, "{rank} in {phase}: {lines:?}");
            for line in lines {
                let text = format!("rank {rank} has not answered rank");
                assert!(line.contains(&text), "{rank} in {phase}: {line}");
            }
        }
    }
}

#[test]
fn a_network_on_nodes_gives_the_same_bits() {
    let ends = |ranks: usize| {
        let (output, lines) = run(ranks, "faults", &["none", "-", "0", "nodes"]);
        assert!(output.status.success(), "{output:?}");
        let (intervals, lines): (Vec<String>, Vec<String>) = lines
            .into_iter()
            .filter(|line| !line.contains(" reads "))
            .partition(|line| line.contains("intervals"));
        let ends = lines.iter().filter_map(|line| line.split_once(": "));
        let ends: BTreeSet<String> = ends.map(|(_, end)| end.to_owned()).collect();
        (intervals, ends)
    };
    let (none, expected) = ends(1);
    assert!(none.is_empty() && expected.len() == 1, "{none:?}");
    // In each step within a node, and every fifth between nodes.
    let (intervals, found) = ends(4);
    assert_eq!(intervals.len(), 4);
    assert!(
        intervals[0].ends_with("intervals of [0, 5]"),
        "{intervals:?}"
    );
    assert_eq!(found, expected);
}

#[test]
fn a_fault_of_a_rank_is_one_of_all_nodes() {
    // Rank 1 does it in the middle of an interval.
    let (_, lines) = run(4, "faults", &["fail", "step", "1", "nodes"]);
    let errors = outcomes(&lines);
    assert_eq!(errors.len(), 4, "{lines:?}");
    for line in errors {
        assert!(line.contains("on rank 1: process `Faulty"), "{line}");
    }
    for (fault, options) in [("stop", &[][..]), ("kill", &["--enable-recovery"])] {
        let (_, lines) = run_with(options, 4, "faults", &[fault, "step", "1", "nodes"]);
        let mut errors = outcomes(&lines);
        errors.retain(|line| !line.starts_with("rank 1:"));
        assert!(!errors.is_empty(), "{lines:?}");
        for line in errors {
            let text = "rank 1 has not answered rank";
            assert!(line.contains(text), "{fault}: {line}");
        }
    }
}

/// The phases in which a rank meets its fault.
const PHASES: [&str; 5] = ["build", "compile", "step", "between", "fetch"];

#[test]
fn a_rank_that_is_killed_ends_all() {
    for phase in PHASES {
        let start = Instant::now();
        let (output, _) = run(3, "faults", &["kill", phase, "1"]);
        // The launcher ends the others.
        assert!(!output.status.success(), "{phase}");
        assert!(start.elapsed() < Duration::from_secs(60), "{phase}");
    }
}

#[test]
fn ranks_that_the_launcher_lets_live_name_the_one_that_was_killed() {
    for phase in PHASES {
        let (_, lines) = run_with(&["--enable-recovery"], 3, "faults", &["kill", phase, "1"]);
        let errors = outcomes(&lines);
        assert_eq!(errors.len(), 2, "{phase}: {lines:?}");
        for line in errors {
            assert!(
                line.contains("rank 1 has not answered rank"),
                "{phase}: {line}"
            );
        }
        // What a rank has of the network stays readable there.
        let reads = lines.iter().filter_map(|line| line.split_once(" reads "));
        let counts = reads.filter_map(|(_, count)| count.split(' ').next()?.parse::<usize>().ok());
        let counts: Vec<usize> = counts.collect();
        assert_eq!(counts.len(), 2, "{phase}: {lines:?}");
        if !["build", "compile"].contains(&phase) {
            assert!(counts.iter().sum::<usize>() >= 2, "{phase}: {lines:?}");
        }
    }
}

#[test]
fn a_rank_that_is_stopped_ends_the_run_of_the_others_with_its_number() {
    for phase in PHASES {
        let (_, lines) = run(3, "faults", &["stop", phase, "1"]);
        // The launcher wakes the rank to end it, which may then say what it has read before.
        let mut others = outcomes(&lines);
        others.retain(|line| !line.starts_with("rank 1:"));
        assert!(!others.is_empty(), "{phase}: {lines:?}");
        for line in others {
            assert!(
                line.contains("rank 1 has not answered rank"),
                "{phase}: {line}"
            );
        }
    }
}

#[test]
fn an_interrupt_of_one_rank_pauses_all_after_the_same_step() {
    let (output, lines) = run(3, "faults", &["interrupt", "step", "1"]);
    assert!(output.status.success(), "{output:?}");
    let ends = outcomes(&lines);
    assert_eq!(ends.len(), 3, "{lines:?}");
    let steps = ends.iter().filter_map(|line| line.split_once(": "));
    let steps: BTreeSet<&str> = steps.map(|(_, end)| end).collect();
    assert_eq!(steps.len(), 1, "{lines:?}");
    assert!(!ends[0].contains(" 1000020 steps"), "{lines:?}");
    assert!(
        lines.iter().all(|line| !line.contains("reads 3")),
        "{lines:?}"
    );
}
