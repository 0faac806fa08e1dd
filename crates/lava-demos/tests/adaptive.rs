//! A neuron adapts to its input, and does so alike in floating and in fixed point.

use anyhow::Result;
use lava_demos::adaptive::{STEPS, Trace, picture, run};

/// The intervals between spikes in some steps.
fn intervals(trace: &Trace, steps: std::ops::Range<u64>) -> Vec<u64> {
    let spikes = trace.spikes.iter().filter(|step| steps.contains(step));
    let spikes: Vec<u64> = spikes.copied().collect();
    spikes.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[test]
fn under_constant_input_it_fires_ever_more_slowly() -> Result<()> {
    for trace in [run::<f32>()?, run::<i32>()?] {
        let strong = intervals(&trace, 101..201);
        assert!(strong.len() > 3, "{strong:?}");
        // Intervals are whole steps, so one may be short for once.
        assert!(
            strong.windows(2).all(|pair| pair[1] + 1 >= pair[0]),
            "{strong:?}"
        );
        assert!(2 * strong[strong.len() - 1] >= 3 * strong[0], "{strong:?}");
    }
    Ok(())
}

#[test]
fn without_input_it_comes_to_rest() -> Result<()> {
    for trace in [run::<f32>()?, run::<i32>()?] {
        assert!(trace.spikes.iter().all(|step| *step <= 301));
        assert!(trace.voltage[STEPS as usize - 1].abs() < 0.02);
        let adapted = trace.limit[300];
        assert!(trace.limit[STEPS as usize - 1] < adapted);
    }
    Ok(())
}

#[test]
fn floating_and_fixed_point_agree() -> Result<()> {
    let (float, fixed) = (run::<f32>()?, run::<i32>()?);
    assert_eq!(float.spikes.len(), fixed.spikes.len());
    let all = |trace| intervals(trace, 1..STEPS + 1);
    for (one, other) in all(&float).iter().zip(all(&fixed)) {
        assert!(one.abs_diff(other) <= 1, "{one} and {other} steps");
    }
    let voltages = float.voltage.iter().zip(&fixed.voltage);
    for (step, (one, other)) in voltages.enumerate() {
        let apart = (one - other).abs();
        assert!(apart < 0.15, "{one} and {other} after step {step}");
    }
    Ok(())
}

#[test]
fn the_drawing_shows_every_spike() -> Result<()> {
    let (float, fixed) = (run::<f32>()?, run::<i32>()?);
    let drawing = picture(&float, &fixed).to_svg()?;
    for (name, trace) in [("Floating point", float), ("Loihi's fixed point", fixed)] {
        let title = format!("{name}  ·  {} spikes", trace.spikes.len());
        assert!(drawing.contains(&title), "no `{title}`");
    }
    Ok(())
}
