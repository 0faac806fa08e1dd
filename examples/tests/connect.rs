//! Connections sum, copy, reshape and loop, and say what is wrong with them.

#[allow(
    dead_code,
    unreachable_pub,
    reason = "a program, of which the tests use parts"
)]
#[path = "../examples/connect.rs"]
mod tutorial;

use ndarray::array;

#[test]
fn what_meets_at_a_port_is_summed() -> lava::Result<()> {
    let [copy, sum] = tutorial::fan_out_and_fan_in()?;
    assert_eq!(copy, array![[1.0, 2.0], [3.0, 4.0]].into_dyn());
    assert_eq!(sum, array![[2.0, 3.0], [4.0, 5.0]].into_dyn());
    Ok(())
}

#[test]
fn virtual_ports_change_the_shape_on_the_way() -> lava::Result<()> {
    let [flat, reshaped, transposed, joined] = tutorial::virtual_ports()?;
    assert_eq!(flat, array![1.0, 2.0, 3.0, 4.0, 5.0, 6.0].into_dyn());
    let rows = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]];
    assert_eq!(reshaped, rows.into_dyn());
    let columns = array![[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]];
    assert_eq!(transposed, columns.into_dyn());
    let both = array![[1.0, 2.0, 3.0, 7.0], [4.0, 5.0, 6.0, 8.0]];
    assert_eq!(joined, both.into_dyn());
    Ok(())
}

#[test]
fn a_spike_goes_round_a_ring() -> lava::Result<()> {
    let round = (1..=7).map(|step| (step, (step as usize - 1) % 4));
    assert_eq!(tutorial::recurrent()?, round.collect::<Vec<_>>());
    Ok(())
}

#[test]
fn mistakes_are_named_with_what_to_do() -> lava::Result<()> {
    let errors = tutorial::mistakes()?;
    let expected: [&[&str]; 6] = [
        &[
            "`source.s_out` [1, 3] cannot drive `lif.a_in` [3]",
            "reshape",
        ],
        &["3 elements are not 4", "connect.rs"],
        &["name each of its 2 axes once", "connect.rs"],
        &["no axis 2", "connect.rs"],
        &["connected to `lif.a_in` already"],
        &["lif.s_out -> lif.a_in", "delay"],
    ];
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, words) in errors.iter().zip(expected) {
        for word in words {
            assert!(error.contains(word), "`{error}` does not say `{word}`");
        }
    }
    Ok(())
}

#[test]
fn drawings_say_shapes_and_delays() -> lava::Result<()> {
    for drawing in tutorial::drawings()? {
        for word in ["[2, 3] to [6]", "delay 1", "delay 3", "synapses: Dense"] {
            assert!(drawing.contains(word), "no `{word}` in\n{drawing}");
        }
    }
    Ok(())
}
