//! Each rule agrees with its definition.

use lava::proc::plasticity::{InhibitoryStdp, PairStdp, SpikePairing, TripletStdp};

use super::direct::{Before, Definition, agrees};

/// The factors of strengthening and weakening at a weight.
type Factors = fn(f64) -> (f64, f64);

/// Pairs of spikes.
struct Pairs {
    factors: Factors,
    pairing: SpikePairing,
}

const TAU: (f64, f64) = (17.0, 34.0);
const A: (f64, f64) = (0.05, 0.04);

impl Pairs {
    /// The sum over the pairs that a spike forms with those `since` steps ago, of which the other neuron's
    /// spikes are `own`.
    fn sum(&self, since: &[f64], own: &[f64], tau: f64) -> f64 {
        let last = since.first().copied().unwrap_or(f64::INFINITY);
        let own_last = own.first().copied().unwrap_or(f64::INFINITY);
        match self.pairing {
            SpikePairing::AllToAll => since.iter().map(|steps| (-steps / tau).exp()).sum(),
            SpikePairing::Symmetric => (-last / tau).exp(),
            SpikePairing::Reduced => match last < own_last {
                true => (-last / tau).exp(),
                false => 0.0,
            },
        }
    }
}

impl Definition for Pairs {
    fn post(&self, weight: f64, before: &Before<'_>) -> f64 {
        // A post-spike that arrives with a pre-spike does not part it from the next post-spike.
        let own: Vec<f64> = before.post.to_vec();
        let x = match (self.pairing, before.pre.first(), own.first()) {
            (SpikePairing::Reduced, Some(pre), Some(post)) if pre == post => (-pre / TAU.0).exp(),
            _ => self.sum(before.pre, &own, TAU.0),
        };
        (weight + A.0 * (self.factors)(weight).0 * x).clamp(0.0, 1.0)
    }

    fn pre(&self, weight: f64, before: &Before<'_>) -> f64 {
        let y = self.sum(before.post, before.pre, TAU.1);
        (weight - A.1 * (self.factors)(weight).1 * y).clamp(0.0, 1.0)
    }
}

fn stdp() -> PairStdp {
    let stdp = PairStdp::new().tau_plus(TAU.0).tau_minus(TAU.1);
    stdp.a_plus(A.0).a_minus(A.1)
}

fn pairs(factors: Factors) -> Pairs {
    Pairs {
        factors,
        pairing: SpikePairing::AllToAll,
    }
}

#[test]
fn additive_stdp_agrees() -> lava::Result<()> {
    agrees(stdp, &pairs(|_| (1.0, 1.0)))
}

#[test]
fn multiplicative_stdp_agrees() -> lava::Result<()> {
    agrees(|| stdp().multiplicative(), &pairs(|w| (1.0 - w, w)))
}

#[test]
fn stdp_with_an_exponent_agrees() -> lava::Result<()> {
    let factors = |w: f64| ((1.0 - w).powf(0.4), w.powf(0.4));
    agrees(|| stdp().weight_exponent(0.4), &pairs(factors))
}

#[test]
fn power_law_stdp_agrees() -> lava::Result<()> {
    let factors = |w: f64| (0.7_f64.powf(0.6) * w.powf(0.4), w);
    agrees(|| stdp().power_law(0.4, 0.7), &pairs(factors))
}

#[test]
fn nearest_neighbours_agree() -> lava::Result<()> {
    for pairing in [SpikePairing::Symmetric, SpikePairing::Reduced] {
        let definition = Pairs {
            factors: |w| (1.0 - w, w),
            pairing,
        };
        agrees(|| stdp().multiplicative().pairing(pairing), &definition)?;
    }
    Ok(())
}

/// Each pre-spike with its neighbours among the post-spikes.
struct Presynaptic;

impl Definition for Presynaptic {
    fn post(&self, weight: f64, before: &Before<'_>) -> f64 {
        let last = before.post.first().copied().unwrap_or(f64::INFINITY);
        let unpaired = before.pre.iter().filter(|steps| **steps <= last);
        let x: f64 = unpaired.map(|steps| (-steps / TAU.0).exp()).sum();
        (weight + A.0 * (1.0 - weight) * x).clamp(0.0, 1.0)
    }

