//! Arrays, tables and recordings as files.

use lava::io::{Arrays, ReadLimits, Tensor};
use lava::prelude::*;
use lava::proc::synapse::{Synapse, Synapses};
use lava::proc::{Events, Lif, SpikeTrain};
use lava::units::ms;

use super::fixture;

/// A file that is removed at the end of a test.
pub(super) struct TestFile(pub(super) std::path::PathBuf);

impl TestFile {
    pub(super) fn new(name: &str) -> TestFile {
        TestFile(std::env::temp_dir().join(format!("lava-{}-{name}", std::process::id())))
    }

    fn with(name: &str, text: &str) -> TestFile {
        let file = TestFile::new(name);
        std::fs::write(&file.0, text).expect("a temporary file");
        file
    }
}

impl Drop for TestFile {
    fn drop(&mut self) {
        // It may not have been written.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn archives_of_numpy_are_read_and_written() -> lava::Result<()> {
    for name in ["stored", "compressed"] {
        let arrays = Arrays::read(fixture(&format!("npz/{name}.npz")))?;
        let names: Vec<&str> = arrays.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["spikes", "weights"]);
        let weights = arrays.get("weights").expect("it is there");
        assert_eq!(weights.shape(), [3, 4]);
        let expected: Vec<f64> = (0..12).map(|value| f64::from(value) / 4.0).collect();
        assert_eq!(weights.to_f64(), Some(expected));
        let file = TestFile::new(&format!("{name}.npz"));
        arrays.save(&file.0)?;
        assert_eq!(Arrays::read(&file.0)?, arrays);
        // The same arrays in the other format.
        let file = TestFile::new(&format!("{name}.h5"));
        arrays.save(&file.0)?;
        assert_eq!(Arrays::read(&file.0)?, arrays);
    }
    Ok(())
}

#[test]
fn arrays_in_groups_have_their_paths_as_names() -> lava::Result<()> {
    let mut arrays = Arrays::new();
    arrays.insert("layer/weights", Tensor::new([2], vec![1_i32, 2]));
    arrays.insert("layer/deep/bias", Tensor::scalar(0.5_f64));
    arrays.insert("name", Tensor::scalar(7_u8));
    let file = TestFile::new("groups.hdf5");
    arrays.save(&file.0)?;
    assert_eq!(Arrays::read(&file.0)?, arrays);
    let error = arrays.save("arrays.txt").expect_err("no such format");
    assert!(error.to_string().contains("`.npz`"), "{error}");
    Ok(())
}

fn synapses(list: &[(usize, usize, f64, usize)]) -> Vec<Synapse> {
    let synapse = |&(source, target, weight, delay)| Synapse {
        source,
        target,
        weight,
        delay,
    };
    list.iter().map(synapse).collect()
}

#[test]
fn connections_are_read_from_tables() -> lava::Result<()> {
    let expected = synapses(&[(0, 1, 0.5, 3), (2, 0, -1.25, 1), (2, 3, 1e-3, 7)]);
    let texts = [
        ("a.csv", "0,1,0.5,3\n2,3,1e-3,7\n2,0,-1.25,1\n"),
        (
            "b.csv",
            "# from a paper\npost;weight;pre;delay;color\n1;0.5;0;3;7\n3;0.001;2;7;7\n0;-1.25;2;1;7\n",
        ),
        (
            "c.tsv",
            "source\ttarget\tweight\tdelay\n0\t1\t0.5\t3\n2\t0\t-1.25\t1\n2\t3\t0.001\t7\n",
        ),
        (
            "d.txt",
            "0 1  0.5 3\n\n2 0 -1.25 1 # the second\n2 3 .001 7",
        ),
    ];
    for (name, text) in texts {
        let file = TestFile::with(name, text);
        let read = Synapses::<f64>::read(&file.0)?;
        assert_eq!((read.sources(), read.targets()), (3, 4), "{name}");
        assert_eq!(read.iter().collect::<Vec<_>>(), expected, "{name}");
        let other = TestFile::new(&format!("written-{name}"));
        read.save(&other.0)?;
        let again = Synapses::<f64>::read_sized(&other.0, 5, 6)?;
        assert_eq!((again.sources(), again.targets()), (5, 6), "{name}");
        assert_eq!(again.iter().collect::<Vec<_>>(), expected, "{name}");
    }
    Ok(())
}

