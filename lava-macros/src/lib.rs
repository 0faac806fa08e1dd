//! The macros of lava: `#[process]`, `#[implements]`, `network!`, `learning_rule!`, `neuron!`
//! and `synapse!`.
//!
//! This file declares them; each has a folder of its own, which reads (`parse`), applies the rules
//! (`check`) and writes (`expand`); `fallback` repairs what breaks a rule. Everything below this
//! file works on `proc_macro2` tokens.
//!
//! Set the environment variable `LAVA_EXPAND` to print every expansion while compiling.

mod attributes;
mod equations;
mod errors;
mod fallback;
#[cfg(test)]
mod golden;
mod implements;
mod learning_rule;
mod manifest;
mod network;
mod paths;
mod process;
mod recover;
mod spans;
#[cfg(test)]
mod testing;
mod text;

use proc_macro::TokenStream;

/// Declares a process: its ports, Vars and parameters.
///
/// ```ignore
/// /// Leaky integrate-and-fire neurons.
/// #[process]
/// pub struct Lif {
///     /// Synaptic input.
///     a_in: InPort<f32>,
///     /// Spikes.
///     s_out: OutPort<Spike>,
///     /// Membrane voltage.
///     #[var(init = 0.0)]
///     v: Var<f32>,
///     /// Voltage at which a neuron spikes.
///     #[var(scalar, init = 10.0)]
///     vth: Var<f32>,
/// }
/// ```
///
/// The struct becomes the handle that the user holds. `LifBuilder` makes one:
/// `net.add(Lif::shape([3]).vth(1.0))`, or `net.add(Lif::builder().vth(1.0).shape([3]))`. It has a
/// method for every Var and parameter, in any order; those without an initial value or default are
/// required, and so is `shape`, if a member has the shape of the population. `builder()` starts with
/// none of them; the short form starts with the first, and changes where members are reordered.
/// The builder then says the name of the process, when it runs and which model it gets:
/// `.name("lif")`, `.detached()`, `.asynchronous()`, `.with_model::<MyModel>()`.
///
/// The docs of each method of the builder are those of the member, and a line about its default,
/// range and shape.
///
/// | on | attribute | |
/// |---|---|---|
/// | a port | `#[port(shape = [weights.shape()[1]])]` | its extents; without it, the population's |
/// | an `InPort`, a `RefPort` | `#[port(required)]` | something must be connected to it |
/// | an `InPort` | `#[port(required = R)]` | … if the type `R`, a `lava::process::Requirement`, says so |
/// | an `OutPort` | `#[port(delay = 1)]` | messages arrive 1 step later |
/// | an `InPort`, an `OutPort` | `#[port(unit = lava::units::symbol::pA)]` | the unit of its messages: ports with two units cannot be connected, one without a unit fits any |
/// | a `VarPort` | `#[port(var = v)]` | the Var of this process that it offers to others |
/// | an `OutPort` | `#[port(ahead = 5)]` | the model can add to the messages of the next 5 steps |
/// | an `InPort` | `#[port(slack = 5)]` | on several ranks the model can receive messages up to 5 steps late |
/// | a `Var` | `#[var(init = 0.0)]` | its initial value; without it, it must be given |
/// | a `Var` | `#[var(shape = …)]`, `#[var(scalar)]` | its extents |
/// | a `Var` | `#[var(shape = _, init = …)]` | its extents are those of its initial value |
/// | a `Var` | `#[var(rank = 2)]` | the number of axes of a Var that must be given |
/// | a `Var` | `#[var(range = 0..=63)]`, `#[var(finite)]` | the values that builders, `set` and ref-ports accept; a model can write any |
/// | a `Var` | `#[var(private)]` | no ref-port can read or write it |
/// | a `Var` | `#[var(per_sample)]` | each sample of a batch has its own, as it has of Vars of the population |
/// | a `Param` | `#[param(default = …)]` | its default; without it, it must be given |
/// | a `Param` | `#[param(into)]` | the builder takes every value that converts into it |
/// | a `Param` | `#[param(into = path::Trait)]` | the builder takes the types of a trait that requires `Into` of it |
///
/// The expressions can name the Vars that must be given, the parameters, and `shape`. If these may
/// not fit each other, an expression for a shape ends in `?`; its error converts into a
/// `BuildError`.
///
/// Parameters cannot be called as the builder's own methods are; no member's name begins with `__`.
///
/// `#[process(crate = path)]` says where the library is, if the manifest does not: a dependency on
/// `lava` under another name is found there.
///
/// A process with a `required` input, or with a Var or parameter that must be given, cannot be declared
/// under `#![no_implicit_prelude]`: the message for one that is missing is in a `#[diagnostic]`
/// attribute, which is found through the prelude.
#[proc_macro_attribute]
pub fn process(options: TokenStream, item: TokenStream) -> TokenStream {
    printed("E30", process::process(options.into(), item.into()))
}

