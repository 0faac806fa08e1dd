//! Compares whole expansions with the files in `tests/golden`, so that a change of what is
//! generated shows in review. `LAVA_BLESS=1` rewrites them.

use std::path::Path;

use proc_macro2::TokenStream;
use quote::quote;

use crate::equations::{neuron, synapse};
use crate::implements::implements;
use crate::network::network;
use crate::process::process;

fn compare(name: &str, expansion: TokenStream) {
    let file = syn::parse2(expansion).expect("an expansion parses");
    let text = prettyplease::unparse(&file);
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(format!("{name}.expected.rs"));
    if std::env::var_os("LAVA_BLESS").is_some() {
        std::fs::write(&path, &text).expect("the golden file can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        text == expected,
        "the expansion differs from {}; run with LAVA_BLESS=1 and look at the difference",
        path.display()
    );
}

#[test]
fn neuron_quiet() {
    let tokens = quote! {
        /// Neurons that are computed when something arrives.
        pub Quiet {
            dv/dt = (e_l - v)/(10.0 ms) + i/(250.0 pF) : mV = -70.0;
            di/dt = -i/tau_syn : pA;
            input a_in: pA { i += a_in; }
            param tau_syn: ms = 2.0 where tau_syn > 0;
            param e_l: mV = -70.0;
            spike when v >= -55.0 mV { v = e_l; }
            update event_driven;
        }
    };
    compare("neuron_quiet", neuron(tokens));
}

#[test]
fn neuron_tables() {
    let tokens = quote! {
        /// Neurons with a measured current, and a gate that is a table.
        pub Measured {
            dv/dt = (e_l - v)/tau_m + g*open(v)*(e_na - v)/(250.0 pF) + recorded(t)/(250.0 pF) : mV = -70.0;
            /// The current over time.
            table recorded(t: ms): pA;
            /// The share of open gates.
            table open(v: mV): 1 = [(-80.0, 0.0), (0.0, 1.0)];
            param tau_m: ms = 10.0 where tau_m > 0;
            param g: nS = 3.0;
            param e_l: mV = -70.0;
            const e_na: mV = 50.0;
            spike when v >= -55.0 mV { v = e_l; }
        }
    };
    compare("neuron_tables", neuron(tokens));
}

#[test]
fn process_lif() {
    let item = quote! {
        /// A group of leaky integrate-and-fire neurons.
        pub struct Lif {
            /// Synaptic input.
            #[port(required)]
            a_in: InPort<f32>,
            /// Spikes.
            s_out: OutPort<Spike>,
            /// Membrane voltage.
            #[var(init = 0.0, finite)]
            v: Var<f32>,
            /// Voltage at which a neuron spikes.
            #[var(scalar, init = 10.0)]
            vth: Var<f32>,
        }
    };
    compare("process_lif", process(quote!(), item));
}

#[test]
fn process_dense() {
    let item = quote! {
        /// All-to-all synapses.
        pub struct Dense<T: Weight = f32, M: Payload = Spike> {
            /// Messages of the inputs.
            #[port(shape = [weights.shape()[1]])]
            s_in: InPort<M>,
            /// Weighted sums, one step later.
            #[port(shape = [weights.shape()[0]], delay = 1)]
            a_out: OutPort<T>,
            /// Synaptic weights, `[outputs, inputs]`.
            #[var(rank = 2)]
            weights: Var<T>,
            /// Bits of a weight.
            #[var(scalar, init = 8, range = 0..=8)]
            bits: Var<i32>,
            /// Exponent of the weights.
            #[param(default = 0)]
            weight_exp: Param<i32>,
            /// Signs that weights may have.
            #[param]
            mode: Param<SignMode>,
        }
    };
    compare("process_dense", process(quote!(), item));
}

#[test]
fn implements_lif() {
    let options = quote!(for<S: Shape> proc = Lif<T, S>, protocol = Loihi);
    let item = quote! {
        #[tag(FloatingPt)]
        struct LifModel<T: Float> {
            a_in: In<T>,
            s_out: Out<Spike>,
            v: ArrayD<T>,
            #[local]
            fired: Vec<u32>,
            #[local(init = 7)]
            seed: u64,
        }
    };
    compare("implements_lif", implements(options, item));
}

#[test]
fn network_small() {
    let expansion = network(quote! { Loihi1SimCfg;
        input: Source = Source::data(images);
        dense: Dense = Dense::weights(w);
        output: Lif = Lif::shape([10]).vth(1.0);
        input.s_out.reshape([2, 5]) -> dense.s_in;
        dense.a_out -> [output.a_in, output.b_in];
        output.s_out -> dense.s_in;
    });
    let function = quote! {
        fn main() {
            let net = #expansion;
        }
    };
    compare("network_small", function);
}

#[test]
fn neuron_leaky() {
    let item = quote! {
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
            /// Constant current.
            param i_e: pA = 0.0;
            spike when v >= v_th { v = e_l; }
            refractory t_ref: ms = 2.0 for v;
        }
    };
    compare("neuron_leaky", neuron(item));
}

