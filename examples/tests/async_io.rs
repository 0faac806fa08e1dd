//! Asynchronous processes, channels and closures exchange messages with a network.

#[allow(
    dead_code,
    unreachable_pub,
    reason = "a program, of which the tests use parts"
)]
#[path = "../examples/async_io.rs"]
mod tutorial;

#[test]
fn a_neuron_takes_one_event_a_step() -> lava::Result<()> {
    let sums: Vec<f32> = (1..=12).map(|n| (n * (n + 1) / 2) as f32).collect();
    assert_eq!(tutorial::sensor_to_neuron()?, sums);
    Ok(())
}

#[test]
fn no_alarm_and_no_reading_is_missed() -> lava::Result<()> {
    assert_eq!(tutorial::journal()?, [10, 30]);
    Ok(())
}

#[test]
fn a_detached_neuron_computes_the_same() -> lava::Result<()> {
    let [in_step, alone] = tutorial::detached()?;
    assert_eq!(in_step, alone);
    Ok(())
}

#[test]
fn everything_that_goes_in_comes_out() -> lava::Result<()> {
    let samples: Vec<f32> = (0..20).map(|sample| sample as f32).collect();
    assert_eq!(tutorial::channels()?, samples);
    assert_eq!(tutorial::closures()?, [1, 4, 9, 16, 25, 0]);
    Ok(())
}