/// Declares a model: how a process behaves under a protocol.
///
/// ```ignore
/// #[implements(proc = Lif, protocol = Loihi)]
/// #[tag(FloatingPt)]
/// struct LifModel {
///     a_in: In<f32>,
///     s_out: Out<Spike>,
///     v: ArrayD<f32>,
///     vth: f32,
///     #[local]
///     active: Vec<u32>,
/// }
/// ```
///
/// The struct has a field for every port, Var and parameter of the process, of the same name.
/// Fields of its own are marked `#[local]` and start as `Default` or `#[local(init = …)]` says. Snapshots
/// keep them, unless they are `#[local(rebuilt)]`: made again by `start` and `on_var_update`.
///
/// | | |
/// |---|---|
/// | `for<S: Shape>` | in front of the options: type parameters that only the process has |
/// | `proc = Lif` | the process |
/// | `protocol = Loihi` | the protocol, whose trait the model implements |
/// | `alternative` | chosen only by a configuration's `overrides`, or by `.with_model::<M>()` |
/// | `shardable` | it can be cut into shards |
/// | `replicated(a_in, w)` | in-ports and Vars that every shard has whole |
/// | `batch` | one model computes several samples of a batch, the first axis of its ports and Vars |
/// | `per_sample` | each sample of a batch has a model of its own |
/// | `adds_to(a_out)` | out-ports into which it only adds, by `Out::accumulate` |
/// | `sub_model` | it is hierarchical: it implements `SubModel` |
/// | `crate = path` | where the library is, if the manifest does not say it |
/// | `#[requires(Cpu)]` | what it runs on; the default is `Cpu` |
/// | `#[tag(FloatingPt)]` | chosen for configurations that select one of these tags, or any |
/// | `#[tag(SparseOut, explicit)]` | only for configurations that select one of these tags |
#[proc_macro_attribute]
pub fn implements(options: TokenStream, item: TokenStream) -> TokenStream {
    printed("E31", implements::implements(options.into(), item.into()))
}

/// The tags of a model, below [`#[implements]`](macro@implements).
#[proc_macro_attribute]
pub fn tag(_: TokenStream, item: TokenStream) -> TokenStream {
    printed("E31", implements::misplaced("tag", item.into()))
}

/// The resource that a model requires, below [`#[implements]`](macro@implements).
#[proc_macro_attribute]
pub fn requires(_: TokenStream, item: TokenStream) -> TokenStream {
    printed("E31", implements::misplaced("requires", item.into()))
}

