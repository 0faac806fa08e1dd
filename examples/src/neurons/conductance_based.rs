//! Neurons with ion channels. Currents and conductances are per area of membrane.

use lava::prelude::*;

neuron! {
    /// The squid's giant axon, at rest at −65 mV. Hodgkin & Huxley (1952), J. Physiol. 117, 500–544.
    pub HodgkinHuxley {
        /// Membrane voltage.
        dv/dt = (g_l*(e_l - v) + g_na*m^3*h*(e_na - v) + g_k*n^4*(e_k - v) + i + i_e)/c_m : mV = -65.0;
        /// Activation of sodium.
        dm/dt = alpha_m*(1 - m) - beta_m*m : 1 = 0.0529;
        /// Inactivation of sodium.
        dh/dt = alpha_h*(1 - h) - beta_h*h : 1 = 0.5961;
        /// Activation of potassium.
        dn/dt = alpha_n*(1 - n) - beta_n*n : 1 = 0.3177;
        let alpha_m = 1/ms/exprel(-(v + 40 mV)/(10 mV));
        let beta_m = 4/ms*exp(-(v + 65 mV)/(18 mV));
        let alpha_h = 0.07/ms*exp(-(v + 65 mV)/(20 mV));
        let beta_h = 1/ms/(1 + exp(-(v + 35 mV)/(10 mV)));
        let alpha_n = 0.1/ms/exprel(-(v + 55 mV)/(10 mV));
        let beta_n = 0.125/ms*exp(-(v + 65 mV)/(80 mV));
        /// Input current.
        input i: uA/cm^2;
        /// Membrane capacitance.
        param c_m: uF/cm^2 = 1.0 where c_m > 0;
        /// Leak conductance.
        param g_l: mS/cm^2 = 0.3;
        /// Sodium conductance.
        param g_na: mS/cm^2 = 120.0;
        /// Potassium conductance.
        param g_k: mS/cm^2 = 36.0;
        /// Reversal voltage of the leak.
        param e_l: mV = -54.387;
        /// Reversal voltage of sodium.
        param e_na: mV = 50.0;
        /// Reversal voltage of potassium.
        param e_k: mV = -77.0;
        /// Constant current.
        param i_e: uA/cm^2 = 0.0;
        param dt: ms = 0.01;
        spike when rises(v > 0);
    }
}

neuron! {
    /// Fast-spiking interneurons of the hippocampus. Wang & Buzsáki (1996), J. Neurosci. 16, 6402–6413.
    pub WangBuzsaki {
        /// Membrane voltage.
        dv/dt = (g_l*(e_l - v) + g_na*m^3*h*(e_na - v) + g_k*n^4*(e_k - v) + i + i_e)/c_m : mV = -64.0;
        /// Inactivation of sodium.
        dh/dt = phi*(alpha_h*(1 - h) - beta_h*h) : 1 = 0.78;
        /// Activation of potassium.
        dn/dt = phi*(alpha_n*(1 - n) - beta_n*n) : 1 = 0.09;
        /// Activation of sodium, which is immediate.
        let m = alpha_m/(alpha_m + beta_m);
        let alpha_m = 1/ms/exprel(-(v + 35 mV)/(10 mV));
        let beta_m = 4/ms*exp(-(v + 60 mV)/(18 mV));
        let alpha_h = 0.07/ms*exp(-(v + 58 mV)/(20 mV));
        let beta_h = 1/ms/(1 + exp(-(v + 28 mV)/(10 mV)));
        let alpha_n = 0.1/ms/exprel(-(v + 34 mV)/(10 mV));
        let beta_n = 0.125/ms*exp(-(v + 44 mV)/(80 mV));
        /// Input current.
        input i: uA/cm^2;
        /// Membrane capacitance.
        param c_m: uF/cm^2 = 1.0 where c_m > 0;
        /// Leak conductance.
        param g_l: mS/cm^2 = 0.1;
        /// Sodium conductance.
        param g_na: mS/cm^2 = 35.0;
        /// Potassium conductance.
        param g_k: mS/cm^2 = 9.0;
        /// Reversal voltage of the leak.
        param e_l: mV = -65.0;
        /// Reversal voltage of sodium.
        param e_na: mV = 55.0;
        /// Reversal voltage of potassium.
        param e_k: mV = -90.0;
        /// Temperature factor of the rates.
        param phi: 1 = 5.0;
        /// Constant current.
        param i_e: uA/cm^2 = 0.0;
        param dt: ms = 0.01;
        integrate by rk4;
        spike when rises(v > 0);
    }
}

