//! Distributions of weights and delays at their edges: whole numbers, bounds, and truncation.

use lava::proc::synapse::{Distribution, Projection, Rule, Synapse, SynapseError};

/// The number of synapses with each whole value from `low` to `high`, which all are.
fn occurrences(values: impl Iterator<Item = f64>, low: i32, high: i32) -> Vec<u32> {
    let mut counts = vec![0; (high - low + 1) as usize];
    for value in values {
        assert_eq!(value.fract(), 0.0);
        counts[(value as i32 - low) as usize] += 1;
    }
    counts
}

/// Asserts that all values occur equally often, by chi-square.
fn are_equal(counts: &[u32], of: &str) {
    let mean = f64::from(counts.iter().sum::<u32>()) / counts.len() as f64;
    let squares = counts
        .iter()
        .map(|count| (f64::from(*count) - mean).powi(2) / mean);
    let (squares, freedom) = (squares.sum::<f64>(), counts.len() as f64 - 1.0);
    let limit = freedom + 4.0 * (2.0 * freedom).sqrt();
    assert!(squares <= limit, "{of}: {counts:?}, chi-square {squares}");
}

#[test]
fn whole_numbers_are_equally_likely_and_bounds_included() -> Result<(), SynapseError> {
    let all = Projection::new(200, 300);
    for (low, high, factor) in [
        (10.0, 20.0, 1.0),
        (1.1, 1.4, 10.0),
        (1.0, 2.0, 1.0),
        (5.0, 5.0, 1.0),
    ] {
        let delays = Distribution::Uniform { low, high }.scaled(factor);
        let drawn = all.delays(delays).draw::<f32>(1)?;
        let (low, high) = (
            (low * factor).round() as i32,
            (high * factor).round() as i32,
        );
        let counts = occurrences(drawn.iter().map(|synapse| synapse.delay as f64), low, high);
        are_equal(&counts, "delays");
        assert_eq!(drawn.delays(), low as usize..=high as usize);
    }
    for (low, high) in [(-2, 2), (0, 1), (-7, -3)] {
        let bounds = (f64::from(low), f64::from(high));
        let weights = Distribution::Uniform {
            low: bounds.0,
            high: bounds.1,
        };
        let drawn = all.weights(weights).draw::<i32>(2)?;
        let counts = occurrences(drawn.iter().map(|synapse| synapse.weight), low, high);
        are_equal(&counts, "weights");
    }
    let widest = Distribution::Uniform {
        low: f64::from(i32::MIN),
        high: f64::from(i32::MAX),
    };
    let drawn: Vec<f64> = all
        .weights(widest)
        .draw::<i32>(3)?
        .iter()
        .map(|it| it.weight)
        .collect();
    let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
    assert!(mean.abs() < 3e7, "{mean}");
    Ok(())
}

#[test]
fn other_uniform_values_are_rounded_or_stay() -> Result<(), SynapseError> {
    let all = Projection::new(200, 300);
    let between = Distribution::Uniform {
        low: 1.5,
        high: 3.5,
    };
    let drawn = all.delays(between).draw::<f32>(1)?;
    let counts = occurrences(drawn.iter().map(|synapse| synapse.delay as f64), 2, 4);
    are_equal(&counts[..2], "delays");
    let real = Distribution::Uniform {
        low: 1.0,
        high: 2.0,
    };
    let drawn = all.weights(real).draw::<f64>(1)?;
    let whole = drawn.iter().filter(|synapse| synapse.weight.fract() == 0.0);
    assert_eq!(
        whole.count(),
        0,
        "weights of floating point have no whole numbers"
    );
    Ok(())
}

#[test]
fn delays_have_exact_bounds() -> Result<(), SynapseError> {
    // One target: all delays lie in one block. Five synapses do not meet the bounds.
    let few = Projection::new(5, 1);
    let normal = |mean, sd| Distribution::Normal { mean, sd };
    let truncated = |mean, sd, low, high| Distribution::TruncatedNormal {
        mean,
        sd,
        low,
        high,
    };
    let log = |mu, sigma| Distribution::LogNormal { mu, sigma };
    for (delays, bounds) in [
        (Distribution::Constant(7.4), 7..=7),
        (Distribution::Constant(65_535.0), 65_535..=65_535),
        (
            Distribution::Uniform {
                low: 600.0,
                high: 1500.0,
            },
            600..=1500,
        ),
        (
            Distribution::Uniform {
                low: 1.0,
                high: 1001.0,
            },
            1..=1001,
        ),
        // As far as a value once in 10¹⁵ draws.
        (normal(100.0, 2.0), 84..=116),
        (truncated(15.0, 7.5, 1.0, 24.0), 1..=24),
        (truncated(15.0, 1.0, 2.0, 1000.0), 7..=23),
        (truncated(15.0, 1.0, 20.0, 30.0), 20..=30),
        (log(3.0, 0.1), 9..=45),
    ] {
        let drawn = few.delays(delays).draw::<f32>(3)?;
        let (shortest, longest) = drawn.delays().into_inner();
        let within = bounds.contains(&shortest) && bounds.contains(&longest);
        assert!(within, "{delays:?}: {shortest}..={longest}");
    }
    // They are the shortest and the longest delay that is drawn.
    for delays in [
        Distribution::Uniform {
            low: 1.0,
            high: 1002.0,
        },
        Distribution::Uniform {
            low: 60_000.0,
            high: 61_500.0,
        },
        normal(10_000.0, 100.0),
        log(7.0, 0.5),
    ] {
        let drawn = few.delays(delays).threads(3).draw::<f32>(3)?;
        let found: Vec<usize> = drawn.iter().map(|synapse: Synapse| synapse.delay).collect();
        let (shortest, longest) = (found.iter().min(), found.iter().max());
        assert_eq!(
            (Some(drawn.delays().start()), Some(drawn.delays().end())),
            (shortest, longest)
        );
        assert!(shortest != longest, "{delays:?}");
    }
    Ok(())
}