#[test]
fn connections_are_read_from_matrix_market() -> lava::Result<()> {
    let read = |name: &str, text: &str| {
        let file = TestFile::with(name, text);
        Synapses::<f32>::read(&file.0)
    };
    let general = "%%MatrixMarket matrix coordinate real general\n% rows are targets\n3 2 3\n1 1 0.5\n3 2 -2\n2 1 4e0\n";
    let synapses = read("general.mtx", general)?;
    assert_eq!((synapses.sources(), synapses.targets()), (2, 3));
    let pairs: Vec<_> = synapses
        .iter()
        .map(|synapse| (synapse.source, synapse.target, synapse.weight))
        .collect();
    assert_eq!(pairs, [(0, 0, 0.5), (0, 1, 4.0), (1, 2, -2.0)]);
    let file = TestFile::new("again.mtx");
    synapses.save(&file.0)?;
    let again = Synapses::<f32>::read(&file.0)?;
    assert!(again.iter().eq(synapses.iter()));
    let symmetric = "%%MatrixMarket matrix coordinate pattern symmetric\n3 3 2\n2 1\n3 3\n";
    let pairs: Vec<_> = read("symmetric.mtx", symmetric)?
        .iter()
        .map(|synapse| (synapse.source, synapse.target, synapse.weight))
        .collect();
    assert_eq!(pairs, [(0, 1, 1.0), (1, 0, 1.0), (2, 2, 1.0)]);
    let dense = "%%MatrixMarket matrix array real general\n2 2\n1\n0\n3\n4\n";
    assert_eq!(read("dense.mtx", dense)?.len(), 3);
    Ok(())
}

#[test]
fn tables_of_other_systems_are_read() -> lava::Result<()> {
    let expected = synapses(&[(0, 1, 0.5, 1), (2, 0, -1.25, 1)]);
    let list = "source,target,weight\r\n0,1,0.5\r\n2,0,-1.25\r\n";
    let matrix = "%%MatrixMarket matrix coordinate real general\r\n2 3 2\r\n2 1 0.5\r\n1 3 -1.25";
    for (name, text) in [("windows.csv", list), ("windows.mtx", matrix)] {
        for mark in ["", "\u{feff}"] {
            let file = TestFile::with(name, &format!("{mark}{text}"));
            let read = Synapses::<f64>::read(&file.0)?;
            assert_eq!(read.iter().collect::<Vec<_>>(), expected, "{name}");
        }
    }
    let file = TestFile::with("windows-spikes.csv", "\u{feff}step,neuron\r\n3,1\r\n");
    assert_eq!(Events::read(&file.0)?, Events::from_steps([(3, 1)]));
    let file = TestFile::with("empty.csv", "");
    assert!(Synapses::<f64>::read_sized(&file.0, 2, 3)?.is_empty());
    let error = Synapses::<f64>::read(&file.0).expect_err("no neurons");
    assert!(error.to_string().contains("`Synapses::read_sized`"));
    assert!(Events::read(&file.0)?.is_empty());
    Ok(())
}

#[test]
fn a_line_that_is_no_text_or_too_long_is_named() -> std::io::Result<()> {
    let long = format!("0,1\n0,1 #{}\n", "-".repeat(1 << 20));
    let files: [(&str, &[u8], &str); 4] = [
        (
            "long.csv",
            long.as_bytes(),
            "line 2: it has more than 1048576 bytes",
        ),
        (
            "latin.csv",
            b"0,1\n0,2 # caf\xe9\n",
            "line 2: it is no text from byte 10 on; save the file as UTF-8",
        ),
        (
            "wide.csv",
            b"\xff\xfe0\x00,\x001\x00\n\x00",
            "line 1: it is no text from byte 1 on",
        ),
        ("folder.csv", b"", "is a directory"),
    ];
    for (name, bytes, words) in files {
        let file = TestFile::new(name);
        if name == "folder.csv" {
            std::fs::create_dir(&file.0)?;
        } else {
            std::fs::write(&file.0, bytes)?;
        }
        let errors = [
            Synapses::<f32>::read(&file.0).expect_err(words).to_string(),
            Events::read(&file.0).expect_err(words).to_string(),
        ];
        for error in errors {
            assert!(error.contains(words), "`{error}` does not say `{words}`");
        }
        if name == "folder.csv" {
            std::fs::remove_dir(&file.0)?;
        }
    }
    Ok(())
}

