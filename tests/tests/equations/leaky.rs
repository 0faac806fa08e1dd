//! Neurons that are declared by their equations.

use lava::prelude::*;

neuron! {
    /// Leaky integrate-and-fire neurons with exponential synaptic currents.
    pub Leaky {
        /// Membrane voltage.
        dv/dt = (e_l - v)/tau_m + (i + i_e)/c_m : mV = -70.0;
        /// Synaptic current.
        di/dt = -i/tau_syn : pA;
        /// Weighted spikes.
        input a_in: pA { i += a_in; }
        /// Membrane capacitance.
        param c_m: pF = 250.0 where c_m > 0;
        /// Membrane time constant.
        param tau_m: ms = 10.0 where tau_m > 0;
        /// Time constant of the synaptic current.
        param tau_syn: ms = 2.0 where tau_syn > 0;
        /// Resting voltage.
        param e_l: mV = -70.0;
        /// Threshold.
        param v_th: mV = -55.0;
        /// Voltage after a spike.
        param v_r: mV = -70.0;
        /// Constant current.
        param i_e: pA = 0.0;
        spike when v >= v_th { v = v_r; }
        refractory t_ref: ms = 2.0 for v;
    }
}

#[test]
fn a_leaky_neuron_spikes_as_its_formula_says() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let neuron: Leaky<f64> = net.add(Leaky::shape([1]).i_e(500.0))?;
    let spikes = net.probe(&neuron.s_out)?;
    net.run(RunSteps(1000))?;
    let steps: Vec<u64> = spikes.events().iter().map(|(step, _)| *step).collect();
    assert_eq!(steps, [139, 298, 457, 616, 775, 934]);
    net.stop()
}