    fn pre(&self, weight: f64, before: &Before<'_>) -> f64 {
        let last = before.post.first().copied().unwrap_or(f64::INFINITY);
        (weight - A.1 * weight * (-last / TAU.1).exp()).clamp(0.0, 1.0)
    }
}

#[test]
fn presynaptic_centred_pairing_agrees() -> lava::Result<()> {
    agrees(
        || stdp().multiplicative().presynaptic_centred(),
        &Presynaptic,
    )
}

/// The sum of the traces that spikes have left, or the trace that the last one has.
fn trace(since: &[f64], tau: f64, is_nearest: bool) -> f64 {
    let spikes = if is_nearest { 1 } else { since.len() };
    let traces = since.iter().take(spikes).map(|steps| (-steps / tau).exp());
    traces.sum()
}

/// Triplets of spikes, of which only neighbours count or all.
struct Triplets(bool);

impl Definition for Triplets {
    fn post(&self, weight: f64, before: &Before<'_>) -> f64 {
        let r1 = trace(before.pre, 16.8, self.0);
        let o2 = trace(before.post, 125.0, self.0);
        (weight + r1 * (0.001 + 0.0062 * o2)).clamp(0.0, 1.0)
    }

    fn pre(&self, weight: f64, before: &Before<'_>) -> f64 {
        let o1 = trace(before.post, 33.7, self.0);
        let r2 = trace(before.pre, 101.0, self.0);
        (weight - o1 * (0.007 + 0.000_23 * r2)).clamp(0.0, 1.0)
    }
}

#[test]
fn triplet_stdp_agrees() -> lava::Result<()> {
    let rule = || TripletStdp::new().a2_plus(0.001);
    agrees(rule, &Triplets(false))?;
    agrees(|| rule().nearest(), &Triplets(true))
}

/// Inhibitory plasticity, whose weights have a sign.
struct Balance(f64);

impl Balance {
    fn grown(&self, weight: f64, change: f64) -> f64 {
        (weight + self.0 * change).clamp(self.0.min(0.0), self.0.max(0.0))
    }
}

impl Definition for Balance {
    fn post(&self, weight: f64, before: &Before<'_>) -> f64 {
        self.grown(weight, 0.02 * trace(before.pre, 20.0, false))
    }

    fn pre(&self, weight: f64, before: &Before<'_>) -> f64 {
        let alpha = 2.0 * 8.0 * 20.0 / 1000.0;
        self.grown(weight, 0.02 * (trace(before.post, 20.0, false) - alpha))
    }
}

#[test]
fn inhibitory_stdp_agrees() -> lava::Result<()> {
    for sign in [1.0, -1.0] {
        let (low, high) = (f64::min(sign, 0.0), f64::max(sign, 0.0));
        let rule = || InhibitoryStdp::new().target_rate(8.0).eta(0.02);
        agrees(|| rule().bounds(low, high), &Balance(sign))?;
    }
    Ok(())
}

#[test]
fn parameters_out_of_range_are_errors() -> lava::Result<()> {
    let case = super::trains::Case::random(1, [2, 2, 3]);
    let errors = [
        case.network(PairStdp::new().tau_plus(0.0))?.run(1),
        case.network(PairStdp::new().a_minus(f64::NAN))?.run(1),
        case.network(PairStdp::new().bounds(1.0, 0.0))?.run(1),
        case.network(TripletStdp::new().tau_y(-3.0))?.run(1),
        case.network(InhibitoryStdp::new().target_rate(-1.0))?
            .run(1),
    ];
    let texts = [
        "`tau_plus` is 0.0 ms",
        "`a_minus` is NaN",
        "1.0 and 0.0",
        "`tau_y` is -3.0 ms",
        "a rate in Hz",
    ];
    for (error, text) in errors.into_iter().zip(texts) {
        let error = error.unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
    Ok(())
}
