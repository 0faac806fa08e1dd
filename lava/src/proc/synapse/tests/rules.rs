//! Properties of connection rules: exact numbers, forbidden pairs, probabilities of pairs, and what
//! cannot be met.

use proptest::prelude::*;

use crate::proc::synapse::{Projection, Rule, Synapse, SynapseError};

/// A projection, as it was described.
#[derive(Clone, Copy, Debug)]
struct Case {
    sources: usize,
    targets: usize,
    rule: Rule,
    autapses: bool,
    multapses: bool,
}

fn rules() -> impl Strategy<Value = Rule> {
    let probability = prop_oneof![
        Just(0.0),
        Just(1e-17),
        Just(2.0_f64.powi(-54)),
        0.0..=1.0,
        Just(1.0),
    ];
    prop_oneof![
        Just(Rule::OneToOne),
        Just(Rule::AllToAll),
        probability.prop_map(Rule::FixedProbability),
        (0..10_usize).prop_map(Rule::FixedInDegree),
        (0..10_usize).prop_map(Rule::FixedOutDegree),
        (0..60_usize).prop_map(Rule::FixedTotal),
    ]
}

fn cases() -> impl Strategy<Value = Case> {
    let sizes = prop_oneof![
        (1..9_usize, 1..9_usize),
        (1..9_usize).prop_map(|size| (size, size)),
        Just((1, 1)),
    ];
    (sizes, rules(), any::<bool>(), any::<bool>()).prop_map(
        |((sources, targets), rule, autapses, multapses)| Case {
            sources,
            targets,
            rule,
            autapses,
            multapses,
        },
    )
}

impl Case {
    fn projection(&self) -> Projection {
        Projection::new(self.sources, self.targets)
            .rule(self.rule)
            .autapses(self.autapses)
            .multapses(self.multapses)
    }

    fn draw(&self, seed: u64) -> Result<Vec<Synapse>, SynapseError> {
        let projection = self.projection().threads(1 + (seed % 3) as usize);
        Ok(projection.draw::<f32>(seed)?.iter().collect())
    }

    fn allows(&self, source: usize, target: usize) -> bool {
        self.autapses || source != target
    }

    /// The number of sources that a target may have.
    fn sources_of(&self, target: usize) -> usize {
        let sources = 0..self.sources;
        sources
            .filter(|source| self.allows(*source, target))
            .count()
    }

    /// The number of targets that a source may have.
    fn targets_of(&self, source: usize) -> usize {
        let targets = 0..self.targets;
        targets
            .filter(|target| self.allows(source, *target))
            .count()
    }

    fn pairs(&self) -> usize {
        (0..self.sources)
            .map(|source| self.targets_of(source))
            .sum()
    }

    /// Returns `true` if every neuron that needs partners has as many as the rule says.
    fn can_be_met(&self) -> bool {
        let enough = |degree: usize, partners: usize| match self.multapses {
            true => degree == 0 || partners > 0,
            false => degree <= partners,
        };
        match self.rule {
            Rule::OneToOne => self.sources == self.targets && self.autapses,
            Rule::FixedInDegree(degree) => {
                (0..self.targets).all(|target| enough(degree, self.sources_of(target)))
            }
            Rule::FixedOutDegree(degree) => {
                (0..self.sources).all(|source| enough(degree, self.targets_of(source)))
            }
            Rule::FixedTotal(total) => self.multapses && (total == 0 || self.pairs() > 0),
            _ => true,
        }
    }

    /// The mean number of synapses between two neurons.
    fn mean(&self, source: usize, target: usize) -> f64 {
        if !self.allows(source, target) {
            return 0.0;
        }
        match self.rule {
            Rule::OneToOne => f64::from(u8::from(source == target)),
            Rule::AllToAll => 1.0,
            Rule::FixedProbability(p) => p,
            Rule::FixedInDegree(degree) => degree as f64 / self.sources_of(target) as f64,
            Rule::FixedOutDegree(degree) => degree as f64 / self.targets_of(source) as f64,
            Rule::FixedTotal(total) => total as f64 / self.pairs() as f64,
        }
    }
}

