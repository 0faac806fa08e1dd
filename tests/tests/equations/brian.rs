//! The neurons of the literature against Brian2: traces that `tests/equations/brian.py` recorded, of
//! the same integrator and time step in double precision.

use std::collections::BTreeMap;
use std::path::Path;

use lava::prelude::*;
use lava::proc::Source;
use lava_examples::neurons::{
    AdEx, FitzHughNagumo, Glif, HodgkinHuxley, Izhikevich, LifAlpha, LifCond, LifExp, LifNmda,
    MorrisLecar, PinskyRinzel, Srm0, WangBuzsaki,
};
use ndarray::Array2;

/// A neuron in Brian2.
#[derive(serde::Deserialize)]
struct Trace {
    dt: f64,
    steps: u64,
    /// The steps of the states.
    at: Vec<u64>,
    states: BTreeMap<String, Vec<f64>>,
    spikes: Vec<u64>,
}

fn trace(name: &str) -> Trace {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("equations/traces");
    let path = folder.join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).expect("the trace is committed");
    serde_json::from_str(&text).expect("a trace")
}

impl Trace {
    fn network(&self) -> lava::Result<Network<Loihi1SimCfg>> {
        let net = Network::new();
        net.set_dt(self.dt * lava::units::ms)?;
        Ok(net)
    }

    /// `weight` in every step whose number is a multiple of `every`.
    fn jumps(&self, every: usize, weight: f64) -> Array2<f64> {
        let steps = self.steps as usize;
        Array2::from_shape_fn((steps, 1), |(row, _)| {
            if (row + 1) % every == 0 { weight } else { 0.0 }
        })
    }

    /// Runs the network for as many steps as the trace has, and compares states and spikes.
    fn compare(
        &self,
        net: &Network<Loihi1SimCfg>,
        states: &[(&str, &Var<f64>)],
        s_out: &OutPort<Spike>,
    ) -> lava::Result<()> {
        let spikes = net.probe(s_out)?;
        let mut compared = 0;
        for step in &self.at {
            net.run(RunSteps(step - net.time_step()))?;
            for (name, var) in states {
                let found = var.get()?[[0]];
                let index = self
                    .at
                    .iter()
                    .position(|other| other == step)
                    .unwrap_or_default();
                let expected = self.states[*name][index];
                // Where a state passes through zero, its own scale is the measure.
                let scale = self.states[*name]
                    .iter()
                    .fold(0.0_f64, |most, value| most.max(value.abs()));
                let error = (found - expected).abs() / expected.abs().max(1e-3 * scale);
                assert!(
                    error <= 1e-9 || found == expected,
                    "`{name}` in step {step}: {found} instead of {expected}"
                );
                compared += 1;
            }
        }
        assert!(compared >= 20, "{compared} values");
        net.run(RunSteps(self.steps - net.time_step()))?;
        let steps: Vec<u64> = spikes.events().iter().map(|(step, _)| *step).collect();
        assert_eq!(steps, self.spikes);
        net.stop()
    }
}

#[test]
fn a_neuron_with_exponential_currents() -> lava::Result<()> {
    let trace = trace("lif_exp");
    let net = trace.network()?;
    let exc = net.add(Source::data(trace.jumps(37, 400.0)))?;
    let inh = net.add(Source::data(trace.jumps(53, -300.0)))?;
    let neuron: LifExp<f64> = net.add(LifExp::shape([1]).i_e(350.0).tau_in(5.0))?;
    exc.s_out.connect(&neuron.exc_in)?;
    inh.s_out.connect(&neuron.inh_in)?;
    let states = [
        ("v", &neuron.v),
        ("i_ex", &neuron.i_ex),
        ("i_in", &neuron.i_in),
    ];
    trace.compare(&net, &states, &neuron.s_out)
}

