//! The event-driven update: neurons that cannot reach their threshold are not computed.

use lava::model::{ClosedForm, EventDriven, Update};
use lava::prelude::*;
use lava::proc::synapse::{Synapse, Synapses};
use lava::proc::{IafPscExp, PoissonSpikes, Sparse};
use lava::units::ms;

use crate::support::loihi;

const NEURONS: usize = 700;
const INPUTS: usize = 60;

/// Neurons with Poisson input of both signs, which also excite and inhibit each other a little.
fn network(
    update: Update,
    workers: usize,
) -> lava::Result<(Network<Loihi1SimCfg>, IafPscExp<f64>, PoissonSpikes)> {
    let net = loihi();
    net.set_workers(workers)?;
    net.set_dt(0.1 * ms)?;
    let neurons = IafPscExp::shape([NEURONS])
        .tau_syn_ex(1.0)
        .tau_syn_in(3.0)
        .t_ref(3.0);
    let neurons: IafPscExp<f64> = net.add(neurons.update(update))?;
    let input: PoissonSpikes = net.add(PoissonSpikes::shape([INPUTS]).rate(40.0).seed(3))?;
    let connect =
        |from: &OutPort<Spike>, sources: usize, gain: f64, stride: usize, to: &InPort<f64>| {
            let list: Vec<Synapse> = (0..sources * 8)
                .map(|number| Synapse {
                    source: number % sources,
                    target: number * stride % NEURONS,
                    weight: gain * (1.0 + (number % 7) as f64),
                    delay: 1 + number % 9,
                })
                .collect();
            let synapses = Synapses::from_list(sources, NEURONS, &list)?;
            let sparse: Sparse<f64> = net.add(Sparse::synapses(synapses))?;
            from.connect(&sparse.s_in)?;
            sparse.a_out.connect(to)
        };
    connect(&input.s_out, INPUTS, 500.0, 7, &neurons.exc_in)?;
    connect(&input.s_out, INPUTS, -40.0, 11, &neurons.inh_in)?;
    connect(&neurons.s_out, NEURONS, 60.0, 13, &neurons.exc_in)?;
    connect(&neurons.s_out, NEURONS, -20.0, 17, &neurons.inh_in)?;
    Ok((net, neurons, input))
}

/// The messages that were sent, by step and neuron, and the states after each run.
pub(crate) type EventTrace = (Vec<(u64, usize)>, Vec<f64>);

/// Compares the event-driven update with the clock-driven one, and with itself on several workers. `trace` gets
/// the update, the number of workers, and `true` for a network whose states are probed.
#[track_caller]
pub(crate) fn updates_agree(
    trace: impl Fn(Update, usize, bool) -> lava::Result<EventTrace>,
) -> lava::Result<()> {
    let stepped = trace(Update::ClockDriven, 1, false)?;
    let expected = trace(Update::EventDriven, 1, false)?;
    assert!(stepped.0.len() > 20, "{} spikes", stepped.0.len());
    let differs = expected.0.iter().zip(&stepped.0).find(|(a, b)| a != b);
    assert_eq!((differs, expected.0.len()), (None, stepped.0.len()));
    for (number, (found, stepped)) in expected.1.iter().zip(&stepped.1).enumerate() {
        assert!(
            (found - stepped).abs() < 1e-9,
            "{number}: {found} {stepped}"
        );
    }
    assert!(expected.1 != stepped.1, "steps were left out");
    let bits = |states: &[f64]| states.iter().map(|v| v.to_bits()).collect::<Vec<u64>>();
    for (workers, is_probed) in [(2, true), (3, false)] {
        let found = trace(Update::EventDriven, workers, is_probed)?;
        assert!(found.0 == expected.0, "{workers} workers");
        assert!(bits(&found.1) == bits(&expected.1), "{workers} workers");
    }
    Ok(())
}

/// The spikes, and the voltages and currents at times, of a network in which Vars are set and neurons reset.
type Trace = (Vec<(u64, usize)>, Vec<Vec<f64>>);

fn trace(update: Update, workers: usize, is_probed: bool) -> lava::Result<Trace> {
    let (net, neurons, input) = network(update, workers)?;
    let spikes = net.probe(&neurons.s_out)?;
    let _probes = is_probed
        .then(|| Ok::<_, lava::Error>((net.probe(&neurons.v_m)?, net.probe(&neurons.i_in)?)))
        .transpose()?;
    let mut states = Vec::new();
    let mut run = |steps| -> lava::Result<()> {
        net.run(RunSteps(steps))?;
        if is_probed {
            neurons.refractory.get()?;
        }
        for var in [&neurons.v_m, &neurons.i_ex, &neurons.i_in] {
            states.push(var.get()?.into_iter().collect());
        }
        Ok(())
    };
    run(1)?;
    run(500)?;
    neurons.i_e.set(100.0)?;
    run(300)?;
    let v = neurons.v_m.get()?;
    neurons.v_m.set(v.mapv(|v| v - 1.0))?;
    run(200)?;
    input.rate.set(0.0)?;
    run(1000)?;
    neurons.tau_m.set(5.0)?;
    input.rate.set(60.0)?;
    run(500)?;
    let mut all = spikes.events();
    net.reset_process(&neurons)?;
    run(200)?;
    all.extend(spikes.events());
    net.reset()?;
    run(400)?;
    all.extend(spikes.events());
    net.stop()?;
    Ok((all, states))
}