/// The number of synapses of each of `neurons`.
fn degrees(synapses: &[Synapse], neurons: usize, end: impl Fn(&Synapse) -> usize) -> Vec<usize> {
    let mut degrees = vec![0; neurons];
    synapses
        .iter()
        .for_each(|synapse| degrees[end(synapse)] += 1);
    degrees
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_rule_is_met_exactly_or_refused(case in cases(), seed: u64) {
        let synapses = match case.draw(seed) {
            Ok(synapses) => synapses,
            Err(error) => {
                let message = error.to_string();
                prop_assert!(!case.can_be_met(), "{}", message);
                let numbers = format!("{} sources to {} targets", case.sources, case.targets);
                for part in [&format!("{:?}", case.rule), &numbers] {
                    prop_assert!(message.contains(part), "`{}` does not say `{}`", message, part);
                }
                return Ok(());
            }
        };
        prop_assert!(case.can_be_met());
        for synapse in &synapses {
            prop_assert!(synapse.source < case.sources && synapse.target < case.targets);
            prop_assert!(case.allows(synapse.source, synapse.target), "{:?}", synapse);
        }
        let draws_partners = !matches!(case.rule, Rule::FixedTotal(_)) && !case.multapses;
        let mut pairs: Vec<_> = synapses.iter().map(|it| (it.source, it.target)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let once = !matches!(
            case.rule,
            Rule::FixedInDegree(_) | Rule::FixedOutDegree(_) | Rule::FixedTotal(_)
        );
        prop_assert!(!(draws_partners || once) || pairs.len() == synapses.len());
        let expected = case.projection().expected_synapses();
        match case.rule {
            Rule::FixedInDegree(degree) => {
                let found = degrees(&synapses, case.targets, |synapse| synapse.target);
                prop_assert!(found.iter().all(|found| *found == degree), "{:?}", found);
            }
            Rule::FixedOutDegree(degree) => {
                let found = degrees(&synapses, case.sources, |synapse| synapse.source);
                prop_assert!(found.iter().all(|found| *found == degree), "{:?}", found);
            }
            Rule::FixedProbability(p) if p > 0.0 && p < 1e-16 => {
                prop_assert!(synapses.is_empty(), "{} synapses", synapses.len());
            }
            _ => {}
        }
        if !matches!(case.rule, Rule::FixedProbability(p) if p < 1.0) {
            prop_assert_eq!(synapses.len() as f64, expected);
        }
    }
}

/// Draws a projection with many seeds, and compares the numbers of synapses between any two neurons
/// with their means.
fn compare(case: Case) {
    const SEEDS: u64 = 1000;
    let mut counts = vec![0_u32; case.sources * case.targets];
    for seed in 0..SEEDS {
        // On one thread.
        for synapse in case.draw(3 * seed).expect("a rule that can be met") {
            counts[synapse.source * case.targets + synapse.target] += 1;
        }
    }
    let (mut squares, mut pairs) = (0.0, 0.0_f64);
    for (pair, count) in counts.into_iter().enumerate() {
        let (source, target) = (pair / case.targets, pair % case.targets);
        let mean = SEEDS as f64 * case.mean(source, target);
        if mean == 0.0 {
            assert_eq!(count, 0, "{case:?}: {source} to {target}");
            continue;
        }
        // No rule spreads wider than independent events.
        let deviation = (f64::from(count) - mean) / mean.sqrt();
        assert!(
            deviation.abs() < 5.0,
            "{case:?}: {source} to {target}: {count}, not {mean}"
        );
        squares += deviation * deviation;
        pairs += 1.0;
    }
    // Chi-square: mean 1 for each pair, at most.
    let limit = pairs + 4.0 * (2.0 * pairs).sqrt();
    assert!(
        squares < limit,
        "{case:?}: chi-square {squares} of {pairs} pairs"
    );
}

#[test]
fn allowed_pairs_are_equally_likely() {
    for (sources, targets) in [(5, 9), (9, 5), (6, 6), (2, 1)] {
        for (autapses, multapses) in [(true, true), (true, false), (false, true), (false, false)] {
            for rule in [
                Rule::FixedProbability(0.3),
                Rule::FixedInDegree(3),
                Rule::FixedInDegree(1),
                Rule::FixedOutDegree(4),
                Rule::FixedTotal(11),
            ] {
                let case = Case {
                    sources,
                    targets,
                    rule,
                    autapses,
                    multapses,
                };
                if case.can_be_met() {
                    compare(case);
                }
            }
        }
    }
}

#[test]
fn more_synapses_than_can_be_counted_are_refused_before_any_is_drawn() {
    let size = 1 << 17;
    let many = [
        Rule::AllToAll,
        Rule::FixedProbability(1.0),
        Rule::FixedProbability(0.9),
        Rule::FixedInDegree(usize::MAX),
        Rule::FixedOutDegree(usize::MAX),
        Rule::FixedTotal(usize::MAX),
        Rule::FixedTotal(1 << 32),
    ];
    for rule in many {
        let refused = Projection::new(size, size).rule(rule).draw::<f32>(0);
        let error = refused.map(drop).unwrap_err();
        assert!(matches!(error, SynapseError::Many(_)), "{rule:?}: {error}");
    }
    let widest = Projection::new(u32::MAX as usize, u32::MAX as usize);
    for rule in [
        Rule::AllToAll,
        Rule::FixedProbability(0.5),
        Rule::FixedInDegree(2),
    ] {
        let error = widest.rule(rule).draw::<f32>(0).map(drop).unwrap_err();
        assert!(matches!(error, SynapseError::Many(_)), "{rule:?}: {error}");
    }
    let beyond = Projection::new(usize::MAX, usize::MAX);
    assert!(beyond.expected_synapses() > 3e38, "and nothing overflows");
    let error = beyond.draw::<f32>(0).map(drop).unwrap_err();
    assert!(matches!(error, SynapseError::Populations { .. }), "{error}");
}
