//! The 20 firing patterns of Izhikevich's neuron, drawn.
//!
//! Source: Izhikevich (2004), *Which model to use for cortical spiking neurons?*, IEEE Trans. Neural Netw. 15,
//! 1063–1070, whose parameters, inputs and time steps these are.
//!
//! ```text
//! cargo run --example izhikevich -- PICTURE.svg
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use lava::plot::{Figure, Panel, curves};
use lava::prelude::*;
use lava::proc::Source;
use lava_examples::picture_path;
use ndarray::Array2;

neuron! {
    /// Izhikevich's neuron with the variants of the 20 patterns.
    pub Patterned {
        /// Membrane voltage.
        dv/dt = 0.04/(ms*mV)*v^2 + slope*v + rise - u + i : mV;
        /// Recovery, which takes the voltage at the end of the step.
        du/dt = a*(b*(v - v_0) - leak*u) : mV/ms;
        input i: mV/ms;
        param slope: 1/ms = 5;
        param rise: mV/ms = 140;
        param a: 1/ms;
        param b: 1/ms;
        param c: mV;
        param d: mV/ms;
        param v_0: mV = 0;
        param leak: 1 = 1;
        integrate v by euler;
        integrate u by euler;
        spike when v > 30 mV { v = c; u += d; }
    }
}

/// A pattern.
struct Pattern {
    name: &'static str,
    /// a, b, c and d.
    parameters: [f64; 4],
    /// The voltage at the start.
    start: f64,
    /// The time step and the duration, in ms.
    time: [f64; 2],
    /// The input at a time.
    input: fn(f64) -> f64,
    variant: Variant,
    /// The least and the greatest number of spikes.
    spikes: [usize; 2],
}

/// The form of the equations.
#[derive(Clone, Copy, PartialEq)]
enum Variant {
    Usual,
    /// Integrators and class 1: 4.1·v + 108.
    Integrator,
    /// Accommodation: du/dt = a·b·(v + 65).
    Accommodation,
}

use Variant::{Accommodation, Integrator, Usual};

/// `height` from `from` for `length`.
fn pulse(t: f64, from: f64, length: f64, height: f64) -> f64 {
    if t > from && t < from + length {
        height
    } else {
        0.0
    }
}

fn step(t: f64, from: f64, height: f64) -> f64 {
    pulse(t, from, f64::INFINITY, height)
}

#[rustfmt::skip]
const PATTERNS: [Pattern; 20] = [
    Pattern { name: "tonic spiking", parameters: [0.02, 0.2, -65.0, 6.0], start: -70.0, time: [0.25, 100.0],
        input: |t| step(t, 10.0, 14.0), variant: Usual, spikes: [4, 8] },
    Pattern { name: "phasic spiking", parameters: [0.02, 0.25, -65.0, 6.0], start: -64.0, time: [0.25, 200.0],
        input: |t| step(t, 20.0, 0.5), variant: Usual, spikes: [1, 1] },
    Pattern { name: "tonic bursting", parameters: [0.02, 0.2, -50.0, 2.0], start: -70.0, time: [0.25, 220.0],
        input: |t| step(t, 22.0, 15.0), variant: Usual, spikes: [15, 60] },
    Pattern { name: "phasic bursting", parameters: [0.02, 0.25, -55.0, 0.05], start: -64.0, time: [0.2, 200.0],
        input: |t| step(t, 20.0, 0.6), variant: Usual, spikes: [3, 12] },
    Pattern { name: "mixed mode", parameters: [0.02, 0.2, -55.0, 4.0], start: -70.0, time: [0.25, 160.0],
        input: |t| step(t, 16.0, 10.0), variant: Usual, spikes: [4, 20] },
    Pattern { name: "spike frequency adaptation", parameters: [0.01, 0.2, -65.0, 8.0], start: -70.0, time: [0.25, 85.0],
        input: |t| step(t, 8.5, 30.0), variant: Usual, spikes: [5, 20] },
    Pattern { name: "class 1 excitable", parameters: [0.02, -0.1, -55.0, 6.0], start: -60.0, time: [0.25, 300.0],
        input: |t| 0.075 * (t - 30.0).max(0.0), variant: Integrator, spikes: [5, 60] },
    Pattern { name: "class 2 excitable", parameters: [0.2, 0.26, -65.0, 0.0], start: -64.0, time: [0.25, 300.0],
        input: |t| -0.5 + 0.015 * (t - 30.0).max(0.0), variant: Usual, spikes: [5, 60] },
    Pattern { name: "spike latency", parameters: [0.02, 0.2, -65.0, 6.0], start: -70.0, time: [0.2, 100.0],
        input: |t| pulse(t, 10.0, 3.0, 7.04), variant: Usual, spikes: [1, 1] },
    Pattern { name: "subthreshold oscillations", parameters: [0.05, 0.26, -60.0, 0.0], start: -62.0, time: [0.25, 200.0],
        input: |t| pulse(t, 20.0, 5.0, 2.0), variant: Usual, spikes: [1, 1] },
    Pattern { name: "resonator", parameters: [0.1, 0.26, -60.0, -1.0], start: -62.0, time: [0.25, 400.0],
        input: |t| [40.0, 60.0, 280.0, 320.0].iter().map(|from| pulse(t, *from, 4.0, 0.65)).sum(),
        variant: Usual, spikes: [1, 1] },
    Pattern { name: "integrator", parameters: [0.02, -0.1, -55.0, 6.0], start: -60.0, time: [0.25, 100.0],
        input: |t| [100.0 / 11.0, 100.0 / 11.0 + 5.0, 70.0, 80.0].iter().map(|from| pulse(t, *from, 2.0, 9.0)).sum(),
        variant: Integrator, spikes: [1, 1] },
    Pattern { name: "rebound spike", parameters: [0.03, 0.25, -60.0, 4.0], start: -64.0, time: [0.2, 200.0],
        input: |t| pulse(t, 20.0, 5.0, -15.0), variant: Usual, spikes: [1, 1] },
    Pattern { name: "rebound burst", parameters: [0.03, 0.25, -52.0, 0.0], start: -64.0, time: [0.2, 200.0],
        input: |t| pulse(t, 20.0, 5.0, -15.0), variant: Usual, spikes: [3, 15] },
    Pattern { name: "threshold variability", parameters: [0.03, 0.25, -60.0, 4.0], start: -64.0, time: [0.25, 100.0],
        input: |t| pulse(t, 10.0, 5.0, 1.0) + pulse(t, 70.0, 5.0, -6.0) + pulse(t, 80.0, 5.0, 1.0),
        variant: Usual, spikes: [1, 1] },
    Pattern { name: "bistability", parameters: [0.1, 0.26, -60.0, 0.0], start: -61.0, time: [0.25, 300.0],
        input: |t| 0.24 + pulse(t, 37.5, 5.0, 1.0) + pulse(t, 216.0, 5.0, 1.0), variant: Usual, spikes: [4, 20] },
    Pattern { name: "depolarizing after-potential", parameters: [1.0, 0.2, -60.0, -21.0], start: -70.0, time: [0.1, 50.0],
        input: |t| pulse(t, 9.0, 2.0, 20.0), variant: Usual, spikes: [1, 1] },
    Pattern { name: "accommodation", parameters: [0.02, 1.0, -55.0, 4.0], start: -65.0, time: [0.5, 400.0],
        input: |t| if t < 200.0 { t / 25.0 } else { pulse(t, 299.9, 12.6, (t - 300.0) / 12.5 * 4.0) },
        variant: Accommodation, spikes: [1, 1] },
    Pattern { name: "inhibition-induced spiking", parameters: [-0.02, -1.0, -60.0, 8.0], start: -63.8, time: [0.5, 350.0],
        input: |t| 80.0 - pulse(t, 50.0, 200.0, 5.0), variant: Usual, spikes: [3, 20] },
    Pattern { name: "inhibition-induced bursting", parameters: [-0.026, -1.0, -45.0, -2.0], start: -63.8, time: [0.5, 350.0],
        input: |t| 80.0 - pulse(t, 50.0, 200.0, 5.0), variant: Usual, spikes: [6, 60] },
];

