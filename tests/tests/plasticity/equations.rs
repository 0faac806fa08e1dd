//! Synapses as equations: the bits of the rules that are written by hand, and what no rule of the library has.

use lava::proc::plasticity::{
    DopamineStdp, InhibitoryStdp, PairStdp, Plasticity, SpikePairing, TripletStdp, TsodyksMarkram,
};

use super::direct::{arrivals, parts};
use super::state::bits;
use super::trains::Case;

lava::synapse! {
    /// Pairs of spikes.
    Pairs {
        weight w: 1 where w >= 0 && w <= 1;
        pre dx/dt = -x/tau_plus : 1;
        post dy/dt = -y/tau_minus : 1;
        on pre { w -= a_minus*y; x += 1; }
        on post { w += a_plus*x; y += 1; }
        param tau_plus: ms = 17 where tau_plus > 0;
        param tau_minus: ms = 34 where tau_minus > 0;
        param a_plus: 1 = 0.05;
        param a_minus: 1 = 0.04;
    }
}

lava::synapse! {
    /// Pairs of spikes that are neighbours, with soft bounds.
    Neighbours {
        weight w: 1 where w >= 0 && w <= 1;
        pre dx/dt = -x/(17 ms) : 1;
        post dy/dt = -y/(34 ms) : 1;
        on pre { w -= 0.04*w*y; x = 1; }
        on post { w += 0.05*(1 - w)*x; y = 1; }
    }
}

lava::synapse! {
    /// Triplets of spikes.
    Triplets {
        weight w: 1 where w >= 0 && w <= 1;
        pre dr1/dt = -r1/(16.8 ms) : 1;
        pre dr2/dt = -r2/(101 ms) : 1;
        post do1/dt = -o1/(33.7 ms) : 1;
        post do2/dt = -o2/(125 ms) : 1;
        param a2_plus: 1 = 0.001;
        param a3_plus: 1 = 0.0062;
        param a2_minus: 1 = 0.007;
        param a3_minus: 1 = 0.00023;
        on pre {
            w -= o1*(a2_minus + a3_minus*r2);
            r1 += 1;
            r2 += 1;
        }
        on post {
            w += r1*(a2_plus + a3_plus*o2);
            o1 += 1;
            o2 += 1;
        }
    }
}

lava::synapse! {
    /// Inhibition that balances excitation.
    Balance {
        weight w: 1 where -1 <= w && w <= 0;
        pre dx/dt = -x/tau : 1;
        post dy/dt = -y/tau : 1;
        on pre { w -= eta*(y - alpha); x += 1; }
        on post { w -= eta*x; y += 1; }
        param tau: ms = 20 where tau > 0;
        param eta: 1 = 0.02;
        param rate: Hz = 8;
        let alpha = 2*rate*tau;
    }
}

lava::synapse! {
    /// Resources as the rule of the library keeps them: those that are used.
    Resources {
        weight w: 1;
        pre du/dt = -u/tau_f : 1;
        pre dused/dt = -used/tau_d : 1;
        let released = u*(1 - used);
        on pre {
            u += share*(1 - u);
            transmit w*released;
            used += released;
        }
        param share: 1 = 0.1;
        param tau_d: ms = 30 where tau_d > 0;
        param tau_f: ms = 150 where tau_f > 0;
    }
}

lava::synapse! {
    /// Resources as the paper has them.
    Published {
        weight w: 1;
        pre du/dt = -u/(150 ms) : 1;
        pre dx/dt = (1 - x)/(30 ms) : 1 = 1;
        on pre {
            u += 0.1*(1 - u);
            transmit w*u*x;
            x -= u*x;
        }
    }
}