/// Builds a network: processes and connections.
///
/// ```ignore
/// let net = network! { Loihi1SimCfg;
///     input:  Source = Source::data(images);
///     dense:  Dense  = Dense::weights(w);
///     output: Lif    = Lif::shape([10]).vth(1.0);
///     input.s_out -> dense.s_in;
///     dense.a_out -> output.a_in;
/// }?;
/// net.run(RunSteps(100))?;
/// net.output.v.get()?;
/// ```
///
/// The first line is the run configuration (before it, `crate = path;` says where the library is,
/// if the manifest does not). A process is any expression that is a builder; its name becomes the
/// process's name and a field of the result. Connections may have lists on either side,
/// `dense.a_out -> [left.a_in, right.a_in]`, and methods on their outputs,
/// `input.s_out.reshape([2, 5]) -> other.a_in`. A ref-port is connected to a Var in the same way:
/// `reader.target -> lif.v`.
///
/// A builder that begins with the declared type has the parameters of that type: after
/// `lif: Lif<f64> =`, `Lif::shape([10])` builds a `Lif<f64>`.
///
/// The builder says when a process runs and which model it gets, if the configuration should not:
/// `lif: Lif = Lif::shape([10]).with_model::<MyLifModel>().detached();`.
///
/// Inside a composite process, in the `build` of its `SubModel`, the first line is
/// `inside net, layer: Layer;`. Connections from and to `layer` export its ports, `layer.v = lif.v;`
/// exports a Var or a ref-port; `layer.s_in -> _;` and `layer.v = _;` export nothing. The value is
/// then the value of `build`.
///
/// The value is a `Result`: of a struct with a field for each process, which dereferences to the
/// `Network`. To write its type in a signature or a struct, declare a function as an item, whose
/// signature is the first line. It declares the struct too, here `Digits`:
///
/// ```ignore
/// network! {
///     /// Reads digits.
///     pub fn digits(weights: Array2<f32>) -> lava::Result<Digits>;
///     Loihi1SimCfg;
///     dense:  Dense = Dense::weights(weights);
///     /// The neurons that are read.
///     output: Lif   = Lif::shape([10]);
///     dense.a_out -> output.a_in;
/// }
///
/// fn run(net: &Digits) -> lava::Result<()> {
///     net.run(RunSteps(100))
/// }
/// ```
#[proc_macro]
pub fn network(input: TokenStream) -> TokenStream {
    printed("E33", network::network(input.into()))
}

/// A learning rule, checked when the program is compiled.
///
/// ```ignore
/// let rule = learning_rule! {
///     dw = 2^-1 * x1 * y0 - 2^-1 * x0 * y1;
///     x1: impulse 16, tau 20;
///     y1: impulse 16, tau 20;
///     epoch 4;
/// };
/// ```
///
/// | statement | |
/// |---|---|
/// | `dw = …;`, `dd = …;`, `dt = …;` | the equation of weights, delays or tags: a sum of products |
/// | `x1: impulse 16, tau 20;` | a trace: what a spike adds, and the time constant in steps |
/// | `y1: impulse 1, no decay;` | a trace that does not decay |
/// | `y2: third factor;` | a trace that is received in every step |
/// | `epoch 4;` | the number of steps between two learning phases; default 1 |
/// | `seed 7;` | the seed of stochastic rounding |
///
/// A product has one of the dependencies `x0`, `y0` and `uK`, and any of the variables `x1`, `x2`,
/// `y1`, `y2`, `y3`, `w`, `d` and `t`, alone or in `(w - 64)` or `sgn(w - 64)`. Its numbers, `3`, `0.5`
/// or `2^-4`, multiply to *m*·2^*e*, with *m* from −8 to 7 and *e* from −7 to 8.
///
/// `crate = path;` in front says where the library is, if not at `::lava`.
#[proc_macro]
pub fn learning_rule(input: TokenStream) -> TokenStream {
    printed("E34", learning_rule::learning_rule(input.into()))
}

