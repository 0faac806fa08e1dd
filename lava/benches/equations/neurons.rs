//! Neurons of the library, written as their equations.

use lava::prelude::*;

neuron! {
    /// `IafPscDelta`.
    pub Delta {
        dv/dt = (e_l - v)/tau_m + (current_in + i_e)/c_m : mV = -70.0;
        input a_in: mV { v += a_in; }
        input current_in: pA;
        param c_m: pF = 250.0 where c_m > 0;
        param tau_m: ms = 10.0 where tau_m > 0;
        param e_l: mV = -70.0;
        param v_th: mV = -55.0;
        param v_reset: mV = -70.0;
        param i_e: pA = 0.0;
        spike when v >= v_th { v = v_reset; }
        refractory t_ref: ms = 2.0 for v;
    }
}

neuron! {
    /// `IafPscExp`.
    pub Currents {
        dv/dt = (e_l - v)/tau_m + (i_ex + i_in + current_in + i_e)/c_m : mV = -70.0;
        di_ex/dt = -i_ex/tau_syn_ex : pA;
        di_in/dt = -i_in/tau_syn_in : pA;
        input exc_in: pA { i_ex += exc_in; }
        input inh_in: pA { i_in += inh_in; }
        input current_in: pA;
        param c_m: pF = 250.0 where c_m > 0;
        param tau_m: ms = 10.0 where tau_m > 0;
        param tau_syn_ex: ms = 2.0 where tau_syn_ex > 0;
        param tau_syn_in: ms = 2.0 where tau_syn_in > 0;
        param e_l: mV = -70.0;
        param v_th: mV = -55.0;
        param v_reset: mV = -70.0;
        param i_e: pA = 0.0;
        spike when v >= v_th { v = v_reset; }
        refractory t_ref: ms = 2.0 for v;
    }
}

neuron! {
    /// `IafPscAlpha`.
    pub Alpha {
        dv/dt = (e_l - v)/tau_m + (i_ex + i_in + current_in + i_e)/c_m : mV = -70.0;
        di_ex/dt = di_ex - i_ex/tau_syn_ex : pA;
        ddi_ex/dt = -di_ex/tau_syn_ex : pA/ms;
        di_in/dt = di_in - i_in/tau_syn_in : pA;
        ddi_in/dt = -di_in/tau_syn_in : pA/ms;
        input exc_in: pA { di_ex += exc_in*exp(1)/tau_syn_ex; }
        input inh_in: pA { di_in += inh_in*exp(1)/tau_syn_in; }
        input current_in: pA;
        param c_m: pF = 250.0 where c_m > 0;
        param tau_m: ms = 10.0 where tau_m > 0;
        param tau_syn_ex: ms = 2.0 where tau_syn_ex > 0;
        param tau_syn_in: ms = 2.0 where tau_syn_in > 0;
        param e_l: mV = -70.0;
        param v_th: mV = -55.0;
        param v_reset: mV = -70.0;
        param i_e: pA = 0.0;
        spike when v >= v_th { v = v_reset; }
        refractory t_ref: ms = 2.0 for v;
    }
}

neuron! {
    /// `IafCondExp`.
    pub Conductances {
        dv/dt = (g_l*(e_l - v) + mean_ex*(e_ex - v) + mean_in*(e_in - v) + current_in + i_e)/c_m : mV = -70.0;
        dg_ex/dt = -g_ex/tau_syn_ex : nS;
        dg_in/dt = -g_in/tau_syn_in : nS;
        /// Means of the conductances during the step.
        let mean_ex = g_ex*exprel(-dt/tau_syn_ex);
        let mean_in = g_in*exprel(-dt/tau_syn_in);
        input exc_in: nS { g_ex += exc_in; }
        input inh_in: nS { g_in += abs(inh_in); }
        input current_in: pA;
        param c_m: pF = 250.0 where c_m > 0;
        param g_l: nS = 50.0/3.0 where g_l > 0;
        param e_l: mV = -70.0;
        param e_ex: mV = 0.0;
        param e_in: mV = -85.0;
        param tau_syn_ex: ms = 0.2 where tau_syn_ex > 0;
        param tau_syn_in: ms = 2.0 where tau_syn_in > 0;
        param v_th: mV = -55.0;
        param v_reset: mV = -60.0;
        param i_e: pA = 0.0;
        spike when v >= v_th { v = v_reset; }
        refractory t_ref: ms = 2.0 for v;
        integrate v by exponential_euler;
        integrate g_ex, g_in by exact;
    }
}

neuron! {
    /// `AeifCondExp`.
    pub Adaptive {
        dv/dt = (g_l*delta_t*exp((u - v_th)/delta_t) - g_l*(u - e_l) - mean_ex*(u - e_ex)
            - mean_in*(u - e_in) - w + current_in + i_e)/c_m : mV = -70.6;
        dw/dt = (a*(u - e_l) - w)/tau_w : pA;
        dg_ex/dt = -g_ex/tau_syn_ex : nS;
        dg_in/dt = -g_in/tau_syn_in : nS;
        let u = min(v, v_peak);
        let mean_ex = g_ex*exprel(-dt/tau_syn_ex);
        let mean_in = g_in*exprel(-dt/tau_syn_in);
        input exc_in: nS { g_ex += exc_in; }
        input inh_in: nS { g_in += abs(inh_in); }
        input current_in: pA;
        param c_m: pF = 281.0 where c_m > 0;
        param g_l: nS = 30.0 where g_l > 0;
        param e_l: mV = -70.6;
        param v_th: mV = -50.4;
        param delta_t: mV = 2.0 where delta_t > 0;
        param tau_w: ms = 144.0 where tau_w > 0;
        param a: nS = 4.0;
        param b: pA = 80.5;
        param v_peak: mV = 20.0;
        param v_reset: mV = -70.6;
        param e_ex: mV = 0.0;
        param e_in: mV = -85.0;
        param tau_syn_ex: ms = 0.2 where tau_syn_ex > 0;
        param tau_syn_in: ms = 2.0 where tau_syn_in > 0;
        param i_e: pA = 0.0;
        spike when v >= v_peak { v = v_reset; w += b; }
        refractory t_ref: ms = 0.0 for v;
        integrate v, w by heun;
        integrate g_ex, g_in by exact;
    }
}

neuron! {
    /// `Izhikevich`.
    pub Simple {
        dv/dt = (0.04/mV*v^2 + 5*v + 140 mV)/ms - u + a_in + i_e : mV = -65.0;
        du/dt = a*(b*v - u) : mV/ms = -13.0;
        input a_in: mV/ms;
        param a: 1/ms = 0.02;
        param b: 1/ms = 0.2;
        param c: mV = -65.0;
        param d: mV/ms = 8.0;
        param i_e: mV/ms = 0.0;
        param dt: ms = 1.0;
        spike when v >= 30 mV { v = c; u += d; }
        integrate v by euler in 2 steps;
        integrate u by euler;
    }
}
