//! Neurons of one or two variables with a reset, and FitzHugh's and Nagumo's, which has none.

use lava::prelude::*;

neuron! {
    /// Izhikevich's simple model of spiking neurons. Izhikevich (2003), IEEE Trans. Neural Networks
    /// 14, 1569–1572.
    pub Izhikevich {
        /// Membrane voltage.
        dv/dt = (0.04/mV*v^2 + 5*v + 140 mV)/ms - u + i + i_e : mV = -65.0;
        /// Recovery.
        du/dt = a*(b*v - u) : mV/ms = -13.0;
        /// Input of a step.
        input i: mV/ms;
        /// Rate of the recovery.
        param a: 1/ms = 0.02;
        /// Sensitivity of the recovery to the voltage.
        param b: 1/ms = 0.2;
        /// Voltage after a spike.
        param c: mV = -65.0;
        /// Increment of the recovery per spike.
        param d: mV/ms = 8.0;
        /// Constant input.
        param i_e: mV/ms = 0.0;
        integrate by euler;
        spike when v >= 30 mV { v = c; u += d; }
    }
}

neuron! {
    /// Adaptive exponential integrate-and-fire neurons. Brette & Gerstner (2005), J. Neurophysiol. 94,
    /// 3637–3642.
    pub AdEx {
        /// Membrane voltage.
        dv/dt = (g_l*(e_l - v) + g_l*delta_t*exp((upstroke - v_t)/delta_t) - w + i + i_e)/c_m : mV = -70.6;
        /// Adaptation current.
        dw/dt = (a*(upstroke - e_l) - w)/tau_w : pA;
        /// Voltage up to the peak: beyond it a stage of the integration would be far off.
        let upstroke = min(v, v_peak);
        /// Input current.
        input i: pA;
        /// Membrane capacitance.
        param c_m: pF = 281.0 where c_m > 0;
        /// Leak conductance.
        param g_l: nS = 30.0 where g_l > 0;
        /// Resting voltage.
        param e_l: mV = -70.6;
        /// Threshold of the upstroke.
        param v_t: mV = -50.4;
        /// Slope factor of the upstroke.
        param delta_t: mV = 2.0 where delta_t > 0;
        /// Time constant of the adaptation.
        param tau_w: ms = 144.0 where tau_w > 0;
        /// Subthreshold adaptation.
        param a: nS = 4.0;
        /// Increment of the adaptation per spike.
        param b: pA = 80.5;
        /// Voltage at which a neuron spikes.
        param v_peak: mV = 20.0;
        /// Voltage after a spike.
        param v_r: mV = -70.6;
        /// Constant current.
        param i_e: pA = 0.0;
        spike when v > v_peak { v = v_r; w += b; }
    }
}

neuron! {
    /// Generalised integrate-and-fire neurons: two spike-induced currents, and a threshold that
    /// follows the voltage. Mihalas & Niebur (2009), Neural Comput. 21, 704–718.
    pub Glif {
        /// Membrane voltage.
        dv/dt = (e_l - v)/tau_m + i_1 + i_2 + i_e : mV = -70.0;
        /// Threshold.
        dtheta/dt = a*(v - e_l) - b*(theta - theta_inf) : mV = -50.0;
        /// First spike-induced current, over the capacitance.
        di_1/dt = -k_1*i_1 : mV/ms;
        /// Second spike-induced current.
        di_2/dt = -k_2*i_2 : mV/ms;
        /// Membrane time constant.
        param tau_m: ms = 20.0 where tau_m > 0;
        /// Resting voltage.
        param e_l: mV = -70.0;
        /// Resting threshold.
        param theta_inf: mV = -50.0;
        /// Least threshold after a spike.
        param theta_r: mV = -60.0;
        /// Voltage after a spike.
        param v_r: mV = -70.0;
        /// Adaptation of the threshold.
        param a: Hz = 5.0;
        /// Rate of the threshold.
        param b: Hz = 10.0;
        /// Rates of the currents.
        param k_1: Hz = 200.0;
        /// Rate of the second current.
        param k_2: Hz = 20.0;
        /// First current after a spike.
        param a_1: mV/ms = 10.0;
        /// Change of the second current by a spike.
        param a_2: mV/ms = -0.6;
        /// Constant input.
        param i_e: mV/ms = 2.0;
        spike when v > theta { v = v_r; theta = max(theta_r, theta); i_1 = a_1; i_2 += a_2; }
    }
}

neuron! {
    /// FitzHugh's and Nagumo's oscillator, in their numbers; `s_out` marks its upstrokes. FitzHugh
    /// (1961), Biophys. J. 1, 445–466.
    pub FitzHughNagumo {
        /// Voltage.
        dv/dt = (v - v^3/3 - w + i_e)/tau : 1 = -1.0;
        /// Recovery.
        dw/dt = epsilon*(v + a - b*w)/tau : 1 = -0.5;
        /// The unit of time.
        const tau: ms = 1.0;
        /// Constant input.
        param i_e: 1 = 0.5;
        /// Ratio of the time scales.
        param epsilon: 1 = 0.08;
        /// Constant of the recovery.
        param a: 1 = 0.7;
        /// Slope of the recovery.
        param b: 1 = 0.8;
        spike when rises(v > 1);
    }
}

neuron! {
    /// Spike-response neurons with escape noise: a membrane that is not reset, a kernel that follows
    /// the last spike, and spikes with a rate that grows exponentially with the voltage. Gerstner,
    /// Kistler, Naud & Paninski (2014), *Neuronal Dynamics*, chapter 9.
    pub Srm0 {
        /// Membrane potential without spikes.
        dh/dt = (e_l - h + r_m*i_e)/tau_m : mV = -70.0;
        /// Kernel of the last spike.
        deta/dt = -eta/tau_eta : mV;
        let u = h + eta;
        let rho = rho_0*exp((u - theta)/delta);
        /// The escape rate.
        output rate: Hz = rho;
        /// Membrane resistance.
        param r_m: MOhm = 100.0;
        /// Membrane time constant.
        param tau_m: ms = 10.0 where tau_m > 0;
        /// Time constant of the kernel of spikes.
        param tau_eta: ms = 20.0 where tau_eta > 0;
        /// Kernel just after a spike.
        param eta_0: mV = -10.0;
        /// Resting voltage.
        param e_l: mV = -70.0;
        /// Voltage with an escape rate of `rho_0`.
        param theta: mV = -55.0;
        /// Width of the escape region.
        param delta: mV = 2.0 where delta > 0;
        /// Escape rate at threshold.
        param rho_0: Hz = 100.0 where rho_0 >= 0;
        /// Constant current.
        param i_e: nA = 0.0;
        spike with rate rho { eta = eta_0; }
    }
}
