//! Recordings of event cameras that stay in their files.

use std::path::{Path, PathBuf};

use lava::io::camera::CameraEvent;
use lava::io::{CameraEvents, CameraFile};
use lava::prelude::*;
use lava::proc::io::Generator;
use lava::units::ms;

use crate::fixture;

fn temporary(test: &str) -> PathBuf {
    let name = format!("lava-cameras-{}-{test}.dat", std::process::id());
    std::env::temp_dir().join(name)
}

fn event(time: u64, x: u16, y: u16, on: bool) -> CameraEvent {
    CameraEvent { time, x, y, on }
}

/// The events as a file of Prophesee's cameras.
fn write(path: &Path, events: &[CameraEvent]) -> std::io::Result<()> {
    let words = events.iter().flat_map(|event| {
        let place = u32::from(event.x) | u32::from(event.y) << 14 | u32::from(event.on) << 28;
        [event.time as u32, place].map(u32::to_le_bytes)
    });
    std::fs::write(path, words.collect::<Vec<_>>().concat())
}

/// The spikes of the first `steps`, and, after a reset, those of all.
fn played(file: &CameraFile, steps: u64) -> lava::Result<[Vec<(u64, usize)>; 2]> {
    let net = Network::<Loihi1SimCfg>::new();
    let input = net.add(Generator::rows(file.rows(1.0 * ms)?).pause_at_end(true))?;
    let spikes = net.probe(&input.s_out)?;
    net.run(RunSteps(steps))?;
    let first = spikes.events();
    net.reset()?;
    net.run(RunContinuous)?;
    net.stop()?;
    Ok([first, spikes.events()])
}

#[test]
fn a_recording_in_its_file_has_the_spikes_of_one_in_memory() -> lava::Result<()> {
    // More than a block, and none.
    let (long, empty) = (temporary("long"), temporary("empty"));
    let events: Vec<CameraEvent> = (0..20_000)
        .map(|n| event(500 + n * 7 / 3, (n % 9) as u16, (n % 5) as u16, n % 2 == 0))
        .collect();
    write(&long, &events)?;
    write(&empty, &[])?;
    for path in [
        &long,
        &empty,
        &fixture("camera/events.aedat4"),
        &fixture("camera/events.bin"),
    ] {
        let (whole, file) = (CameraEvents::read(path)?, CameraFile::open(path)?);
        assert_eq!(file.len(), whole.events().len() as u64);
        assert_eq!(file.shape(), whole.shape());
        let Some((first, last)) = whole.events().first().zip(whole.events().last()) else {
            assert_eq!((file.is_empty(), file.times()), (true, None));
            continue;
        };
        assert_eq!(file.times(), Some(first.time..=last.time));
        let spikes: Vec<(u64, usize)> = whole.spikes(1.0 * ms)?.iter().collect();
        let half = spikes[spikes.len() / 2].0;
        let [begin, all] = played(&file, half)?;
        let expected = spikes.iter().filter(|(step, _)| *step <= half);
        assert_eq!(begin, expected.copied().collect::<Vec<_>>());
        assert_eq!(all, spikes);
    }
    std::fs::remove_file(long)?;
    Ok(std::fs::remove_file(empty)?)
}

#[test]
fn a_recording_out_of_order_or_altered_cannot_be_played() -> lava::Result<()> {
    let path = temporary("altered");
    write(&path, &[event(5, 0, 0, true), event(3, 1, 1, true)])?;
    let error = CameraFile::open(&path)?
        .rows(1.0 * ms)
        .expect_err("disorder");
    let text = error.to_string();
    assert!(
        text.contains("event 1 of `") && text.contains("CameraEvents::read"),
        "{text}"
    );

    let events: Vec<CameraEvent> = (0..50).map(|n| event(900 * n, 3, 3, true)).collect();
    write(&path, &events)?;
    let file = CameraFile::open(&path)?;
    write(&path, &[event(0, 700, 3, true)])?;
    let error = played(&file, 4).expect_err("it is another").to_string();
    let name = path.display().to_string();
    assert!(
        error.contains("has been altered") && error.contains(&name),
        "{error}"
    );
    std::fs::write(&path, [0; 7])?;
    let error = played(&file, 4).expect_err("it is cut off").to_string();
    assert!(error.contains("at byte 0: 7 bytes are left"), "{error}");
    std::fs::remove_file(&path)?;
    assert!(played(&file, 4).is_err());
    Ok(())
}
