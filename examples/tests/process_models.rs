//! One process behaves as the model says that it gets.

#[allow(
    dead_code,
    unreachable_pub,
    reason = "a program, of which the tests use parts"
)]
#[path = "../examples/process_models.rs"]
mod tutorial;

use lava::prelude::*;
use tutorial::{RectifiedCfg, layers, side_by_side, voltages};

#[test]
fn a_tag_selects_the_model() -> lava::Result<()> {
    let float = voltages::<Loihi1SimCfg<FloatingPt>>()?;
    let fixed = voltages::<Loihi1SimCfg<FixedPt>>()?;
    assert_ne!(float, fixed);
    for (float, fixed) in float.iter().zip(&fixed) {
        assert!((float - fixed).abs() < 0.1, "{float} and {fixed}");
        assert_eq!((fixed * 64.0).fract(), 0.0, "in units of 1/64");
    }
    Ok(())
}

#[test]
fn without_a_tag_the_model_is_taken_that_is_not_explicit() -> lava::Result<()> {
    let float = voltages::<Loihi1SimCfg<FloatingPt>>()?;
    assert_eq!(voltages::<Loihi1SimCfg>()?, float);
    assert_eq!(voltages::<Loihi2SimCfg>()?, float);
    Ok(())
}

#[test]
fn a_configuration_can_replace_the_model_of_a_process() -> lava::Result<()> {
    let replaced = voltages::<RectifiedCfg>()?;
    assert!(replaced.iter().all(|v| *v >= 0.0), "{replaced:?}");
    assert!(voltages::<Loihi1SimCfg>()?.iter().any(|v| *v < 0.0));
    Ok(())
}

#[test]
fn one_instance_can_have_a_model_of_its_own() -> lava::Result<()> {
    let expected = [voltages::<Loihi1SimCfg>()?, voltages::<RectifiedCfg>()?];
    assert_eq!(side_by_side()?, expected);
    Ok(())
}

#[test]
fn a_model_of_processes_does_what_a_leaf_does() -> lava::Result<()> {
    let [nested, leaf] = layers()?;
    assert_eq!(nested, leaf);
    assert!(nested.len() > 5, "{nested:?}");
    Ok(())
}
