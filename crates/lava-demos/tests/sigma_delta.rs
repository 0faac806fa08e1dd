//! A sigma-delta network answers as the conventional one does, and sends less.

use anyhow::Result;
use lava::prelude::*;
use lava_demos::sigma_delta::{Corrected, Figures, Precision, SigmaDeltaNetwork, Video, compare};
use lava_examples::digits::{Digits, Weights};

fn video() -> Result<(Video, Weights)> {
    Ok((Video::new(&Digits::load()?, 10, 8, 8)?, Weights::load()?))
}

#[test]
fn without_a_threshold_nothing_is_lost() -> Result<()> {
    let (video, weights) = video()?;
    let figures = compare::<f32, Loihi1SimCfg>(&video.frames, &weights, 0.0)?;
    assert!(figures.error < 1e-5, "{figures:?}");
    assert_eq!(figures.same, 1.0);
    assert!(
        figures.operations < 0.6,
        "what stands still costs nothing: {figures:?}"
    );
    Ok(())
}

#[test]
fn a_higher_threshold_sends_less_and_errs_more() -> Result<()> {
    let (video, weights) = video()?;
    let figures = [0.0, 0.05, 0.2].map(|vth| {
        let figures = compare::<f32, Loihi1SimCfg>(&video.frames, &weights, vth);
        figures.map(|Figures { events, error, .. }| (events, error))
    });
    let [none, low, high] = figures;
    let (none, low, high) = (none?, low?, high?);
    assert!(
        none.0 > low.0 && low.0 > high.0,
        "{none:?}, {low:?}, {high:?}"
    );
    assert!(
        none.1 < low.1 && low.1 < high.1,
        "{none:?}, {low:?}, {high:?}"
    );
    Ok(())
}

#[test]
fn eight_bits_are_enough_and_do_not_overflow() -> Result<()> {
    let (video, weights) = video()?;
    for (vth, same) in [(0.0, 0.99), (0.1, 0.9)] {
        let plain = compare::<i32, Loihi1SimCfg>(&video.frames, &weights, vth)?;
        let corrected = compare::<i32, Corrected>(&video.frames, &weights, vth)?;
        for figures in [plain, corrected] {
            assert!(figures.bits <= 24, "{figures:?}");
        }
        assert!(corrected.error < plain.error, "{corrected:?}, {plain:?}");
        assert!(corrected.same > same, "{corrected:?}");
    }
    Ok(())
}

#[test]
fn two_workers_answer_as_one_does() -> Result<()> {
    let (video, weights) = video()?;
    let settings = f32::settings(&weights, 0.1);
    let outputs = [1, 2].map(|workers| -> lava::Result<_> {
        let network = SigmaDeltaNetwork::<f32, Loihi1SimCfg>::new(&video.frames, &settings)?;
        network.network().set_workers(workers)?;
        network.show(video.frames.nrows())?;
        Ok((network.output(), network.events()))
    });
    let [one, two] = outputs;
    assert_eq!(one?, two?);
    Ok(())
}
