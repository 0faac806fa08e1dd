//! Leaky integrate-and-fire neurons by the kind of their synapses.

use lava::prelude::*;

neuron! {
    /// Leaky integrate-and-fire neurons with exponentially decaying synaptic currents. Tsodyks, Uziel &
    /// Markram (2000), J. Neurosci. 20, RC50.
    pub LifExp {
        /// Membrane voltage.
        dv/dt = (e_l - v)/tau_m + (i_ex + i_in + i_e)/c_m : mV = -70.0;
        /// Excitatory synaptic current.
        di_ex/dt = -i_ex/tau_ex : pA;
        /// Inhibitory synaptic current.
        di_in/dt = -i_in/tau_in : pA;
        /// Excitatory input.
        input exc_in: pA { i_ex += exc_in; }
        /// Inhibitory input, negative.
        input inh_in: pA { i_in += inh_in; }
        /// Membrane capacitance.
        param c_m: pF = 250.0 where c_m > 0;
        /// Membrane time constant.
        param tau_m: ms = 10.0 where tau_m > 0;
        /// Time constant of the excitatory current.
        param tau_ex: ms = 2.0 where tau_ex > 0;
        /// Time constant of the inhibitory current.
        param tau_in: ms = 2.0 where tau_in > 0;
        /// Resting voltage.
        param e_l: mV = -70.0;
        /// Voltage at which a neuron spikes.
        param v_th: mV = -55.0;
        /// Voltage after a spike.
        param v_r: mV = -70.0;
        /// Constant current.
        param i_e: pA = 0.0;
        spike when v >= v_th { v = v_r; }
        /// Refractory period.
        refractory t_ref: ms = 2.0 for v;
    }
}

neuron! {
    /// Leaky integrate-and-fire neurons whose synaptic currents are alpha functions: a spike of weight
    /// 1 pA causes a current that peaks at 1 pA after `tau_syn`.
    pub LifAlpha {
        /// Membrane voltage.
        dv/dt = (e_l - v)/tau_m + (i_syn + i_e)/c_m : mV = -70.0;
        /// Synaptic current.
        di_syn/dt = (e*x - i_syn)/tau_syn : pA;
        /// Rise of the synaptic current.
        dx/dt = -x/tau_syn : pA;
        /// Euler's number, so that the peak is the weight.
        const e: 1 = exp(1);
        /// Synaptic input.
        input a_in: pA { x += a_in; }
        /// Membrane capacitance.
        param c_m: pF = 250.0 where c_m > 0;
        /// Membrane time constant.
        param tau_m: ms = 10.0 where tau_m > 0;
        /// Time of the peak of the synaptic current.
        param tau_syn: ms = 2.0 where tau_syn > 0;
        /// Resting voltage.
        param e_l: mV = -70.0;
        /// Voltage at which a neuron spikes.
        param v_th: mV = -55.0;
        /// Voltage after a spike.
        param v_r: mV = -70.0;
        /// Constant current.
        param i_e: pA = 0.0;
        spike when v >= v_th { v = v_r; }
        /// Refractory period.
        refractory t_ref: ms = 2.0 for v;
    }
}

neuron! {
    /// Leaky integrate-and-fire neurons with exponentially decaying synaptic conductances. Brette et
    /// al. (2007), J. Comput. Neurosci. 23, 349–398.
    pub LifCond {
        /// Membrane voltage.
        dv/dt = (g_l*(e_l - v) + g_ex*(e_ex - v) + g_in*(e_in - v) + i_e)/c_m : mV = -60.0;
        /// Excitatory conductance.
        dg_ex/dt = -g_ex/tau_ex : nS;
        /// Inhibitory conductance.
        dg_in/dt = -g_in/tau_in : nS;
        /// Excitatory input.
        input exc_in: nS { g_ex += exc_in; }
        /// Inhibitory input, negative as in every neuron: its magnitude is added.
        input inh_in: nS { g_in += abs(inh_in); }
        /// Membrane capacitance.
        param c_m: pF = 200.0 where c_m > 0;
        /// Leak conductance.
        param g_l: nS = 10.0 where g_l > 0;
        /// Resting voltage.
        param e_l: mV = -60.0;
        /// Reversal voltage of excitation.
        param e_ex: mV = 0.0;
        /// Reversal voltage of inhibition.
        param e_in: mV = -80.0;
        /// Time constant of the excitatory conductance.
        param tau_ex: ms = 5.0 where tau_ex > 0;
        /// Time constant of the inhibitory conductance.
        param tau_in: ms = 10.0 where tau_in > 0;
        /// Voltage at which a neuron spikes.
        param v_th: mV = -50.0;
        /// Voltage after a spike.
        param v_r: mV = -60.0;
        /// Constant current.
        param i_e: pA = 0.0;
        spike when v > v_th { v = v_r; }
        /// Refractory period.
        refractory t_ref: ms = 5.0 for v;
    }
}

neuron! {
    /// Leaky integrate-and-fire neurons with NMDA receptors, which saturate, and whose channels magnesium blocks
    /// at rest. Brunel & Wang (2001), J. Comput. Neurosci. 11; the block: Jahr & Stevens (1990), J. Neurosci. 10.
    pub LifNmda {
        /// Membrane voltage.
        dv/dt = (g_l*(e_l - v) + g_nmda*s*(e_ex - v)/(1 + mg/(3.57 mM)*exp(-0.062*v/(1 mV))) + i_e)/c_m : mV = -70.0;
        /// Share of the receptors that are open.
        ds/dt = alpha*x*(1 - s) - s/tau_decay : 1;
        /// Rise of the share.
        dx/dt = -x/tau_rise : 1;
        /// Spikes, weighted.
        input a_in: 1 { x += a_in; }
        /// Membrane capacitance.
        param c_m: pF = 500.0 where c_m > 0;
        /// Leak conductance.
        param g_l: nS = 25.0 where g_l > 0;
        /// Conductance of all receptors.
        param g_nmda: nS = 100.0;
        /// Concentration of magnesium outside the cell.
        param mg: mM = 1.0 where mg >= 0;
        /// Opening of the receptors.
        param alpha: 1/ms = 0.5;
        /// Time constant of the rise.
        param tau_rise: ms = 2.0 where tau_rise > 0;
        /// Time constant of the decay.
        param tau_decay: ms = 100.0 where tau_decay > 0;
        /// Resting voltage.
        param e_l: mV = -70.0;
        /// Reversal voltage of excitation.
        param e_ex: mV = 0.0;
        /// Voltage at which a neuron spikes.
        param v_th: mV = -50.0;
        /// Voltage after a spike.
        param v_r: mV = -55.0;
        /// Constant current.
        param i_e: pA = 0.0;
        integrate by rk4;
        spike when v > v_th { v = v_r; }
        /// Refractory period.
        refractory t_ref: ms = 2.0 for v;
    }
}