#[test]
fn a_wrong_line_is_named() {
    let texts = [
        (
            "1.csv",
            "source,weight\n0,1\n",
            "line 1: there is no column `target`",
        ),
        (
            "2.csv",
            "source,target\n0,1\n0\n",
            "line 3: there are 1 fields, too few",
        ),
        ("3.csv", "0,1\n0,one\n", "line 2: `one` is no number"),
        ("4.csv", "0,1\n0,-1\n", "line 2: `-1` is no index"),
        ("4a.csv", "0,1,nan\n", "line 1: `NaN` is no weight"),
        ("4b.csv", "0,1,1,1\n0,1,1,0\n", "line 2: a delay is 1 to"),
        ("4c.csv", "0,1,1,1.5\n", "line 1: a delay is 1 to"),
        (
            "5a.mtx",
            "%%MatrixMarket matrix coordinate real general\n2 -2 1\n",
            "line 2: `-2` is no size",
        ),
        ("5.mtx", "1 1 1\n", "line 1: a Matrix Market file begins"),
        (
            "6.mtx",
            "%%MatrixMarket matrix coordinate real general\n2 2 1\n3 1 0.5\n",
            "line 3: there is no element 3, 1",
        ),
        (
            "7.mtx",
            "%%MatrixMarket matrix coordinate real general\n2 2 2\n1 1 0.5\n",
            "the file has 1 elements of 2",
        ),
        ("8.csv", "0,4294967000\n", "more than the limit"),
        ("9.xls", "", "`.csv`"),
    ];
    for (name, text, words) in texts {
        let file = TestFile::with(name, text);
        let error = Synapses::<f32>::read(&file.0).expect_err(words).to_string();
        assert!(error.contains(words), "`{error}` does not say `{words}`");
    }
}

#[test]
fn lists_of_neurons_count_towards_the_limit() {
    let file = TestFile::with("far.csv", "source,target\n503500,5\n");
    let limits = ReadLimits::new().bytes(16 << 20);
    let error =
        Synapses::<f32>::read_with(&file.0, None, &limits).expect_err("half a million lists");
    assert!(error.to_string().contains("more than the limit"), "{error}");
    assert!(Synapses::<f32>::read(&file.0).is_ok());
}

#[test]
fn recorded_spikes_are_the_input_of_another_network() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    net.set_dt(0.5 * ms)?;
    let lif: Lif = net.add(Lif::shape([3]).bias_mant([1.0, 2.0, 3.0]).vth(5.0))?;
    let (spikes, voltage) = (net.probe(&lif.s_out)?, net.probe(&lif.v)?);
    net.run(RunSteps(12))?;
    let table = TestFile::new("spikes.csv");
    spikes.save(&table.0)?;
    let text = std::fs::read_to_string(&table.0)?;
    assert!(text.starts_with("step,time_ms,neuron\n2,1,2\n"), "{text}");
    let events = Events::read(&table.0)?;
    assert_eq!(events, Events::from_steps(spikes.events()));
    assert_eq!(events, Events::from_steps(spikes.events()));
    let other = Network::<Loihi1SimCfg>::new();
    let train = other.add(SpikeTrain::shape([3]).events(events))?;
    let again = other.probe(&train.s_out)?;
    other.run(RunSteps(12))?;
    assert_eq!(again.events(), spikes.events());

    let pairs = TestFile::new("spikes.npy");
    spikes.save(&pairs.0)?;
    let pairs = Tensor::read_npy(&pairs.0)?;
    assert_eq!(pairs.shape(), [spikes.events().len(), 2]);
    for name in ["voltage.npz", "voltage.h5"] {
        let file = TestFile::new(name);
        voltage.save(&file.0)?;
        let arrays = Arrays::read(&file.0)?;
        let of = |name: &str| {
            arrays
                .get(name)
                .and_then(Tensor::to_f64)
                .expect("it is there")
        };
        assert_eq!(of("dt"), [0.5]);
        assert_eq!(of("step"), (1..=12).map(f64::from).collect::<Vec<_>>());
        let values: Vec<f64> = voltage.data().iter().map(|v| f64::from(*v)).collect();
        assert_eq!(of("value"), values);
    }
    let file = TestFile::new("voltage.npy");
    voltage.save(&file.0)?;
    assert_eq!(Tensor::read_npy(&file.0)?, Tensor::from(voltage.data()));
    let file = TestFile::new("voltage.csv");
    voltage.save(&file.0)?;
    let text = std::fs::read_to_string(&file.0)?;
    assert!(
        text.starts_with("step,time_ms,value_0,value_1,value_2\n1,0.5,1.0,2.0,3.0\n"),
        "{text}"
    );
    net.stop()
}

#[test]
fn spikes_are_read_at_times() -> lava::Result<()> {
    let file = TestFile::with("times.csv", "time,id\n1.2,0\n0.3,1\n0.31,1\n");
    let events = Events::read_times(&file.0, 0.1 * ms)?;
    assert_eq!(events, Events::from_steps([(12, 0), (3, 1)]));
    assert_eq!(events.merged(), 1);
    let error = Events::read(&file.0).expect_err("times need a time step");
    assert!(error.to_string().contains("read_times"), "{error}");
    let file = TestFile::with("seconds.csv", "neuron,timestamps\n3,0.002\n");
    let events = Events::read_times(&file.0, 1.0 * ms)?;
    assert_eq!(events, Events::from_steps([(2, 3)]));
    Ok(())
}