lava::synapse! {
    /// Pairs of spikes that dopamine turns into weights.
    Dopaminergic {
        weight dw/dt = c*(n - b) : 1 where w >= 0 && w <= 1;
        dc/dt = -c/(60 ms) : 1;
        pre dx/dt = -x/(17 ms) : 1;
        post dy/dt = -y/(34 ms) : 1;
        signal dn/dt = -n/tau_n : 1/ms;
        input released: 1 { n += released/tau_n; }
        on pre { c -= 0.2*y; x += 1; }
        on post { c += 0.3*x; y += 1; }
        param tau_n: ms = 25 where tau_n > 0;
        param b: 1/ms = 0;
    }
}

lava::synapse! {
    /// … by a concentration.
    Concentration {
        weight dw/dt = c*n : 1 where w >= 0 && w <= 1;
        dc/dt = -c/(60 ms) : 1;
        pre dx/dt = -x/(17 ms) : 1;
        post dy/dt = -y/(34 ms) : 1;
        input n: 1/ms;
        on pre { c -= 0.2*y; x += 1; }
        on post { c += 0.3*x; y += 1; }
    }
}

lava::synapse! {
    /// Each pre-spike with its neighbours among the post-spikes.
    Centred {
        weight w: 1 where w >= 0 && w <= 1;
        dx/dt = -x/(17 ms) : 1;
        post dy/dt = -y/(34 ms) : 1;
        on pre { w -= 0.04*w*y; x += 1; }
        on post { w += 0.05*(1 - w)*x; x = 0; y = 1; }
    }
}

lava::synapse! {
    /// Weights that count all spikes, in a variable of the synapse that decays.
    Busy {
        weight w: 1;
        dc/dt = -c/(30 ms) : 1;
        /// Spikes of the source since one of the target.
        var n: 1 = 2;
        on pre { w += 0.01*c; c += 1; n += 1; }
        on post { w -= 0.02*c*n; c += 0.5; n = 0; }
    }
}

lava::synapse! {
    /// A reward that strengthens what is eligible.
    Reward {
        weight w: 1;
        dc/dt = -c/(60 ms) : 1;
        pre dx/dt = -x/(17 ms) : 1;
        on pre { c -= 0.1; x += 1; }
        on post { c += 0.3*x; }
        input r: 1 { w += 0.2*c*r; }
    }
}

/// Fails unless two rules have the same weights, and transmit the same, on random cases.
fn same_bits<A: Plasticity, B: Plasticity>(
    equations: impl Fn() -> A,
    by_hand: impl Fn() -> B,
    third: Option<f32>,
    sign: f64,
) -> lava::Result<()> {
    for seed in 1..7 {
        let mut case = Case::random(seed, [7, 5, 500]);
        for synapse in &mut case.synapses {
            synapse.weight *= sign;
        }
        let third = third.map(|scale| {
            let signal = case.signal(seed);
            signal
                .iter()
                .map(|message| scale * message)
                .collect::<Vec<f32>>()
        });
        let ours = case.network_with(equations(), third.as_deref())?;
        let theirs = case.network_with(by_hand(), third.as_deref())?;
        for steps in [170, 330] {
            ours.run(steps)?;
            theirs.run(steps)?;
            assert_eq!(bits(&ours.weights()?), bits(&theirs.weights()?), "{seed}");
        }
        assert_eq!(bits(&ours.received()?), bits(&theirs.received()?), "{seed}");
        ours.net.stop()?;
        theirs.net.stop()?;
    }
    Ok(())
}

#[test]
fn pairs_have_the_bits_of_the_rule_by_hand() -> lava::Result<()> {
    let stdp = || PairStdp::new().tau_plus(17.0).tau_minus(34.0);
    let stdp = || stdp().a_plus(0.05).a_minus(0.04);
    same_bits(Pairs::new, stdp, None, 1.0)?;
    let neighbours = || stdp().multiplicative().pairing(SpikePairing::Symmetric);
    same_bits(Neighbours::new, neighbours, None, 1.0)
}