#[test]
fn truncation_of_any_width_comes_to_an_end() -> Result<(), SynapseError> {
    let all = Projection::new(20, 50);
    for (low, high) in [
        (15.0, 15.000_000_000_001),
        (15.0, 15.000_001),
        (15.0, 15.0_f64.next_up()),
        (15.0, 15.0),
        (30.0, 31.0),
        (-20.0, -18.0),
        (f64::NEG_INFINITY, 0.0),
        (25.0, f64::INFINITY),
        (f64::NEG_INFINITY, f64::INFINITY),
    ] {
        let weights = Distribution::TruncatedNormal {
            mean: 15.0,
            sd: 1.0,
            low,
            high,
        };
        for synapse in all.weights(weights).draw::<f64>(1)?.iter() {
            assert!(
                (low..=high).contains(&synapse.weight),
                "{weights:?}: {synapse:?}"
            );
        }
    }
    let still = Distribution::TruncatedNormal {
        mean: 2.0,
        sd: 0.0,
        low: 1.0,
        high: 3.0,
    };
    assert!(
        all.weights(still)
            .draw::<f64>(1)?
            .iter()
            .all(|synapse| synapse.weight == 2.0)
    );
    Ok(())
}

#[test]
fn what_is_no_distribution_is_refused() {
    let truncated = |sd, low, high| Distribution::TruncatedNormal {
        mean: 0.0,
        sd,
        low,
        high,
    };
    for weights in [
        truncated(1.0, 2.0, 1.0),
        truncated(1.0, 38.0, 39.0),
        truncated(1.0, -39.0, -38.0),
        truncated(0.0, 1.0, 2.0),
        truncated(-1.0, -1.0, 1.0),
        truncated(1.0, f64::NAN, 1.0),
        truncated(1.0, 0.0, f64::NAN),
        truncated(f64::INFINITY, 0.0, 1.0),
        Distribution::Uniform {
            low: 2.0,
            high: 1.0,
        },
        Distribution::Uniform {
            low: f64::NAN,
            high: 1.0,
        },
        Distribution::Uniform {
            low: 0.0,
            high: f64::INFINITY,
        },
        Distribution::Normal {
            mean: f64::NAN,
            sd: 1.0,
        },
        Distribution::LogNormal {
            mu: 0.0,
            sigma: -1.0,
        },
    ] {
        let it = Projection::new(2, 2)
            .rule(Rule::FixedInDegree(1))
            .weights(weights);
        for refused in [it.draw::<f64>(0).map(drop), it.draw::<i32>(0).map(drop)] {
            let error = refused.unwrap_err().to_string();
            assert!(error.contains("no distribution"), "{weights:?}: {error}");
        }
    }
}

#[test]
fn delays_are_rounded_to_one_step_and_more() -> Result<(), SynapseError> {
    let one = Projection::new(1, 1);
    for (drawn, delay) in [(0.5, 1), (1.49, 1), (1.5, 2), (65_535.49, 65_535)] {
        let drawn = one.delays(Distribution::Constant(drawn)).draw::<f32>(0)?;
        assert_eq!(drawn.delays(), delay..=delay);
        assert!(
            format!("{drawn:?}").contains(&format!("delays {delay}..={delay}")),
            "{drawn:?}"
        );
    }
    for drawn in [0.49, 0.0, -1.0, 65_535.5, 1e300] {
        let delays = Distribution::Constant(drawn);
        let error = one.delays(delays).draw::<f32>(0).map(drop).unwrap_err();
        assert_eq!(error, SynapseError::Delay(drawn));
    }
    Ok(())
}

#[test]
fn a_scaled_distribution_has_scaled_values() -> Result<(), SynapseError> {
    let all = Projection::new(10, 10);
    for weights in [
        Distribution::Constant(3.0),
        Distribution::Uniform {
            low: 1.0,
            high: 2.0,
        },
        Distribution::Normal { mean: 3.0, sd: 1.0 },
        Distribution::TruncatedNormal {
            mean: 3.0,
            sd: 1.0,
            low: 2.5,
            high: 9.0,
        },
        Distribution::TruncatedNormal {
            mean: 3.0,
            sd: 1.0,
            low: 5.5,
            high: 9.0,
        },
        Distribution::LogNormal {
            mu: 1.0,
            sigma: 1.0,
        },
    ] {
        let once = all.weights(weights).draw::<f64>(4)?;
        let times = all.weights(weights.scaled(8.0)).draw::<f64>(4)?;
        for (once, times) in once.iter().zip(times.iter()) {
            let expected = 8.0 * once.weight;
            assert!(
                (times.weight / expected - 1.0).abs() < 1e-9,
                "{weights:?}: {once:?}, {times:?}"
            );
        }
    }
    Ok(())
}

#[test]
fn delays_that_do_not_occur_take_no_block() -> Result<(), SynapseError> {
    // A block has one delay; delays of 9 and 11 could be drawn, but are not.
    let delays = Distribution::Normal {
        mean: 10.0,
        sd: 0.1,
    };
    let rule = Rule::FixedOutDegree(20);
    let drawn = Projection::new(3, 40_000).rule(rule).delays(delays);
    let drawn = drawn.draw::<f32>(0)?;
    assert_eq!(drawn.delays(), 10..=10);
    assert!(drawn.iter().all(|synapse| synapse.delay == 10));
    assert_eq!(drawn.len(), 60);
    Ok(())
}
