//! Drawn synapses stay as they are: networks that were drawn once are drawn again by later versions.

use crate::proc::synapse::{Distribution, Projection, Rule};

/// A hash (FNV-1a) of all synapses with their weights and delays.
fn hash(projection: &Projection) -> u64 {
    let synapses = projection.draw::<f64>(12).expect("it can be drawn");
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for synapse in synapses.iter() {
        let (source, target) = (synapse.source as u64, synapse.target as u64);
        for word in [
            source,
            target,
            synapse.delay as u64,
            synapse.weight.to_bits(),
        ] {
            hash = (hash ^ word).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}

#[test]
fn projections_are_drawn_as_ever() {
    let to_itself = Projection::new(40, 40).autapses(false).multapses(false);
    let to_another = Projection::new(30, 70)
        .weights(Distribution::LogNormal {
            mu: 0.1,
            sigma: 0.4,
        })
        .delays(Distribution::TruncatedNormal {
            mean: 6.0,
            sd: 3.0,
            low: 1.0,
            high: 20.0,
        });
    let uniform = Distribution::Uniform {
        low: -1.0,
        high: 2.0,
    };
    let drawn = [
        to_itself.rule(Rule::FixedInDegree(7)),
        to_itself.rule(Rule::FixedInDegree(33)),
        to_itself.rule(Rule::FixedOutDegree(20)),
        to_itself.rule(Rule::FixedOutDegree(21)),
        to_itself.rule(Rule::FixedProbability(0.2)),
        to_itself.multapses(true).rule(Rule::FixedTotal(500)),
        to_another.rule(Rule::FixedInDegree(9)),
        to_another.rule(Rule::FixedOutDegree(9)),
        to_another.rule(Rule::FixedProbability(0.01)),
        to_another.rule(Rule::FixedTotal(500)),
        to_another.weights(uniform),
    ];
    let drawn: Vec<u64> = drawn.iter().map(hash).collect();
    let expected = [
        0xe905_8cf8_8789_16bb_u64,
        0x5bb8_f386_c0c0_9b50,
        0xe53a_f498_3454_6e05,
        0xaffe_beee_9f26_9464,
        0xd4e9_efe8_0115_9108,
        0x0baa_d615_2d96_97c2,
        0x61f8_bc15_2948_299a,
        0x3897_26f3_0ff5_76ae,
        0xd425_5a8a_7164_95a4,
        0x0e52_da73_8d7a_4254,
        0x6566_5992_fa2a_d1db,
    ];
    assert_eq!(drawn, expected, "{drawn:#018x?}");
}
