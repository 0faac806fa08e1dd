//! Texts of errors: the place, what is wrong, and a way out that works.

use lava::error::{BuildError, PathError};
use lava::prelude::*;
use lava::proc::synapse::Projection;
use lava::proc::{Dense, Lif, Sink, Source, Sparse};

use crate::support::{fails, loihi};

#[test]
fn a_name_has_no_dot() {
    for name in ["a.b", ".", ""] {
        let built = loihi().add(Lif::<f32>::shape([1]).name(name));
        let error = built.map(drop).unwrap_err();
        assert!(matches!(
            error.downcast_ref(),
            Some(BuildError::InvalidName { .. })
        ));
        assert!(error.to_string().contains("error_texts.rs"), "{error}");
    }
}

#[test]
fn transposed_weights_are_recognized_at_either_end() -> lava::Result<()> {
    let net = loihi();
    let input: Lif = net.add(Lif::shape([3]))?;
    let dense: Dense =
        net.add(Dense::weights([[0.4, 0.1], [0.4, 0.2], [0.4, 0.3]]).name("dense"))?;
    let output: Lif = net.add(Lif::shape([2]))?;
    let advice = "`dense.weights` [3, 2] is [outputs, inputs], so transpose it";
    fails(input.s_out.connect(&dense.s_in), &[advice]);
    fails(dense.a_out.connect(&output.a_in), &[advice]);
    Ok(())
}

#[test]
fn a_reshape_is_only_proposed_where_it_works() -> lava::Result<()> {
    let net = loihi();
    let three: Lif = net.add(Lif::shape([3]))?;
    let row: Sink<Spike> = net.add(Sink::shape([1, 3]).steps(1))?;
    let four: Sink<Spike> = net.add(Sink::shape([4]).steps(1))?;
    fails(three.s_out.connect(&row.a_in), &["`.reshape([1, 3])`"]);
    let error = three.s_out.connect(&four.a_in).unwrap_err().to_string();
    assert!(!error.contains("reshape"), "{error}");
    assert!(error.contains("the shape of the other"), "{error}");
    Ok(())
}

#[test]
fn data_without_an_axis_of_steps_are_recognized() -> lava::Result<()> {
    let net = loihi();
    let source: Source = net.add(Source::data([0.5, 0.0, 0.2]).name("drive"))?;
    let lif: Lif = net.add(Lif::shape([3]))?;
    fails(
        source.s_out.connect(&lif.a_in),
        &["the first axis of `drive.data` [3] counts steps"],
    );
    Ok(())
}

#[test]
fn data_with_steps_on_the_last_axis_are_recognized() -> lava::Result<()> {
    let net = loihi();
    let data = [[0.5; 5], [0.1; 5], [0.2; 5]];
    let source: Source = net.add(Source::data(data).name("drive"))?;
    let lif: Lif = net.add(Lif::shape([3]))?;
    fails(
        source.s_out.connect(&lif.a_in),
        &["`drive.data` [3, 5] counts steps; if the last does, transpose it"],
    );
    Ok(())
}

#[test]
fn a_projection_with_exchanged_populations_is_recognized_at_either_end() -> lava::Result<()> {
    let net = loihi();
    let input: Lif = net.add(Lif::shape([100]))?;
    let sparse: Sparse = net.add(Sparse::projection(Projection::new(12, 100)).name("excite"))?;
    let output: Lif = net.add(Lif::shape([12]))?;
    let advice = "`excite` goes from 12 to 100: exchange them";
    fails(input.s_out.connect(&sparse.s_in), &[advice]);
    fails(sparse.a_out.connect(&output.a_in), &[advice]);
    Ok(())
}

#[test]
fn a_wrong_path_names_what_there_is() -> lava::Result<()> {
    let net = loihi();
    let _: Lif = net.add(Lif::shape([1]).name("lif"))?;
    let error = |path: &str| net.out_port::<Spike>(path).map(drop).unwrap_err();
    assert!(matches!(
        error("lif").downcast_ref(),
        Some(PathError::NoMember { .. })
    ));
    assert!(error("lyf.s_out").to_string().contains("`lif`"));
    assert!(error("lif.s").to_string().contains("`s_out`"));
    let error = net.var::<f32>("lif.vht").map(drop).unwrap_err().to_string();
    assert!(error.contains("`vth`"), "{error}");
    Ok(())
}

#[test]
fn numbers_in_messages_are_short() {
    let built = loihi().add(Lif::<f64>::shape([1]).du(1e300));
    let error = built.map(drop).unwrap_err().to_string();
    assert!(error.contains("1e300") && error.len() < 200, "{error}");
}