#[test]
fn triplets_have_the_bits_of_the_rule_by_hand() -> lava::Result<()> {
    same_bits(
        Triplets::new,
        || TripletStdp::new().a2_plus(0.001),
        None,
        1.0,
    )
}

#[test]
fn balance_has_the_bits_of_the_rule_by_hand() -> lava::Result<()> {
    let by_hand = || InhibitoryStdp::new().target_rate(8.0).eta(0.02);
    same_bits(Balance::new, by_hand, None, -1.0)
}

#[test]
fn resources_have_the_bits_of_the_rule_by_hand() -> lava::Result<()> {
    let by_hand = || TsodyksMarkram::new().use_of_resources(0.1);
    let by_hand = || by_hand().depression(30.0).facilitation(150.0);
    same_bits(Resources::new, by_hand, None, 1.0)
}

#[test]
fn dopamine_has_the_bits_of_the_rule_by_hand() -> lava::Result<()> {
    let by_hand = || {
        DopamineStdp::new()
            .tau_plus(17.0)
            .tau_minus(34.0)
            .tau_c(60.0)
    };
    let by_hand = || by_hand().a_plus(0.3).a_minus(0.2).tau_n(25.0);
    same_bits(Dopaminergic::new, by_hand, Some(1.0), 1.0)?;
    same_bits(
        || Dopaminergic::new().b(0.01),
        || by_hand().baseline(0.01),
        Some(1.0),
        1.0,
    )?;
    let concentration = || by_hand().concentration();
    same_bits(Concentration::new, concentration, Some(0.05), 1.0)
}

#[test]
fn resources_as_published_transmit_the_same() -> lava::Result<()> {
    let case = Case::random(2, [7, 5, 500]);
    let (ours, theirs) = (
        case.network(Published::new())?,
        case.network(Resources::new())?,
    );
    ours.run(case.steps())?;
    theirs.run(case.steps())?;
    for (ours, theirs) in ours.received()?.iter().zip(theirs.received()?) {
        assert!(
            (ours - theirs).abs() < 1e-5 * theirs.abs().max(1.0),
            "{ours}, {theirs}"
        );
    }
    Ok(())
}

#[test]
fn a_variable_of_the_synapse_has_the_bits_of_the_rule_by_hand() -> lava::Result<()> {
    let by_hand = || PairStdp::new().tau_plus(17.0).tau_minus(34.0);
    let by_hand = || by_hand().a_plus(0.05).a_minus(0.04).multiplicative();
    same_bits(Centred::new, || by_hand().presynaptic_centred(), None, 1.0)
}

/// Compares weights with what `step` makes of a synapse, which is called in each step with the spikes that
/// arrive, of the target and of the source, and the message.
fn agrees_stepwise<P: Plasticity>(
    rule: impl Fn() -> P,
    has_third: bool,
    step: impl Fn(&mut [f64; 4], bool, bool, f64),
) -> lava::Result<()> {
    for seed in 1..9 {
        let case = Case::random(seed, [7, 5, 500]);
        let third = case.signal(seed);
        let running = case.network_with(rule(), has_third.then_some(&third[..]))?;
        running.run(case.steps())?;
        let found = running.weights()?;
        for (synapse, found) in case.synapses.iter().zip(found) {
            let (axonal, dendritic) = parts(case.split, synapse.delay);
            let pre = arrivals(case.pre.column(synapse.source), axonal);
            let post = arrivals(case.post.column(synapse.target), dendritic);
            let mut state = [synapse.weight, 0.0, 0.0, 2.0];
            for (index, message) in third.iter().enumerate() {
                let now = index + 1;
                let is_last = now == case.steps();
                // What is received in the last step acts from then on.
                let message = if is_last { 0.0 } else { f64::from(*message) };
                step(&mut state, post.contains(&now), pre.contains(&now), message);
            }
            let error = (f64::from(found) - state[0]).abs();
            assert!(
                error < 2e-4 * state[0].abs().max(1.0),
                "{seed}: {found}, not {}",
                state[0]
            );
        }
        running.net.stop()?;
    }
    Ok(())
}