neuron! {
    /// The barnacle's muscle fibre. Morris & Lecar (1981), Biophys. J. 35, 193–213; parameters of Rinzel
    /// & Ermentrout (1998), *Analysis of neural excitability and oscillations*.
    pub MorrisLecar {
        /// Membrane voltage.
        dv/dt = (g_l*(e_l - v) + g_ca*m*(e_ca - v) + g_k*w*(e_k - v) + i_e)/c_m : mV = -50.0;
        /// Activation of potassium.
        dw/dt = phi*(w_inf - w)*cosh((v - v_3)/(2*v_4)) : 1 = 0.014;
        /// Activation of calcium, which is immediate.
        let m = 0.5*(1 + tanh((v - v_1)/v_2));
        let w_inf = 0.5*(1 + tanh((v - v_3)/v_4));
        /// Membrane capacitance.
        param c_m: uF/cm^2 = 20.0 where c_m > 0;
        /// Leak conductance.
        param g_l: mS/cm^2 = 2.0;
        /// Calcium conductance.
        param g_ca: mS/cm^2 = 4.4;
        /// Potassium conductance.
        param g_k: mS/cm^2 = 8.0;
        /// Reversal voltage of the leak.
        param e_l: mV = -60.0;
        /// Reversal voltage of calcium.
        param e_ca: mV = 120.0;
        /// Reversal voltage of potassium.
        param e_k: mV = -84.0;
        /// Voltage of half activation of calcium.
        param v_1: mV = -1.2;
        /// Slope of the activation of calcium.
        param v_2: mV = 18.0;
        /// Voltage of half activation of potassium.
        param v_3: mV = 2.0;
        /// Slope of the activation of potassium.
        param v_4: mV = 30.0;
        /// Rate of potassium.
        param phi: 1/ms = 0.04;
        /// Constant current.
        param i_e: uA/cm^2 = 100.0;
        integrate by rk4;
        spike when rises(v > 0);
    }
}

neuron! {
    /// Pyramidal neurons of the hippocampus with two compartments, soma and dendrite; voltages from rest.
    /// Pinsky & Rinzel (1994), J. Comput. Neurosci. 1, 39–60.
    pub PinskyRinzel {
        /// Voltage of the soma.
        dv_s/dt = (-g_l*v_s - g_na*m^2*h*(v_s - e_na) - g_kdr*n*(v_s - e_k)
            + g_c/p*(v_d - v_s) + i_s/p)/c_m : mV = -4.6;
        /// Voltage of the dendrite.
        dv_d/dt = (-g_l*v_d - i_ca - g_kahp*q*(v_d - e_k) - g_kc*c*min(ca/250, 1)*(v_d - e_k)
            + g_c/(1 - p)*(v_s - v_d) + i_d/(1 - p))/c_m : mV = -4.5;
        /// Inactivation of sodium.
        dh/dt = alpha_h*(1 - h) - beta_h*h : 1 = 0.999;
        /// Activation of the delayed rectifier.
        dn/dt = alpha_n*(1 - n) - beta_n*n : 1 = 0.001;
        /// Activation of calcium.
        ds/dt = alpha_s*(1 - s) - beta_s*s : 1 = 0.009;
        /// Activation of the potassium current by calcium and voltage.
        dc/dt = alpha_c*(1 - c) - beta_c*c : 1 = 0.007;
        /// Activation of the afterhyperpolarisation.
        dq/dt = alpha_q*(1 - q) - 0.001/ms*q : 1 = 0.01;
        /// Calcium, in the paper's numbers.
        dca/dt = -0.13/ms*i_ca/(1 uA/cm^2) - 0.075/ms*ca : 1 = 0.2;
        /// Activation of sodium, which is immediate.
        let m = alpha_m/(alpha_m + beta_m);
        let i_ca = g_ca*s^2*(v_d - e_ca);
        let alpha_m = 1.28/ms/exprel((13.1 mV - v_s)/(4 mV));
        let beta_m = 1.4/ms/exprel((v_s - 40.1 mV)/(5 mV));
        let alpha_n = 0.08/ms/exprel((35.1 mV - v_s)/(5 mV));
        let beta_n = 0.25/ms*exp(0.5 - v_s/(40 mV));
        let alpha_h = 0.128/ms*exp((17 mV - v_s)/(18 mV));
        let beta_h = 4/ms/(1 + exp((40 mV - v_s)/(5 mV)));
        let alpha_s = 1.6/ms/(1 + exp(-0.072*(v_d/mV - 65)));
        let beta_s = 0.1/ms/exprel((v_d - 51.1 mV)/(5 mV));
        let falling = 2/ms*exp((6.5 mV - v_d)/(27 mV));
        let alpha_c = if v_d <= 50 mV {
            1/ms*exp((v_d - 10 mV)/(11 mV) - (v_d - 6.5 mV)/(27 mV))/18.975
        } else {
            falling
        };
        let beta_c = if v_d <= 50 mV { falling - alpha_c } else { 0 };
        let alpha_q = min(2e-5*ca, 0.01)/ms;
        /// Membrane capacitance.
        param c_m: uF/cm^2 = 3.0 where c_m > 0;
        /// Leak conductance.
        param g_l: mS/cm^2 = 0.1;
        /// Sodium conductance.
        param g_na: mS/cm^2 = 30.0;
        /// Conductance of the delayed rectifier.
        param g_kdr: mS/cm^2 = 15.0;
        /// Conductance of the afterhyperpolarisation.
        param g_kahp: mS/cm^2 = 0.8;
        /// Potassium conductance by calcium and voltage.
        param g_kc: mS/cm^2 = 15.0;
        /// Calcium conductance.
        param g_ca: mS/cm^2 = 10.0;
        /// Coupling of the compartments.
        param g_c: mS/cm^2 = 2.1;
        /// The soma's part of the membrane.
        param p: 1 = 0.5;
        /// Reversal voltage of sodium.
        param e_na: mV = 120.0;
        /// Reversal voltage of calcium.
        param e_ca: mV = 140.0;
        /// Reversal voltage of potassium.
        param e_k: mV = -15.0;
        /// Constant current into the soma.
        param i_s: uA/cm^2 = 0.0;
        /// Constant current into the dendrite.
        param i_d: uA/cm^2 = 0.0;
        param dt: ms = 0.01;
        integrate by heun;
        spike when rises(v_s > 30 mV);
    }
}
