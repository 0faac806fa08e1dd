//! Snapshots of networks on several ranks.

use anyhow::Result;
use lava::monitor::SpikeProbe;
use lava::prelude::*;
use lava::proc::plasticity::PairStdp;
use lava::proc::synapse::{Distribution, Projection, Rule};
use lava::proc::{Dense, Lif, PlasticSparse, PoissonInput, ProceduralSparse, Sparse};
use lava::units::ms;
use ndarray::ArrayD;

use super::{Outcome, delayed, on_ranks};

/// Runs a program in one process, or on each of several ranks. Returns the results by rank.
fn on_any<R: Send>(
    size: usize,
    program: impl Fn(&Network<Loihi1SimCfg>) -> lava::Result<R> + Sync,
) -> Result<Vec<R>> {
    let results = on_ranks(size, |rank| {
        let net = Network::new();
        net.set_ranks(rank)?;
        program(&net)
    });
    Ok(results.into_iter().collect::<lava::Result<_>>()?)
}

#[test]
fn a_snapshot_of_some_ranks_is_restored_on_others() -> Result<()> {
    let build = |net: &Network<Loihi1SimCfg>,
                 shortest: f64|
     -> lava::Result<(Lif, Lif, Sparse, SpikeProbe)> {
        net.set_dt(1.0 * ms)?;
        let (first, second, sparse) = delayed(net, shortest)?;
        let noise = PoissonInput::shape([700]).rate(200.0).weight(0.5);
        let noise: PoissonInput = net.add(noise.dt(1.0 * ms).name("noise"))?;
        noise.a_out.connect(&first.a_in)?;
        let projection = Projection::new(700, 300).rule(Rule::FixedOutDegree(3));
        let delays = Distribution::Uniform {
            low: shortest,
            high: shortest + 5.0,
        };
        let drawn: ProceduralSparse = net.add(projection.delays(delays).procedural())?;
        first.s_out.connect(&drawn.s_in)?;
        drawn.a_out.connect(&second.a_in)?;
        // Its messages are on their way for four steps.
        let echo: Dense = net.add(Dense::weights(ArrayD::from_elem(vec![300, 300], 0.001)))?;
        second.s_out.delayed(4).connect(&echo.s_in)?;
        echo.a_out.connect(&second.a_in)?;
        let spikes = net.probe(&first.s_out)?;
        Ok((first, second, sparse, spikes))
    };
    let directory = std::env::temp_dir();
    for (shortest, from, to) in [
        (9.0, 1, 2),
        (9.0, 2, 1),
        (9.0, 2, 3),
        (1.0, 3, 2),
        (9.0, 3, 2),
    ] {
        let name = format!("lava-ranks-{}-{shortest}-{from}-{to}", std::process::id());
        let path = directory.join(name);
        let go_on = |net: &Network<Loihi1SimCfg>, parts| -> lava::Result<Outcome> {
            let (first, second, _, spikes): (Lif, Lif, Sparse, SpikeProbe) = parts;
            net.run(RunSteps(50))?;
            let events = spikes.events().into_iter();
            let later = events.filter(|(step, _)| *step > 37).collect();
            Ok((later, first.v.get()?, second.v.get()?))
        };
        let expected = on_any(from, |net| {
            let parts = build(net, shortest)?;
            net.run(RunSteps(20))?;
            let weights = parts.2.weights.get()?;
            parts.2.weights.set(weights.mapv(|weight| 2.0 * weight))?;
            net.run(RunSteps(17))?;
            net.save(&path)?;
            go_on(net, parts)
        })?;
        let restored = on_any(to, |net| {
            let parts = build(net, shortest)?;
            net.restore(&path)?;
            assert_eq!(net.time_step(), 37);
            go_on(net, parts)
        })?;
        std::fs::remove_file(&path)?;
        assert!(expected[0].0.len() > 500);
        for outcome in restored {
            assert!(outcome == expected[0], "{from} ranks to {to}");
        }
    }
    Ok(())
}

#[test]
fn a_checkpoint_of_several_ranks_is_the_file_of_one_process() -> Result<()> {
    let directory = std::env::temp_dir();
    let file = |size: usize| -> Result<Vec<u8>> {
        let name = format!("lava-ranks-checkpoint-{}-{size}", std::process::id());
        let path = directory.join(name);
        on_any(size, |net| {
            let (first, second, _) = delayed(net, 9.0)?;
            let delays = Distribution::Uniform {
                low: 9.0,
                high: 12.0,
            };
            let projection = Projection::new(300, 700).rule(Rule::FixedOutDegree(2));
            let drawn: ProceduralSparse = net.add(projection.delays(delays).procedural())?;
            second.s_out.connect(&drawn.s_in)?;
            drawn.a_out.delayed(2).connect(&first.a_in)?;
            net.checkpoint_every(RunSteps(20), &path)?;
            net.run(RunSteps(35))
        })?;
        let file = std::fs::read(&path)?;
        std::fs::remove_file(&path)?;
        Ok(file)
    };
    let one = file(1)?;
    assert!(file(2)? == one && file(3)? == one);
    Ok(())
}

#[test]
fn synapses_that_learn_on_several_ranks_are_not_saved() -> Result<()> {
    let errors = on_any(2, |net| {
        let lif: Lif = net.add(Lif::shape([600]).name("lif"))?;
        let learn = Projection::new(600, 600).rule(Rule::FixedInDegree(8));
        let learn: PlasticSparse = net.add(learn.plastic(PairStdp::new()).name("learn"))?;
        lif.s_out.connect(&learn.s_in)?;
        lif.s_out.connect(&learn.s_in_bap)?;
        learn.a_out.connect(&lif.a_in)?;
        net.set_dt(1.0 * ms)?;
        net.run(RunSteps(3))?;
        let refused = net.save("nowhere").unwrap_err().to_string();
        net.run(RunSteps(3))?;
        Ok(refused)
    })?;
    for error in errors {
        assert!(error.contains("`learn`"), "{error}");
        assert!(error.contains("saved in a snapshot"), "{error}");
    }
    Ok(())
}

#[test]
fn a_snapshot_that_does_not_fit_is_refused_by_all_ranks() -> Result<()> {
    let path = std::env::temp_dir().join(format!("lava-ranks-unfit-{}", std::process::id()));
    let build = |net: &Network<Loihi1SimCfg>, neurons| -> lava::Result<Lif> {
        net.add(Lif::shape([neurons]).bias_mant(1.0).name("lif"))
    };
    on_any(2, |net| {
        build(net, 600)?;
        net.run(RunSteps(3))?;
        net.save(&path)
    })?;
    let errors = on_any(2, |net| {
        let lif = build(net, 700)?;
        let error = net.restore(&path).unwrap_err().to_string();
        assert!(net.run(RunSteps(1)).is_err());
        net.reset()?;
        net.run(RunSteps(1))?;
        assert_eq!(lif.v.get()?.len(), 700);
        Ok(error)
    })?;
    std::fs::remove_file(&path)?;
    for error in errors {
        assert!(error.contains("of another network"), "{error}");
    }
    Ok(())
}
