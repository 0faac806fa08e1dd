//! Lava's tutorial on processes: three neurons from declaration to run.
//!
//! A process says *what* there is: ports, Vars and an API. A model says *how* it behaves, under
//! one protocol and on one resource. Nothing in the process changes when it gets another model.
//!
//! ```text
//! cargo run --example processes
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use lava::prelude::*;
use ndarray::array;

// ANCHOR: process
/// A group of leaky integrate-and-fire neurons.
///
/// `#[process]` makes of it the handle that the user holds, whose fields are those declared here,
/// and a builder with a method for each Var: `Lif::shape([3]).bias(3.0)`.
#[process]
pub struct Lif {
    /// Synaptic input.
    a_in: InPort<f32>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Synaptic current.
    #[var(init = 0.0)]
    u: Var<f32>,
    /// Membrane voltage.
    #[var(init = 0.0)]
    v: Var<f32>,
    /// Fraction of the current lost per step: one number for all neurons.
    #[var(scalar, init = 0.0, range = 0.0..=1.0)]
    du: Var<f32>,
    /// Fraction of the voltage lost per step.
    #[var(scalar, init = 0.0, range = 0.0..=1.0)]
    dv: Var<f32>,
    /// Constant input.
    #[var(init = 0.0)]
    bias: Var<f32>,
    /// Voltage at which a neuron spikes.
    #[var(scalar, init = 10.0)]
    vth: Var<f32>,
}
// ANCHOR_END: process

/// The process's own API: ordinary methods on the handle.
impl Lif {
    /// Prints all Vars.
    pub fn print_vars(&self) -> lava::Result<()> {
        println!("  u    {}    synaptic current", self.u.get()?);
        println!("  v    {}    membrane voltage", self.v.get()?);
        println!("  bias {}    constant input", self.bias.get()?);
        println!("  du   {:<9}    current lost per step", self.du.get()?);
        println!("  dv   {:<9}    voltage lost per step", self.dv.get()?);
        println!("  vth  {:<9}    spikes at", self.vth.get()?);
        Ok(())
    }
}

// ANCHOR: model
/// The behaviour of the neurons on a CPU, in floating point. The compiler compares the fields with
/// the process: leave one out, misspell it or give it another type, and this does not compile.
#[implements(proc = Lif, protocol = Loihi)]
#[requires(Cpu)]
#[tag(FloatingPt)]
struct LifModel {
    a_in: In<f32>,
    s_out: Out<Spike>,
    u: ArrayD<f32>,
    v: ArrayD<f32>,
    du: f32,
    dv: f32,
    bias: ArrayD<f32>,
    vth: f32,
}

impl LoihiModel for LifModel {
    /// The spike phase of a time step. Nothing is connected to `a_in` here: it reads zeros.
    fn run_spk(&mut self) -> lava::Result<()> {
        self.u *= 1.0 - self.du;
        self.u += &self.a_in.recv();
        self.v *= 1.0 - self.dv;
        self.v += &self.u;
        self.v += &self.bias;
        let fired = self.v.mapv(|v| v >= self.vth);
        self.v *= &fired.mapv(|fired| if fired { 0.0 } else { 1.0 });
        self.s_out.send(&fired)
    }
}
// ANCHOR_END: model

// ANCHOR: main
fn main() -> lava::Result<()> {
    // The run configuration chooses the models: those for the Loihi protocol on a CPU.
    let net = Network::<Loihi1SimCfg>::new();
    let lif = net.add(Lif::shape([3]).bias(3.0).vth(10.0).name("lif"))?;
    let spikes = net.probe(&lif.s_out)?;
    println!("three neurons, before the first step");
    lif.print_vars()?;

    net.run(RunSteps(1))?;
    println!("\nafter step {}\n  v    {}", net.time_step(), lif.v.get()?);
    assert_eq!(lif.v.get()?, array![3.0, 3.0, 3.0].into_dyn());

    // Between runs a Var can be written; one number would fill it.
    lif.v.set([1.0, 2.0, 3.0])?;
    println!("\nset by hand\n  v    {}", lif.v.get()?);
    assert_eq!(lif.v.get()?, array![1.0, 2.0, 3.0].into_dyn());

    println!("\nrunning on");
    for _ in 0..4 {
        net.run(RunSteps(1))?;
        println!("  v    {}    after step {}", lif.v.get()?, net.time_step());
    }
    for (step, neuron) in spikes.events() {
        println!("  neuron {neuron} fired in step {step}");
    }
    net.stop()
}
// ANCHOR_END: main
