//! Files that cannot be had: every reader and writer says which, what was attempted and what to do.

use std::fs;
use std::path::{Path, PathBuf};

use lava::io::{Arrays, CameraEvents, CameraFile, Tensor};
use lava::monitor::ProbeOptions;
use lava::netx::NetxFile;
use lava::nir::{NirData, NirGraph};
use lava::prelude::*;
use lava::proc::synapse::Synapses;
use lava::proc::{Events, Lif};
use lava::snapshot::Snapshot;
use lava::sonata::{FrameFile, SonataCircuit, SpikeFile};
use lava::units::ms;

use crate::fixture;

/// A folder that is removed at the end of a test.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Folder {
        let name = format!("lava-refused-{}-{test}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A test that failed may have left others.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Handles the file at a path.
type Act = Box<dyn Fn(&Path) -> lava::Result<()>>;

fn act<R, E: Into<lava::Error>>(act: impl Fn(&Path) -> Result<R, E> + 'static) -> Act {
    Box::new(move |path| act(path).map(drop).map_err(Into::into))
}

/// Readers, and the endings of the names that they read.
fn readers() -> Vec<(&'static str, Act)> {
    vec![
        ("npy", act(|path| Tensor::read_npy(path))),
        ("npz", act(|path| Arrays::read(path))),
        ("h5", act(|path| Arrays::read(path))),
        ("csv", act(|path| Synapses::<f32>::read(path))),
        ("mtx", act(|path| Synapses::<f32>::read(path))),
        ("tsv", act(|path| Events::read(path))),
        ("txt", act(|path| Events::read_times(path, 1.0 * ms))),
        ("aedat4", act(|path| CameraEvents::read(path))),
        ("dat", act(|path| CameraFile::open(path))),
        ("bin", act(|path| CameraEvents::read(path))),
        ("nir", act(|path| NirGraph::read(path))),
        ("nir", act(|path| NirData::read(path))),
        ("net", act(|path| NetxFile::read(path))),
        ("json", act(|path| SonataCircuit::open(path))),
        ("csv", act(|path| SpikeFile::read(path))),
        ("h5", act(|path| SpikeFile::read(path))),
        ("h5", act(|path| FrameFile::read(path))),
        ("snapshot", act(|path| Snapshot::open(path))),
        ("snapshot", act(|path| net()?.0.restore(path))),
        ("lava", act(|path| Network::<Loihi1SimCfg>::load(path))),
    ]
}

fn net() -> lava::Result<(Network<Loihi1SimCfg>, Lif)> {
    let net = Network::new();
    let lif = net.add(Lif::shape([2]).bias_mant(1.0).vth(2.5))?;
    Ok((net, lif))
}

/// Writers, and the endings of the names that they write.
fn writers() -> lava::Result<Vec<(&'static str, Act)>> {
    let mut writers: Vec<(&'static str, Act)> = Vec::new();
    let tensor = Tensor::new([2], vec![0.5_f32, 1.5]);
    let mut arrays = Arrays::new();
    arrays.insert("array", tensor.clone());
    writers.push(("npy", act(move |path| tensor.write_npy(path))));
    for ending in ["npz", "h5"] {
        let arrays = arrays.clone();
        writers.push((ending, act(move |path| arrays.save(path))));
    }
    for ending in ["csv", "tsv", "mtx"] {
        let list = fixture("table/connections.mtx");
        let synapses = Synapses::<f32>::read(list)?;
        writers.push((ending, act(move |path| synapses.save(path))));
    }
    for ending in ["npy", "npz", "h5", "csv"] {
        let events = Events::from_steps([(1, 0), (3, 1)]);
        writers.push((ending, act(move |path| events.save(path))));
        let (net, lif) = net()?;
        let (voltage, spikes) = (net.probe(&lif.v)?, net.probe(&lif.s_out)?);
        net.run(RunSteps(5))?;
        writers.push((ending, act(move |path| voltage.save(path))));
        writers.push((ending, act(move |path| spikes.save(path))));
        let stream = |path: &Path| {
            let (net, lif) = self::net()?;
            let _probe = net.probe_with(&lif.v, &ProbeOptions::new().to_file(path))?;
            net.run(RunSteps(2))
        };
        writers.push((ending, act(stream)));
    }
    for ending in ["svg", "png"] {
        writers.push((ending, act(|path| net()?.0.picture().save(path))));
    }
    writers.push(("snapshot", act(|path| net()?.0.save(path))));
    writers.push((
        "snapshot",
        act(|path| {
            let (net, _) = net()?;
            net.checkpoint_every(RunSteps(2), path)?;
            net.run(RunSteps(4))
        }),
    ));
    writers.push(("lava", act(|path| net()?.0.store(path))));
    let graph = NirGraph::read(fixture("nir/recurrent.nir"))?;
    writers.push(("nir", act(move |path| graph.write(path))));
    let data = NirData::read(fixture("nir/data.nir"))?;
    writers.push(("nir", act(move |path| data.write(path))));
    let spikes = SpikeFile::read(fixture("sonata/mixed/inputs/spikes.h5"))?;
    writers.push(("h5", act(move |path| spikes.write(path))));
    Ok(writers)
}

#[track_caller]
fn check(act: &Act, path: &Path, attempt: &str, problem: &str) {
    let error = act(path).expect_err("the file cannot be had").to_string();
    let name = path.display().to_string();
    for part in [&name, attempt, problem] {
        assert!(error.contains(part), "{name}: no `{part}` in: {error}");
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let folder = Folder::new("read");
    let file = folder.0.join("file");
    fs::write(&file, "").expect("a file");
    for (ending, act) in readers() {
        let folder = folder.0.join("folder").with_extension(ending);
        fs::create_dir_all(&folder).expect("a folder");
        let missing = folder.join("missing").with_extension(ending);
        let inside = file.join("inside").with_extension(ending);
        for (path, problem) in [
            (folder, "give the name of a file"),
            (missing, "check its name"),
            (inside, "is a file, not a folder"),
        ] {
            check(&act, &path, "cannot be read", problem);
        }
    }
}

#[test]
fn what_cannot_be_written_is_named_and_nothing_is_left() -> lava::Result<()> {
    let folder = Folder::new("written");
    let file = folder.0.join("file");
    fs::write(&file, "a file")?;
    for (ending, act) in writers()? {
        let taken = folder.0.join("taken").with_extension(ending);
        fs::create_dir_all(&taken)?;
        let missing = folder.0.join("missing/file").with_extension(ending);
        let inside = file.join("inside").with_extension(ending);
        for (path, problem) in [
            (&taken, "give the name of a file"),
            (&missing, "make its folder first"),
            (&inside, "is a file, not a folder"),
        ] {
            check(&act, path, "cannot be written", problem);
        }
        fs::remove_dir(taken)?;
        assert_eq!(
            fs::read_dir(&folder.0)?.count(),
            1,
            "{ending}: a part is left"
        );
    }
    assert_eq!(fs::read(file)?, b"a file");
    Ok(())
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_refused_and_links_are_followed() -> lava::Result<()> {
    use std::os::unix::fs::symlink;

    let folder = Folder::new("devices");
    let paths = |ending: &str| {
        ["pipe", "device", "link"].map(|name| folder.0.join(name).with_extension(ending))
    };
    for (acts, attempt) in [
        (readers(), "cannot be read"),
        (writers()?, "cannot be written"),
    ] {
        for (ending, act) in acts {
            let [pipe, device, link] = paths(ending);
            let made = std::process::Command::new("mkfifo").arg(&pipe).status();
            assert!(made?.success());
            symlink("/dev/zero", &device)?;
            for path in [&pipe, &device] {
                check(&act, path, attempt, "it is a pipe or a device");
                fs::remove_file(path)?;
            }
            if attempt == "cannot be written" {
                let file = folder.0.join("file");
                symlink("file", &link)?;
                act(&link)?;
                act(&link)?;
                assert!(fs::symlink_metadata(&link)?.is_symlink(), "{ending}");
                assert!(fs::symlink_metadata(&file)?.is_file(), "{ending}");
                fs::remove_file(link)?;
                fs::remove_file(file)?;
            }
            assert_eq!(
                fs::read_dir(&folder.0)?.count(),
                0,
                "{ending}: a part is left"
            );
        }
    }
    Ok(())
}