#[test]
fn an_event_driven_update_has_the_same_bits_for_any_number_of_workers_and_probes()
-> lava::Result<()> {
    let expected = trace(Update::EventDriven, 1, false)?;
    assert!(expected.0.len() > 500, "{} spikes", expected.0.len());
    for (workers, is_probed) in [(1, true), (2, false), (3, true), (8, false)] {
        {
            let found = trace(Update::EventDriven, workers, is_probed)?;
            assert_eq!(found.0, expected.0, "{workers} workers, {is_probed}");
            let bits = |states: &[Vec<f64>]| -> Vec<u64> {
                states
                    .iter()
                    .flatten()
                    .map(|value| value.to_bits())
                    .collect()
            };
            assert!(
                bits(&found.1) == bits(&expected.1),
                "{workers} workers, {is_probed}"
            );
        }
    }
    Ok(())
}

#[test]
fn its_spikes_are_those_of_the_clock_driven_update() -> lava::Result<()> {
    let expected = trace(Update::ClockDriven, 1, false)?;
    let found = trace(Update::EventDriven, 1, false)?;
    assert_eq!(found.0, expected.0);
    for (number, (found, expected)) in found.1.iter().zip(&expected.1).enumerate() {
        for (neuron, (found, expected)) in found.iter().zip(expected).enumerate() {
            let error = (found - expected).abs();
            assert!(
                error < 1e-9,
                "state {number}, neuron {neuron}: {found} {expected}"
            );
        }
    }
    Ok(())
}

#[test]
fn a_neuron_whose_current_alone_makes_it_fire_is_computed() -> lava::Result<()> {
    let net = loihi();
    let neurons = IafPscExp::shape([300])
        .i_e(500.0)
        .update(Update::EventDriven);
    let neurons: IafPscExp<f64> = net.add(neurons)?;
    let spikes = net.probe(&neurons.s_out)?;
    net.run(RunSteps(1000))?;
    let steps: Vec<u64> = spikes
        .events()
        .iter()
        .filter(|(_, n)| *n == 299)
        .map(|(step, _)| *step)
        .collect();
    assert_eq!(steps, [139, 298, 457, 616, 775, 934]);
    net.stop()
}

/// A voltage that halves in a step, and the neurons that were computed last.
#[process]
pub struct Halving {
    a_in: InPort<f64>,
    s_out: OutPort<Spike>,
    #[var(init = 0.0)]
    v: Var<f64>,
    #[var(scalar, init = 0)]
    computed: Var<u64>,
}

#[implements(proc = Halving, protocol = Loihi)]
struct HalvingModel {
    a_in: In<f64>,
    s_out: Out<Spike>,
    v: Vec<f64>,
    computed: u64,
    #[local]
    events: EventDriven<f64>,
    #[local]
    context: Context,
}

impl ClosedForm for HalvingModel {
    type State = f64;

    fn state(&self, neuron: usize) -> f64 {
        self.v[neuron]
    }

    fn set_state(&mut self, neuron: usize, v: f64) {
        self.v[neuron] = v;
    }

    fn advanced(&self, _: usize, v: f64, steps: u64) -> f64 {
        v * 0.5_f64.powi(steps as i32)
    }

    fn stays_below_threshold(&self, _: usize, v: f64) -> bool {
        v <= 2.0
    }

    fn events(&mut self) -> &mut EventDriven<f64> {
        &mut self.events
    }
}

impl LoihiModel for HalvingModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let (step, neurons) = (self.context.time_step(), self.v.len());
        let mut events = std::mem::take(&mut self.events);
        events.begin(self, neurons);
        events.wake(&self.a_in.recv_sums());
        events.catch_up(self, step);
        self.computed = events.awake().len() as u64;
        let a_in = self.a_in.recv_slice();
        let mut fired = Vec::new();
        for &neuron in events.awake() {
            let v = &mut self.v[neuron as usize];
            *v = *v / 2.0 + a_in[neuron as usize];
            if *v > 1.0 {
                *v = 0.0;
                fired.push(neuron);
            }
        }
        events.rest(self, step);
        self.events = events;
        fired.sort_unstable();
        self.s_out.send_indices(&fired)
    }

    fn before_access(&mut self) {
        let step = self.context.time_step();
        self.with_events(|model, events| events.present(model, step));
    }

    fn on_var_update(&mut self, _: &str) -> lava::Result<()> {
        self.events.accept();
        Ok(())
    }
}

#[test]
fn only_neurons_at_which_something_arrives_are_computed() -> lava::Result<()> {
    let net = loihi();
    let input: PoissonSpikes = net.add(PoissonSpikes::shape([2]).rate(0.0).dt(0.1))?;
    let synapse = |source, target, weight| Synapse {
        source,
        target,
        weight,
        delay: 1,
    };
    let list = [
        synapse(0, 5, 0.75),
        synapse(1, 900, 0.5),
        synapse(1, 31, 0.25),
    ];
    let synapses = Synapses::from_list(2, 1000, &list)?;
    let sparse: Sparse<f64> = net.add(Sparse::synapses(synapses))?;
    let neurons = net.add(Halving::shape([1000]))?;
    input.s_out.connect(&sparse.s_in)?;
    sparse.a_out.connect(&neurons.a_in)?;
    net.run(RunSteps(1))?;
    assert_eq!(
        neurons.computed.get()?,
        1000,
        "the first step is computed for all"
    );
    net.run(RunSteps(1))?;
    assert_eq!(neurons.computed.get()?, 0);
    input.rate.set(10_000.0)?;
    net.run(RunSteps(2))?;
    input.rate.set(0.0)?;
    assert_eq!(neurons.computed.get()?, 3);
    net.run(RunSteps(4))?;
    assert_eq!(neurons.computed.get()?, 0);
    let v = neurons.v.get()?;
    assert_eq!((v[31], v[900]), (0.25 * 1.5 / 8.0, 0.5 * 1.5 / 8.0));
    neurons.v.set(1.5)?;
    net.run(RunSteps(1))?;
    assert_eq!((neurons.computed.get()?, neurons.v.get()?[7]), (1000, 0.75));
    net.stop()
}