#[test]
fn a_neuron_with_alpha_currents() -> lava::Result<()> {
    let trace = trace("lif_alpha");
    let net = trace.network()?;
    let input = net.add(Source::data(trace.jumps(37, 400.0)))?;
    let neuron: LifAlpha<f64> = net.add(LifAlpha::shape([1]).i_e(350.0))?;
    input.s_out.connect(&neuron.a_in)?;
    let states = [("v", &neuron.v), ("i_syn", &neuron.i_syn), ("x", &neuron.x)];
    trace.compare(&net, &states, &neuron.s_out)
}

#[test]
fn a_neuron_with_nmda_receptors() -> lava::Result<()> {
    let trace = trace("lif_nmda");
    let net = trace.network()?;
    let input = net.add(Source::data(trace.jumps(211, 1.0)))?;
    let neuron: LifNmda<f64> = net.add(LifNmda::shape([1]).i_e(350.0))?;
    input.s_out.connect(&neuron.a_in)?;
    let states = [("v", &neuron.v), ("s", &neuron.s), ("x", &neuron.x)];
    trace.compare(&net, &states, &neuron.s_out)
}

#[test]
fn a_neuron_with_conductances() -> lava::Result<()> {
    let trace = trace("lif_cond");
    let net = trace.network()?;
    let exc = net.add(Source::data(trace.jumps(37, 6.0)))?;
    let inh = net.add(Source::data(trace.jumps(53, -8.0)))?;
    let neuron: LifCond<f64> = net.add(LifCond::shape([1]).i_e(80.0))?;
    exc.s_out.connect(&neuron.exc_in)?;
    inh.s_out.connect(&neuron.inh_in)?;
    let states = [
        ("v", &neuron.v),
        ("g_ex", &neuron.g_ex),
        ("g_in", &neuron.g_in),
    ];
    trace.compare(&net, &states, &neuron.s_out)
}

#[test]
fn izhikevichs_neuron() -> lava::Result<()> {
    let trace = trace("izhikevich");
    let net = trace.network()?;
    let neuron: Izhikevich<f64> = net.add(Izhikevich::shape([1]).i_e(10.0))?;
    trace.compare(&net, &[("v", &neuron.v), ("u", &neuron.u)], &neuron.s_out)
}

#[test]
fn an_adaptive_exponential_neuron() -> lava::Result<()> {
    let trace = trace("adex");
    let net = trace.network()?;
    let neuron: AdEx<f64> = net.add(AdEx::shape([1]).i_e(800.0))?;
    trace.compare(&net, &[("v", &neuron.v), ("w", &neuron.w)], &neuron.s_out)
}

neuron! {
    /// The adaptive exponential neuron, by Heun's method.
    AdExHeun {
        dv/dt = (g_l*(e_l - v) + g_l*delta_t*exp((upstroke - v_t)/delta_t) - w + i_e)/c_m : mV = -70.6;
        dw/dt = (a*(upstroke - e_l) - w)/tau_w : pA;
        let upstroke = min(v, v_peak);
        const c_m: pF = 281.0;
        const g_l: nS = 30.0;
        const e_l: mV = -70.6;
        const v_t: mV = -50.4;
        const delta_t: mV = 2.0;
        const tau_w: ms = 144.0;
        const a: nS = 4.0;
        const b: pA = 80.5;
        const v_peak: mV = 20.0;
        param i_e: pA = 0.0;
        integrate by heun;
        spike when v > v_peak { v = e_l; w += b; }
    }
}

#[test]
fn an_adaptive_exponential_neuron_by_heuns_method() -> lava::Result<()> {
    let trace = trace("adex_heun");
    let net = trace.network()?;
    let neuron: AdExHeun<f64> = net.add(AdExHeun::shape([1]).i_e(800.0))?;
    trace.compare(&net, &[("v", &neuron.v), ("w", &neuron.w)], &neuron.s_out)
}

#[test]
fn a_generalised_integrate_and_fire_neuron() -> lava::Result<()> {
    let trace = trace("glif");
    let net = trace.network()?;
    let neuron: Glif<f64> = net.add(Glif::shape([1]))?;
    trace.compare(
        &net,
        &[("v", &neuron.v), ("theta", &neuron.theta)],
        &neuron.s_out,
    )
}