impl Pattern {
    /// Runs the neuron. Returns the panel of its voltage, and of its input below.
    fn draw(&self) -> lava::Result<Panel> {
        let [dt, duration] = self.time;
        let steps = (duration / dt) as usize;
        let input: Vec<f64> = (0..steps).map(|n| (self.input)(n as f64 * dt)).collect();
        let rows = Array2::from_shape_fn((steps, 1), |(row, _)| input[row]);
        let [a, b, c, d] = self.parameters;
        let neuron = Patterned::shape([1]).a(a).b(b).c(c).d(d).v(self.start);
        let neuron = match self.variant {
            Usual => neuron.u(b * self.start),
            Integrator => neuron.u(b * self.start).slope(4.1).rise(108.0),
            Accommodation => neuron.u(-16.0).v_0(-65.0).leak(0.0),
        };
        let net = Network::<Loihi1SimCfg>::new();
        net.set_dt(dt * lava::units::ms)?;
        let source: Source<f64> = net.add(Source::data(rows))?;
        let neuron: Patterned<f64> = net.add(neuron)?;
        source.s_out.connect(&neuron.i)?;
        let (voltage, spikes) = (net.probe(&neuron.v)?, net.probe(&neuron.s_out)?);
        net.run(RunSteps(steps as u64))?;
        let mut voltage: Vec<f64> = voltage.data().iter().copied().collect();
        let spikes: Vec<usize> = spikes
            .events()
            .iter()
            .map(|(step, _)| *step as usize)
            .collect();
        net.stop()?;
        println!("{:<30} {} spikes", self.name, spikes.len());
        let [least, most] = self.spikes;
        assert!((least..=most).contains(&spikes.len()), "{}", self.name);
        // The voltage of the step in which a neuron fires is that after the spike.
        spikes.iter().for_each(|step| voltage[step - 1] = 30.0);
        let times: Vec<f64> = (1..=steps).map(|step| step as f64 * dt).collect();
        let (low, high) = input.iter().fold((f64::MAX, f64::MIN), |(low, high), i| {
            (low.min(*i), high.max(*i))
        });
        let below: Vec<f64> = input
            .iter()
            .map(|i| -110.0 + 15.0 * (i - low) / (high - low))
            .collect();
        Ok(curves("", "")
            .title(self.name)
            .curve("", &times, &voltage)
            .curve("", &times, &below)
            .y_range(-115.0, 35.0)
            .into())
    }
}

fn main() -> anyhow::Result<()> {
    let path = picture_path("izhikevich.svg")?;
    let mut figure = Figure::new()
        .title("The firing patterns of Izhikevich's neuron")
        .subtitle("voltage in mV and, below, the input, over time in ms")
        .size(1120, 1000);
    for row in PATTERNS.chunks(4) {
        let panels: lava::Result<Vec<Panel>> = row.iter().map(Pattern::draw).collect();
        figure = figure.row(panels?);
    }
    figure.inline().save(&path)?;
    println!("pictured in {}", path.display());
    Ok(())
}