#[test]
fn a_variable_of_the_synapse_sees_all_spikes() -> lava::Result<()> {
    agrees_stepwise(Busy::new, false, |[w, c, _, n], post, pre, _| {
        *c *= (-1.0_f64 / 30.0).exp();
        if post {
            *w -= 0.02 * *c * *n;
            *c += 0.5;
            *n = 0.0;
        }
        if pre {
            *w += 0.01 * *c;
            *c += 1.0;
            *n += 1.0;
        }
    })
}

#[test]
fn a_reward_acts_on_what_is_eligible_after_the_spikes_of_its_step() -> lava::Result<()> {
    agrees_stepwise(Reward::new, true, |[w, c, x, _], post, pre, reward| {
        *c *= (-1.0_f64 / 60.0).exp();
        *x *= (-1.0_f64 / 17.0).exp();
        if post {
            *c += 0.3 * *x;
        }
        if pre {
            *c -= 0.1;
            *x += 1.0;
        }
        *w += 0.2 * *c * reward;
    })
}

/// Fails unless equations have the bits of the rule by hand on any number of workers.
fn same_on_workers<A: Plasticity, B: Plasticity>(
    equations: impl Fn() -> A,
    by_hand: impl Fn() -> B,
    has_third: bool,
) -> lava::Result<()> {
    let case = Case::random(3, [8, 600, 120]);
    let third = case.signal(3);
    let third = has_third.then_some(&third[..]);
    let expected = case.network_with(by_hand(), third)?;
    expected.run(case.steps())?;
    for workers in [1, 2, 3, 8] {
        let found = case.network_with(equations(), third)?;
        found.net.set_workers(workers)?;
        found.net.set_shards(3)?;
        found.run(case.steps())?;
        assert_eq!(
            bits(&found.weights()?),
            bits(&expected.weights()?),
            "{workers} workers"
        );
        assert_eq!(
            bits(&found.received()?),
            bits(&expected.received()?),
            "{workers} workers"
        );
    }
    Ok(())
}

#[test]
fn equations_have_the_same_bits_on_any_number_of_workers() -> lava::Result<()> {
    let pairs = || PairStdp::new().tau_plus(17.0).tau_minus(34.0);
    let pairs = || pairs().a_plus(0.05).a_minus(0.04);
    same_on_workers(Pairs::new, pairs, false)?;
    same_on_workers(
        Centred::new,
        || pairs().multiplicative().presynaptic_centred(),
        false,
    )?;
    same_on_workers(Triplets::new, || TripletStdp::new().a2_plus(0.001), false)?;
    let balance = || InhibitoryStdp::new().target_rate(8.0).eta(0.02);
    same_on_workers(Balance::new, balance, false)?;
    let resources = || TsodyksMarkram::new().use_of_resources(0.1);
    let resources = || resources().depression(30.0).facilitation(150.0);
    same_on_workers(Resources::new, resources, false)?;
    let dopamine = || {
        DopamineStdp::new()
            .tau_plus(17.0)
            .tau_minus(34.0)
            .tau_c(60.0)
    };
    let dopamine = || dopamine().a_plus(0.3).a_minus(0.2).tau_n(25.0);
    same_on_workers(Dopaminergic::new, dopamine, true)
}

#[test]
fn parameters_out_of_their_range_are_errors() -> lava::Result<()> {
    let case = Case::random(1, [2, 2, 3]);
    for (rule, text) in [
        (
            Pairs::new().tau_plus(0.0),
            "`tau_plus` is 0.0; give a positive number",
        ),
        (
            Pairs::new().a_minus(f64::NAN),
            "`a_minus` is NaN; give a finite number",
        ),
    ] {
        let error = case.network(rule)?.run(1).unwrap_err().to_string();
        assert!(error.contains(text), "{error}");
    }
    Ok(())
}