#[test]
fn fitzhughs_and_nagumos_oscillator() -> lava::Result<()> {
    let trace = trace("fitzhugh_nagumo");
    let net = trace.network()?;
    let neuron: FitzHughNagumo<f64> = net.add(FitzHughNagumo::shape([1]))?;
    trace.compare(&net, &[("v", &neuron.v), ("w", &neuron.w)], &neuron.s_out)
}

#[test]
fn the_squids_axon() -> lava::Result<()> {
    let trace = trace("hodgkin_huxley");
    let net = trace.network()?;
    let neuron: HodgkinHuxley<f64> = net.add(HodgkinHuxley::shape([1]).i_e(10.0))?;
    let states = [
        ("v", &neuron.v),
        ("m", &neuron.m),
        ("h", &neuron.h),
        ("n", &neuron.n),
    ];
    trace.compare(&net, &states, &neuron.s_out)
}

#[test]
fn a_fast_spiking_interneuron() -> lava::Result<()> {
    let trace = trace("wang_buzsaki");
    let net = trace.network()?;
    let neuron: WangBuzsaki<f64> = net.add(WangBuzsaki::shape([1]).i_e(1.0))?;
    let states = [("v", &neuron.v), ("h", &neuron.h), ("n", &neuron.n)];
    trace.compare(&net, &states, &neuron.s_out)
}

#[test]
fn the_barnacles_muscle_fibre() -> lava::Result<()> {
    let trace = trace("morris_lecar");
    let net = trace.network()?;
    let neuron: MorrisLecar<f64> = net.add(MorrisLecar::shape([1]))?;
    trace.compare(&net, &[("v", &neuron.v), ("w", &neuron.w)], &neuron.s_out)
}

#[test]
fn a_neuron_of_two_compartments() -> lava::Result<()> {
    let trace = trace("pinsky_rinzel");
    let net = trace.network()?;
    let neuron: PinskyRinzel<f64> = net.add(PinskyRinzel::shape([1]).i_s(0.75))?;
    let states = [
        ("v_s", &neuron.v_s),
        ("v_d", &neuron.v_d),
        ("ca", &neuron.ca),
        ("q", &neuron.q),
    ];
    trace.compare(&net, &states, &neuron.s_out)
}

#[test]
fn a_spike_response_neuron_between_spikes() -> lava::Result<()> {
    let trace = trace("srm0");
    let net = trace.network()?;
    // The trace has no spikes: they are random.
    let neuron: Srm0<f64> = net.add(Srm0::shape([1]).i_e(0.12).eta(-30.0).rho_0(0.0))?;
    trace.compare(
        &net,
        &[("h", &neuron.h), ("eta", &neuron.eta)],
        &neuron.s_out,
    )?;
    let rate = |h: f64, eta: f64| 100.0 * ((h + eta + 55.0) / 2.0).exp();
    for (index, rate_there) in trace.states["rate"].iter().enumerate() {
        let expected = rate(trace.states["h"][index], trace.states["eta"][index]);
        assert!((rate_there / expected - 1.0).abs() < 1e-9);
    }
    let net = trace.network()?;
    let neuron: Srm0<f64> = net.add(Srm0::shape([1]).i_e(0.12).eta(-30.0).theta(0.0))?;
    let rates = net.probe(&neuron.rate)?;
    let voltages = (net.probe(&neuron.h)?, net.probe(&neuron.eta)?);
    net.run(RunSteps(100))?;
    for step in 0..100 {
        let (h, eta) = (voltages.0.data()[[step, 0]], voltages.1.data()[[step, 0]]);
        let expected = 100.0 * ((h + eta) / 2.0).exp();
        let found = rates.data()[[step, 0]];
        assert!(
            (found / expected - 1.0).abs() < 1e-9,
            "{found} instead of {expected} Hz"
        );
    }
    net.stop()
}
