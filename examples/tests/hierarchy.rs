//! Processes inside processes behave as their parts would, and are seen by name.

#[allow(
    dead_code,
    unreachable_pub,
    reason = "a program, of which the tests use parts"
)]
#[path = "../examples/hierarchy.rs"]
mod tutorial;

#[test]
fn a_var_is_seen_by_its_path_and_through_the_layer() -> lava::Result<()> {
    let [inside, outside] = tutorial::by_path()?;
    assert_eq!(inside, outside);
    assert_eq!(inside.shape(), [12, 3]);
    assert!(inside.iter().any(|v| *v > 0.0));
    Ok(())
}

#[test]
fn a_nested_network_spikes_and_is_drawn_with_its_frames() -> lava::Result<()> {
    let (spikes, drawing) = tutorial::nested()?;
    assert!(spikes.len() > 2, "{spikes:?}");
    assert_eq!(drawing.matches("subgraph").count(), 3, "{drawing}");
    for name in ["net.layer0.dense: Dense", "net.layer1.lif: Lif"] {
        assert!(drawing.contains(name), "no `{name}` in\n{drawing}");
    }
    Ok(())
}

#[test]
fn vars_are_aliases_at_any_depth() -> lava::Result<()> {
    assert_eq!(tutorial::aliases()?, [0.25, 0.5, 0.75]);
    Ok(())
}

#[test]
fn mistakes_inside_are_named_by_their_path() -> lava::Result<()> {
    let errors = tutorial::mistakes()?;
    let expected = [
        "there is a process `layer0` in this network already",
        "no Var of this name",
        "no process `layer0.soma`",
        "not of `i32`",
    ];
    assert_eq!(errors.len(), expected.len(), "{errors:#?}");
    for (error, word) in errors.iter().zip(expected) {
        assert!(error.contains(word), "`{error}` does not say `{word}`");
    }
    Ok(())
}
