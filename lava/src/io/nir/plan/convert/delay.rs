//! Delays.

use super::super::super::options::NirOptions;
use super::super::Becomes;
use super::{Conversion, of_elements};
use crate::io::Tensor;

/// The longest delay, in steps.
const LONGEST: f64 = 1e6;

/// Converts the delays of a node, in seconds.
pub(super) fn convert(
    delay: &Tensor,
    shape: &[usize],
    options: &NirOptions,
) -> Result<Conversion, String> {
    let times = of_elements("delay", delay, shape)?;
    if times
        .iter()
        .any(|time| *time < 0.0 || *time / options.dt > LONGEST)
    {
        return Err(format!(
            "`delay` is negative, or longer than {LONGEST} steps"
        ));
    }
    let steps: Vec<usize> = times
        .iter()
        .map(|time| (time / options.dt).round() as usize)
        .collect();
    let errors = times
        .iter()
        .zip(&steps)
        .map(|(time, steps)| (time - *steps as f64 * options.dt).abs());
    let error = errors.fold(0.0, f64::max);
    let inexact = (error > 1e-6 * options.dt)
        .then(|| (false, format!("rounded to steps, by {error:.3e} s at most")));
    let words = "DelayRelay".to_owned();
    Ok(Conversion {
        becomes: Becomes::Delay(steps),
        words,
        inexact,
    })
}