/// Declares neurons by their differential equations.
///
/// ```ignore
/// neuron! {
///     /// Leaky integrate-and-fire neurons with exponential synaptic currents.
///     pub Leaky {
///         /// Membrane voltage.
///         dv/dt = (e_l - v)/tau_m + i/c_m : mV = -70.0;
///         /// Synaptic current.
///         di/dt = -i/tau_syn : pA = 0.0;
///         /// Spikes of other neurons, weighted.
///         input a_in: pA { i += a_in; }
///         /// Membrane capacitance.
///         param c_m: pF = 250.0 where c_m > 0;
///         // …
///         spike when v >= v_th { v = v_r; }
///         refractory t_ref: ms = 2.0 for v;
///     }
/// }
/// ```
///
/// The declaration becomes a process, written by [`#[process]`](macro@process), and its model for
/// `f32` and `f64`. Every quantity has a unit, and all terms are checked.
///
/// | statement | |
/// |---|---|
/// | `dv/dt = … : mV = -70;` | a variable: its equation, unit, and value at the start; default 0 |
/// | `var theta: mV = 0;` | a variable that only events change |
/// | `let i_na = …;` | a name for an expression; a unit may be given, `let i_na: pA = …;` |
/// | `param c_m: pF = 250;` | a parameter, which may differ from neuron to neuron; required without a value |
/// | `… where c_m > 0;` | its range, `> 0` or `>= 0` |
/// | `const e_na: mV = 50;` | a number that is known when compiling |
/// | `input i: pA;` | an input that acts during the step in which it arrives |
/// | `input exc: nS { g += exc; }` | an input that changes variables when it arrives |
/// | `table m_inf(v: mV): 1;` | a function that is given by points, a `lava::proc::LookupTable`; `m_inf(v)` is linear between them |
/// | `table m_inf(v: mV): 1 = [(-80, 0), (0, 1)];` | … with its points by default |
/// | `output v_out: mV = v;` | a port that sends a value in each step; inputs and outputs carry their units, and two different ones cannot be connected |
/// | `spike when v > v_th { v = v_r; }` | a spike, sent from `s_out`, and what it changes |
/// | `spike burst when …`, `spike with rate r` | a spike from another port; one with a probability |
/// | `when w > w_max { w = w_max; }` | an event without a spike |
/// | `refractory t_ref: ms = 2 for v;` | the refractory period, and the variables that it holds; by default, those in the conditions of spikes |
/// | `integrate v, w by heun;` | a method: `exact`, `exponential_euler`, `euler`, `heun` or `rk4`; several statements are integrated one after another |
/// | `integrate v by euler in 2 steps;` | a method with shorter steps |
/// | `update event_driven;` | neurons are computed when something arrives: for linear equations, and events that compare sums of variables; `.update(Update::ClockDriven)` steps them |
/// | `param dt: ms = 0.1;` | the time step, if the network is given none |
///
/// Expressions have `+ - * /`, powers `x^2`, `if a > b { x } else { y }`, the functions `exp`, `expm1`,
/// `exprel`, `log`, `sqrt`, `abs`, `sin`, `cos`, `tanh`, `cosh`, `sinh`, `min`, `max` and `clip`, tables, time
/// `t`, the time step `dt`, and white noise `xi` (independent ones: `xi_1`, `xi_2`) with unit 1/√time.
/// Numbers may have units, `30 mV`. In the condition of an event, `rises(v > 0 mV)` is true in the
/// step in which its condition becomes true.
///
/// Units are `V`, `A`, `s`, `S`, `Ohm`, `F`, `C`, `Hz`, `M` (mol per litre) and `K` with prefixes from
/// `f` to `G`, `mol`, `cm`, their products, quotients and powers, and `1`.
///
/// `crate = path;` in front says where the library is, if not at `::lava`.
#[proc_macro]
pub fn neuron(input: TokenStream) -> TokenStream {
    printed("E35", equations::neuron(input.into()))
}

