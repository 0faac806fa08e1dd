//! Procedural projections have the statistics of stored ones.

use lava::proc::synapse::{Distribution, Rule, Synapse};

use crate::procedural::{RULES, SOURCES, TARGETS, all, projection, variants};

/// Two samples differ if the statistic of Kolmogorov and Smirnov is beyond its 10⁻⁶ quantile.
fn are_alike(mut one: Vec<f64>, mut other: Vec<f64>, of: &str) {
    one.sort_by(f64::total_cmp);
    other.sort_by(f64::total_cmp);
    let (n, m) = (one.len() as f64, other.len() as f64);
    let (mut i, mut j, mut distance) = (0, 0, 0.0_f64);
    while i < one.len() && j < other.len() {
        let value = one[i].min(other[j]);
        while i < one.len() && one[i] <= value {
            i += 1;
        }
        while j < other.len() && other[j] <= value {
            j += 1;
        }
        distance = distance.max((i as f64 / n - j as f64 / m).abs());
    }
    let limit = 2.7 * ((n + m) / (n * m)).sqrt();
    assert!(distance < limit, "{of}: {distance} is more than {limit}");
}

/// Counts of two samples differ if chi-square is beyond 5 standard deviations.
fn are_equally_often(one: &[f64], other: &[f64], of: &str) {
    let [n, m] = [one, other].map(|counts| counts.iter().sum::<f64>());
    let (mut square, mut freedom, mut rest) = (0.0, -1.0, [0.0, 0.0]);
    let mut add = |a: f64, b: f64| {
        square += ((m / n).sqrt() * a - (n / m).sqrt() * b).powi(2) / (a + b);
        freedom += 1.0;
    };
    for (a, b) in one.iter().zip(other) {
        rest = [rest[0] + a, rest[1] + b];
        if rest[0] + rest[1] >= 20.0 {
            add(rest[0], rest[1]);
            rest = [0.0, 0.0];
        }
    }
    let limit = freedom + 5.0 * (2.0_f64 * freedom).sqrt() + 10.0;
    assert!(square < limit, "{of}: {square} is more than {limit}");
}

/// The number of neurons with each degree.
fn degrees(synapses: &[Synapse], neuron: fn(&Synapse) -> usize, neurons: usize) -> Vec<f64> {
    let mut degrees = vec![0; neurons];
    for synapse in synapses {
        degrees[neuron(synapse)] += 1;
    }
    let mut counts = vec![0.0; synapses.len() + 1];
    for degree in degrees {
        counts[degree] += 1.0;
    }
    counts
}

#[test]
fn degrees_are_distributed_as_those_of_stored_synapses() -> lava::Result<()> {
    for rule in RULES {
        for projection in variants(rule) {
            let of = format!("{projection:?}");
            let drawn = all(projection)?;
            let stored: Vec<Synapse> = projection.draw::<f32>(5)?.iter().collect();
            if matches!(rule, Rule::FixedProbability(_)) {
                let expected = projection.expected_synapses();
                let off = (drawn.len() as f64 - expected) / expected.sqrt();
                assert!(off.abs() < 4.0, "{of}: {} synapses", drawn.len());
            } else {
                assert_eq!(drawn.len(), stored.len(), "{of}");
            }
            for (name, neuron, neurons) in [
                ("out", (|it| it.source) as fn(&Synapse) -> usize, SOURCES),
                ("in", |it| it.target, TARGETS),
            ] {
                let [one, other] = [&drawn, &stored].map(|list| degrees(list, neuron, neurons));
                are_equally_often(&one, &other, &format!("{name}-degrees of {of}"));
            }
            let half = |list: &[Synapse]| list.iter().filter(|it| it.target < 1537).count() as f64;
            let [one, other] = [&drawn, &stored].map(|list| vec![half(list), list.len() as f64]);
            are_equally_often(&one, &other, &format!("halves of {of}"));
        }
    }
    Ok(())
}

