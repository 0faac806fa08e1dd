//! Processes read and write the Vars of others, in turn.

#[allow(
    dead_code,
    unreachable_pub,
    reason = "a program, of which the tests use parts"
)]
#[path = "../examples/remote_memory.rs"]
mod tutorial;

use ndarray::array;

#[test]
fn what_is_written_counts_from_the_next_step() -> lava::Result<()> {
    let counts = [1.0, 2.0, 100.0, 101.0, 102.0, 100.0, 101.0];
    assert_eq!(tutorial::explicit()?, counts);
    Ok(())
}

#[test]
fn a_var_needs_no_port_to_be_read_and_written() -> lava::Result<()> {
    let [seen, v] = tutorial::implicit()?;
    assert_eq!(seen, [1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0, 1.0]);
    assert_eq!(v, [1.0, 2.0, 3.0, 0.0, 1.0, 2.0, 3.0, 0.0, 1.0]);
    Ok(())
}

#[test]
fn each_sees_what_those_before_it_wrote() -> lava::Result<()> {
    let (double, more): (fn(f32) -> f32, fn(f32) -> f32) = (|x| 2.0 * x, |x| x + 10.0);
    assert_eq!(tutorial::in_turn([double, more])?, [1.0, 2.0, 12.0, 12.0]);
    assert_eq!(tutorial::in_turn([more, double])?, [1.0, 11.0, 22.0, 22.0]);
    Ok(())
}

#[test]
fn values_pass_through_shapes_both_ways() -> lava::Result<()> {
    let [seen, count] = tutorial::reshaped()?;
    let columns = array![[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]];
    assert_eq!(seen, columns.into_dyn());
    let tenfold = array![[10.0, 20.0, 30.0], [40.0, 50.0, 60.0]];
    assert_eq!(count, tenfold.into_dyn());
    Ok(())
}

#[test]
fn mistakes_are_named() -> lava::Result<()> {
    let errors = tutorial::mistakes()?;
    let expected = [
        "`wide.source` [3] cannot refer to `counter.count` [2]",
        "declared `private`",
        "its own process",
        "connected already",
    ];
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, words) in errors.iter().zip(expected) {
        assert!(error.contains(words), "`{error}` does not say `{words}`");
    }
    Ok(())
}