#[test]
fn neuron_adex() {
    let item = quote! {
        /// Adaptive exponential integrate-and-fire neurons.
        pub AdEx {
            dv/dt = (g_l*(e_l - v) + g_l*delta_t*exp((min(v, v_peak) - v_t)/delta_t) - w + i)/c_m : mV = -70.6;
            dw/dt = (a*(v - e_l) - w)/tau_w : pA;
            /// Input current.
            input i: nA;
            param c_m: pF = 281.0;
            param g_l: nS = 30.0;
            param e_l: mV = -70.6;
            param v_t: mV = -50.4;
            param delta_t: mV = 2.0;
            param tau_w: ms = 144.0;
            param a: nS = 4.0;
            param b: pA = 80.5;
            param v_peak: mV = 20.0;
            param v_r: mV = -70.6;
            integrate by heun;
            spike when v > v_peak { v = v_r; w += b; }
        }
    };
    compare("neuron_adex", neuron(item));
}

#[test]
fn synapse_stdp() {
    let item = quote! {
        /// Spike-timing-dependent plasticity of pairs of spikes.
        pub Stdp {
            weight w: pA where w >= 0 && w <= w_max;
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
            param a_plus: pA = 0.01;
            /// Change by a pair in which the target fires first.
            param a_minus: pA = 0.0105;
            /// The greatest weight.
            param w_max: pA = 1;
        }
    };
    compare("synapse_stdp", synapse(item));
}

#[test]
fn synapse_short_term() {
    let item = quote! {
        /// Short-term plasticity.
        pub ShortTerm {
            weight w: mV;
            /// The share of the resources that a spike uses.
            pre du/dt = -u/tau_f : 1;
            /// The resources that there are.
            pre dx/dt = (1 - x)/tau_d : 1;
            let released = u*x;
            on pre { u += use_0*(1 - u); transmit w*released; x -= released; }
            param use_0: 1 = 0.5;
            param tau_f: ms = 50 where tau_f > 0;
            param tau_d: ms = 800 where tau_d > 0;
        }
    };
    compare("synapse_short_term", synapse(item));
}

#[test]
fn synapse_dopamine() {
    let item = quote! {
        /// Dopamine-modulated plasticity.
        pub Rewarded {
            weight dw/dt = c*(n - b) : 1 where w >= 0 && w <= 1;
            /// Eligibility.
            dc/dt = -c/tau_c : 1;
            pre dx/dt = -x/tau_plus : 1;
            post dy/dt = -y/tau_minus : 1;
            /// Dopamine.
            signal dn/dt = -n/tau_n : 1/ms;
            /// Spikes of the neurons that release it.
            input released: 1 { n += released/tau_n; }
            on pre { c -= a_minus*y; x += 1; }
            on post { c += a_plus*x; y += 1; }
            param tau_plus: ms = 20 where tau_plus > 0;
            param tau_minus: ms = 20 where tau_minus > 0;
            param tau_c: ms = 1000 where tau_c > 0;
            param tau_n: ms = 200 where tau_n > 0;
            param a_plus: 1 = 0.1;
            param a_minus: 1 = 0.15;
            param b: 1/ms = 0;
        }
    };
    compare("synapse_dopamine", synapse(item));
}
