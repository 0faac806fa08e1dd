//! Synapses of the literature, written as their equations. The tests compare each with Brian2.

use lava::prelude::*;

synapse! {
    /// Spike-timing-dependent plasticity of pairs of spikes, with hard bounds. Song, Miller & Abbott (2000),
    /// Nat. Neurosci. 3.
    pub StdpOfPairs {
        weight w: 1 where w >= 0 && w <= w_max;
        /// Trace of the source.
        pre dx/dt = -x/tau_plus : 1;
        /// Trace of the target.
        post dy/dt = -y/tau_minus : 1;
        on pre { w -= a_minus*y; x += 1; }
        on post { w += a_plus*x; y += 1; }
        /// Time constant of the source's trace.
        param tau_plus: ms = 20 where tau_plus > 0;
        /// Time constant of the target's trace.
        param tau_minus: ms = 20 where tau_minus > 0;
        /// Change by a pair in which the source fires first.
        param a_plus: 1 = 0.01;
        /// Change by a pair in which the target fires first.
        param a_minus: 1 = 0.0105;
        /// The greatest weight.
        param w_max: 1 = 1;
    }
}

synapse! {
    /// Spike-timing-dependent plasticity of triplets of spikes. Pfister & Gerstner (2006), J. Neurosci. 26; the
    /// parameters are those for visual cortex, all-to-all.
    pub StdpOfTriplets {
        weight w: 1 where w >= 0 && w <= w_max;
        pre dr_1/dt = -r_1/tau_plus : 1;
        pre dr_2/dt = -r_2/tau_x : 1;
        post do_1/dt = -o_1/tau_minus : 1;
        post do_2/dt = -o_2/tau_y : 1;
        on pre {
            w -= o_1*(a2_minus + a3_minus*r_2);
            r_1 += 1;
            r_2 += 1;
        }
        on post {
            w += r_1*(a2_plus + a3_plus*o_2);
            o_1 += 1;
            o_2 += 1;
        }
        param tau_plus: ms = 16.8 where tau_plus > 0;
        param tau_x: ms = 101 where tau_x > 0;
        param tau_minus: ms = 33.7 where tau_minus > 0;
        param tau_y: ms = 125 where tau_y > 0;
        param a2_plus: 1 = 5e-10;
        param a3_plus: 1 = 6.2e-3;
        param a2_minus: 1 = 7e-3;
        param a3_minus: 1 = 2.3e-4;
        /// The greatest weight.
        param w_max: 1 = 1;
    }
}

synapse! {
    /// Short-term depression and facilitation. Tsodyks & Markram (1997), Proc. Natl. Acad. Sci. 94; Markram, Wang &
    /// Tsodyks (1998), Proc. Natl. Acad. Sci. 95.
    pub ShortTerm {
        weight w: 1;
        /// The share of the resources that a spike uses.
        pre du/dt = -u/tau_f : 1;
        /// The resources that there are.
        pre dx/dt = (1 - x)/tau_d : 1;
        let released = u*x;
        on pre {
            u += share*(1 - u);
            transmit w*released;
            x -= released;
        }
        /// The share that the first spike uses.
        param share: 1 = 0.5;
        /// Time constant of recovery.
        param tau_d: ms = 800 where tau_d > 0;
        /// Time constant of facilitation.
        param tau_f: ms = 50 where tau_f > 0;
    }
}
