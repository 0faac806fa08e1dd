//! Conversion between time and steps.

/// Checks a time step.
///
/// # Errors
/// If `dt` is not a finite number above zero.
pub fn time_step(dt: f64) -> crate::Result<f64> {
    if dt > 0.0 && dt.is_finite() {
        return Ok(dt);
    }
    let message = format!("the time step is {dt:?}; give a positive number");
    Err(crate::Error::model(message))
}

/// Rounds a time to steps of `dt`; saturates.
pub fn steps(time: f64, dt: f64) -> i32 {
    (time / dt).round() as i32
}
