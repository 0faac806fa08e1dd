//! A network is run, waited for, paused, resumed, reset and stopped.

#[allow(
    dead_code,
    unreachable_pub,
    reason = "a program, of which the tests use parts"
)]
#[path = "../examples/execution.rs"]
mod tutorial;

#[test]
fn runs_go_on_where_the_last_one_ended() -> lava::Result<()> {
    assert_eq!(tutorial::blocking()?, [0.0, 5.0, 105.0]);
    Ok(())
}

#[test]
fn a_network_that_runs_says_so() -> lava::Result<()> {
    for error in tutorial::in_the_background()? {
        assert!(error.contains("is running"), "{error}");
    }
    Ok(())
}

#[test]
fn a_paused_run_is_resumed() -> lava::Result<()> {
    let [first, second, third] = tutorial::paused_and_resumed()?;
    assert!(first <= second);
    assert_eq!(third, second + 3);
    assert_eq!(tutorial::paused_by_a_model()?, [7, 107]);
    Ok(())
}

#[test]
fn callbacks_are_called_and_can_pause() -> lava::Result<()> {
    let expected = [
        "a run begins",
        "step 1",
        "step 2",
        "step 3",
        "it ended after step 3",
        "a run begins",
        "step 4",
        "it ended after step 4",
    ];
    assert_eq!(tutorial::callbacks()?, expected);
    Ok(())
}

#[test]
fn a_reset_gives_initial_values() -> lava::Result<()> {
    assert_eq!(tutorial::reset()?, [-1.0, 10.0, 11.0]);
    Ok(())
}

#[test]
fn a_failure_names_process_phase_and_step() -> lava::Result<()> {
    let [why, halted] = tutorial::failure()?;
    for word in ["`camera`", "run_spk", "step 4", "the camera is gone"] {
        assert!(why.contains(word), "{why}");
    }
    assert!(halted.contains("halted"), "{halted}");
    Ok(())
}

#[test]
fn the_profile_counts_what_is_sent() -> lava::Result<()> {
    let profile = tutorial::profile()?;
    let sent = |name: &str| -> u64 {
        let rows = profile.rows.iter().filter(|row| row.process == name);
        rows.map(|row| row.sent).sum()
    };
    assert_eq!((sent("small"), sent("dense")), (5000, 1_000_000));
    Ok(())
}

#[test]
fn the_watchdog_names_the_model_that_the_others_wait_for() -> lava::Result<()> {
    let delay = tutorial::watchdog()?;
    for word in ["step 1", "`camera`", "`HoldModel`"] {
        assert!(delay.contains(word), "{delay}");
    }
    Ok(())
}

#[test]
fn what_has_been_stopped_says_so() -> lava::Result<()> {
    for error in tutorial::stopped()? {
        assert!(error.contains("stopped"), "{error}");
    }
    Ok(())
}