#[test]
fn targets_are_independent_of_each_other() -> lava::Result<()> {
    // The number of pairs of sources that share a target, and of targets next to each other.
    let projection = projection(Rule::FixedProbability(0.05));
    let drawn = all(projection)?;
    let stored: Vec<Synapse> = projection.draw::<f32>(1)?.iter().collect();
    let statistics = |list: &[Synapse]| {
        let mut targets = vec![Vec::new(); SOURCES];
        for synapse in list {
            targets[synapse.source].push(synapse.target);
        }
        targets
            .iter_mut()
            .for_each(|targets| targets.sort_unstable());
        let next = |targets: &Vec<usize>| {
            targets
                .windows(2)
                .filter(|pair| pair[0] + 1 == pair[1])
                .count() as f64
        };
        let shared = targets.windows(2).map(|pair| {
            pair[0]
                .iter()
                .filter(|target| pair[1].binary_search(target).is_ok())
                .count() as f64
        });
        [shared.sum::<f64>(), targets.iter().map(next).sum()]
    };
    let [one, other] = [statistics(&drawn), statistics(&stored)];
    for (one, other) in one.into_iter().zip(other) {
        let off = (one - other).abs() / (one + other).sqrt();
        assert!(off < 4.0, "{one} and {other}");
    }
    Ok(())
}

#[test]
fn weights_and_delays_have_their_distributions() -> lava::Result<()> {
    let weights = [
        Distribution::Normal {
            mean: 87.8,
            sd: 8.78,
        },
        Distribution::TruncatedNormal {
            mean: -1.0,
            sd: 2.0,
            low: f64::NEG_INFINITY,
            high: 0.0,
        },
        Distribution::TruncatedNormal {
            mean: 0.0,
            sd: 1.0,
            low: 2.0,
            high: 2.5,
        },
        Distribution::LogNormal {
            mu: 0.5,
            sigma: 1.2,
        },
        Distribution::Uniform {
            low: -3.0,
            high: 5.0,
        },
        Distribution::Normal { mean: 2.0, sd: 0.0 },
    ];
    let delays = [
        Distribution::TruncatedNormal {
            mean: 15.0,
            sd: 7.5,
            low: 0.5,
            high: f64::INFINITY,
        },
        Distribution::Uniform {
            low: 1.0,
            high: 15.0,
        },
        Distribution::Uniform {
            low: 1.5,
            high: 3.5,
        },
        Distribution::LogNormal {
            mu: 3.0,
            sigma: 0.5,
        },
        Distribution::Uniform {
            low: 20.0,
            high: 700.0,
        },
        Distribution::Constant(4.0),
    ];
    for rule in [Rule::FixedOutDegree(600), Rule::FixedProbability(0.2)] {
        for (weights, delays) in weights.into_iter().zip(delays) {
            let projection = projection(rule).weights(weights).delays(delays);
            let drawn = all(projection)?;
            let stored: Vec<Synapse> = projection.draw::<f32>(8)?.iter().collect();
            let [one, other] =
                [&drawn, &stored].map(|list| list.iter().map(|it| it.weight).collect());
            are_alike(one, other, &format!("{weights:?}"));
            let count = |list: &[Synapse]| {
                let mut counts = vec![0.0; 1000];
                list.iter().for_each(|it| counts[it.delay.min(999)] += 1.0);
                counts
            };
            are_equally_often(&count(&drawn), &count(&stored), &format!("{delays:?}"));
            let correlation = correlation(&drawn);
            let limit = 4.0 / (drawn.len() as f64).sqrt();
            let none = correlation.iter().all(|it| it.is_nan() || it.abs() < limit);
            assert!(
                none,
                "{weights:?}, {delays:?}: {correlation:?} is more than {limit}"
            );
        }
    }
    Ok(())
}

/// The correlations of weight, delay and target of a synapse.
fn correlation(synapses: &[Synapse]) -> [f64; 3] {
    let columns = [
        synapses.iter().map(|it| it.weight).collect::<Vec<f64>>(),
        synapses.iter().map(|it| it.delay as f64).collect(),
        synapses.iter().map(|it| it.target as f64).collect(),
    ];
    let centred = columns.map(|column| {
        let mean = column.iter().sum::<f64>() / column.len() as f64;
        column
            .into_iter()
            .map(|value| value - mean)
            .collect::<Vec<f64>>()
    });
    let product = |a: usize, b: usize| {
        centred[a]
            .iter()
            .zip(&centred[b])
            .map(|(a, b)| a * b)
            .sum::<f64>()
    };
    [(0, 1), (1, 2), (0, 2)].map(|(a, b)| product(a, b) / (product(a, a) * product(b, b)).sqrt())
}
