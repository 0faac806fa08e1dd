//! The neurons of a continual learner.

use lava::prelude::*;
use lava::proc::PrototypeLif;
use lava::proc::{Lif, Source};
use ndarray::{Array2, array};

use crate::support::flat;

const NEURONS: usize = 3000;
const STEPS: usize = 30;

/// Numbers that are as good as random.
fn noise(step: usize, neuron: usize, below: usize) -> i32 {
    let mixed = (step * 7919 + neuron * 104_729 + 13).wrapping_mul(2_654_435_761) >> 7;
    (mixed % below) as i32
}

#[test]
fn without_a_third_factor_prototypes_are_lif_neurons() -> lava::Result<()> {
    let input = Array2::from_shape_fn((STEPS, NEURONS), |(t, i)| noise(t, i, 9) - 2);
    let net = network! { Loihi1SimCfg;
        input:      Source<i32>  = Source::data(input);
        lif:        Lif<i32>     = Lif::shape([NEURONS]).du(500).dv(250).bias_mant(3).vth(12);
        prototypes: PrototypeLif = PrototypeLif::shape([NEURONS]).du(500).dv(250).bias_mant(3).vth(12);
        input.s_out -> [lif.a_in, prototypes.a_in];
    }?;
    let (lif, prototypes) = (
        net.probe(&net.lif.s_out)?,
        net.probe(&net.prototypes.s_out)?,
    );
    let learn = net.probe(&net.prototypes.s_out_bap)?;
    net.run(RunSteps(STEPS as u64))?;
    assert_eq!(lif.events(), prototypes.events());
    assert!(lif.events().len() > NEURONS);
    assert!(learn.events().is_empty());
    assert_eq!(net.lif.u.get()?, net.prototypes.u.get()?);
    assert_eq!(net.lif.v.get()?, net.prototypes.v.get()?);
    Ok(())
}

#[test]
fn the_neuron_that_is_selected_spikes_alone_and_keeps_its_trace() -> lava::Result<()> {
    let third = array![[0, 0, 0], [3, 0, 0], [0, 9, 9], [1, 0, 0]];
    let net = network! { Loihi1SimCfg;
        third:      Source<i32>  = Source::data(third);
        prototypes: PrototypeLif = PrototypeLif::shape([3]).bias_mant([700, 0, 0]).vth(10);
        third.s_out -> prototypes.a_third_factor_in;
    }?;
    let spikes = net.probe(&net.prototypes.s_out)?;
    let learn = net.probe(&net.prototypes.s_out_bap)?;
    let trace = net.probe(&net.prototypes.s_out_y1)?;
    let voltage = net.probe(&net.prototypes.v)?;
    net.run(RunSteps(4))?;
    // The first neuron is above its threshold in every step.
    assert_eq!(spikes.events(), [(1, 0), (2, 2), (3, 0), (4, 0)]);
    assert_eq!(learn.events(), [(2, 2), (4, 0)]);
    let traces = array![[0, 0, 0], [0, 0, 127], [0, 0, 127], [127, 0, 0]];
    assert_eq!(trace.data(), traces.into_dyn());
    let first: Vec<i32> = (0..4).map(|step| voltage.data()[[step, 0]]).collect();
    assert_eq!(
        first,
        [0, 700, 0, 0],
        "who does not spike keeps its voltage"
    );
    Ok(())
}

#[test]
fn a_number_that_no_neuron_has_selects_none() -> lava::Result<()> {
    for number in [3, -1, i32::MAX, i32::MIN] {
        let net = network! { Loihi1SimCfg;
            third:      Source<i32>  = Source::data([[number, 0]]);
            prototypes: PrototypeLif = PrototypeLif::shape([2]).bias_mant(9000).y1(5);
            third.s_out -> prototypes.a_third_factor_in;
        }?;
        let spikes = net.probe(&net.prototypes.s_out)?;
        net.run(RunSteps(2))?;
        assert!(spikes.events().is_empty());
        assert_eq!(flat(net.prototypes.y1.get()?), [0, 0]);
    }
    Ok(())
}

#[test]
fn a_reset_comes_after_the_input_and_before_the_spikes() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input:      Source<i32>  = Source::data([[100, 100]]);
        reset:      Source<i32>  = Source::data([[0, 1], [-1, 0]]);
        prototypes: PrototypeLif = PrototypeLif::shape([2]);
        input.s_out -> prototypes.a_in;
        reset.s_out -> prototypes.reset_in;
    }?;
    let spikes = net.probe(&net.prototypes.s_out)?;
    net.run(RunSteps(1))?;
    assert_eq!(flat(net.prototypes.u.get()?), [6400, 0]);
    net.run(RunSteps(1))?;
    assert_eq!(
        spikes.events(),
        [(1, 0), (2, 0), (2, 1)],
        "negative numbers do not reset"
    );
    Ok(())
}

#[test]
fn prototypes_do_the_same_on_any_number_of_workers() -> lava::Result<()> {
    let run = |workers| -> lava::Result<_> {
        let input = Array2::from_shape_fn((STEPS, NEURONS), |(t, i)| noise(t, i, 20) - 5);
        let third = Array2::from_shape_fn((STEPS, NEURONS), |(t, i)| match t % 4 {
            0 => noise(t, i, NEURONS + 5) + 1,
            _ => 0,
        });
        let reset = Array2::from_shape_fn((STEPS, NEURONS), |(t, i)| noise(i, t, 4) - 2);
        let net = network! { Loihi1SimCfg;
            input:      Source<i32>  = Source::data(input);
            third:      Source<i32>  = Source::data(third);
            reset:      Source<i32>  = Source::data(reset);
            prototypes: PrototypeLif = PrototypeLif::shape([NEURONS]).du(900).dv(90).vth(20);
            input.s_out -> prototypes.a_in;
            third.s_out -> prototypes.a_third_factor_in;
            reset.s_out -> prototypes.reset_in;
        }?;
        net.set_workers(workers)?;
        let spikes = net.probe(&net.prototypes.s_out)?;
        let learn = net.probe(&net.prototypes.s_out_bap)?;
        let trace = net.probe(&net.prototypes.s_out_y1)?;
        net.run(RunSteps(STEPS as u64))?;
        Ok((
            spikes.events(),
            learn.events(),
            trace.data(),
            net.prototypes.v.get()?,
        ))
    };
    let alone = run(1)?;
    assert!(alone.1.len() > 4 && alone.0.len() > NEURONS);
    for workers in 2..5 {
        assert_eq!(run(workers)?, alone, "{workers} workers");
    }
    Ok(())
}