/// Declares a synapse by its equations: a rule by which a projection learns and transmits.
///
/// ```ignore
/// synapse! {
///     /// Spike-timing-dependent plasticity of pairs of spikes.
///     pub Stdp {
///         weight w: pA where w >= 0 && w <= w_max;
///         /// Trace of the source.
///         pre dx/dt = -x/tau_plus : 1;
///         /// Trace of the target.
///         post dy/dt = -y/tau_minus : 1;
///         on pre { w -= a_minus*y; x += 1; }
///         on post { w += a_plus*x; y += 1; }
///         param tau_plus: ms = 20 where tau_plus > 0;
///         // …
///     }
/// }
/// let learn = Projection::new(800, 800).plastic(Stdp::new().tau_plus(16.8));
/// ```
///
/// The declaration becomes a struct with a method for each parameter, and its
/// `lava::proc::plasticity::Plasticity`. Quantities have units, as in [`neuron!`](macro@neuron), whose
/// expressions it has.
///
/// A synapse reads what is at the synapse: its own variables, those of its source and of its target,
/// parameters, and a third factor that all synapses of the projection receive. Anything else is an error.
///
/// | statement | |
/// |---|---|
/// | `weight w: pA;` | the weight, as the projection draws it, and its unit |
/// | `… where w >= 0 && w <= w_max;` | its bounds, to which each change is clipped |
/// | `dc/dt = -c/tau_c : 1;` | a variable of each synapse, which takes 4 bytes |
/// | `pre dx/dt = -x/tau : 1;` | a variable of the source, one for all of its synapses |
/// | `post dy/dt = -y/tau : 1;` | a variable of the target |
/// | `var n: 1 = 0;`, `pre var …`, `post var …` | a variable that spikes alone change |
/// | `on pre { … }` | what a spike of the source changes, when it arrives at the synapse |
/// | `on post { … }` | what a spike of the target changes |
/// | `transmit w*u*x;` | in `on pre`: what the target receives, by default the weight; its unit, if it is not that of the weight, stands behind it: `transmit g*w : nS;` |
/// | `let`, `param`, `const` | as in [`neuron!`](macro@neuron); a parameter is the same for all synapses |
///
/// Equations are solved exactly between spikes: each is linear in its own variable, and the rest follows from
/// parameters. A variable that decays has the value to which it decays before the first spike. Statements at a
/// spike are executed in their order, on the values that the spike meets: `x` is the trace of the spikes before,
/// until `x += 1`. Variables of a neuron change by variables of that neuron alone. Spikes that arrive at a synapse
/// in one step do not see each other. The port of the target's neurons to which the projection is connected
/// decides what is changed there, a current or a conductance.
///
/// A current that flows in each step, such as `g*(v_pre - v_post)` of an electrical synapse, is no statement: a rule
/// receives spikes and transmits at spikes, and a projection has no port for voltages. `lava::proc::GapJunctions` is
/// the process for it, fed by `output v_out: mV = v;` of both populations.
///
/// With a third factor, an eligibility of the synapse becomes weight:
///
/// | statement | |
/// |---|---|
/// | `weight dw/dt = c*(n - b) : pA;` | the equation of the weight: a variable of the synapse that decays to 0, times a signal |
/// | `signal dn/dt = -n/tau_n : 1/ms;` | a signal that decays |
/// | `input r: 1 { n += r/tau_n; }` | what a message changes, the signal or, `w += c*r`, the weight |
/// | `input n: 1/ms;` | a signal that has the value of the last message |
///
/// `crate = path;` in front says where the library is, if not at `::lava`.
#[proc_macro]
pub fn synapse(input: TokenStream) -> TokenStream {
    printed("E36", equations::synapse(input.into()))
}

/// The expansion, whose messages name their codes: the pages of the macro's mistakes begin with `domain`.
#[allow(clippy::print_stderr, reason = "the variable asks for it")]
fn printed(domain: &str, expansion: proc_macro2::TokenStream) -> TokenStream {
    let expansion = errors::with_codes(domain, expansion);
    if std::env::var_os("LAVA_EXPAND").is_some() {
        eprintln!("{expansion}");
    }
    expansion.into()
}
