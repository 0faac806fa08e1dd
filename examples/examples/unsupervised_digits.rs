//! Handwritten digits, learned without a teacher: neurons that compete for images become detectors of
//! digits, by spike-timing dependent plasticity.
//!
//! ```text
//!                 plastic                      s_out
//! 64 pixels ───────────────▶ 100 neurons ─────────────▶ inhibition of all others
//!                               ▲     adaptive threshold         │
//!                               └────────────────────────────────┘
//! ```
//!
//! The neuron that fires first silences all others, and its synapses come to resemble the image. Each spike
//! raises its threshold, so that other images go to other neurons. Labels are only used at the end, to say
//! which digit each neuron has come to stand for.
//!
//! Source: Diehl & Cook (2015), *Unsupervised learning of digit recognition using spike-timing-dependent
//! plasticity*, Front. Comput. Neurosci. 9, 99; here the neurons inhibit each other without a second
//! population.
//!
//! ```text
//! cargo run --release -p lava-examples --example unsupervised_digits [PICTURE.svg]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use anyhow::Result;
use lava::plot::images;
use lava::prelude::*;
use lava::proc::plasticity::{Decay, Past, Plasticity, PlasticityError, PostSpike, PreSpike, SynapseState, TwoFactors};
use lava::proc::synapse::{Distribution, Projection};
use lava::proc::{PlasticSparse, Source, Sparse};
use lava::units::ms;
use lava_examples::digits::{Digits, Image, SIZE};
use lava_examples::picture_path;
use ndarray::{Array1, Array2};

fn env(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

const PIXELS: usize = SIZE * SIZE;
/// Steps of an image, and steps without input after it, in which voltages decay.
fn shown() -> usize { env("SHOWN", 50.0) as usize }
fn dark() -> usize { env("DARK", 20.0) as usize }
fn image_steps() -> usize { shown() + dark() }

neuron! {
    /// Leaky neurons whose threshold rises with each spike.
    pub Detectors {
        /// Membrane voltage above rest.
        dv/dt = -v/tau_m : mV;
        /// Rise of the threshold.
        dtheta/dt = -theta/tau_theta : mV;
        /// Spikes of the pixels, weighted.
        input a_in: mV { v += a_in; }
        /// Spikes of the other neurons.
        input inhibition: mV { v = max(v + inhibition, -10 mV); }
        /// Membrane time constant.
        param tau_m: ms = 20.0 where tau_m > 0;
        /// Time constant of the threshold.
        param tau_theta: ms = 1e5 where tau_theta > 0;
        /// Rise of the threshold by a spike.
        param theta_plus: mV = 0.2;
        /// Lowest threshold.
        param v_th: mV = 10.0;
        spike when v > v_th + theta { v = 0 mV; theta += theta_plus; }
        refractory t_ref: ms = 2.0 for v;
    }
}

#[derive(Clone, Debug)]
struct Rule {
    rate: f32,
    target: f32,
    instar: bool,
    tau: f64,
    decay: Decay,
}

impl Rule {
    fn new(rate: f64) -> Rule {
        Rule { rate: rate as f32, target: env("XTAR", 0.4) as f32, instar: env("INSTAR", 0.0) > 0.0, tau: env("TAUX", 20.0), decay: Decay::new(20.0, 1.0) }
    }
}

impl Plasticity for Rule {
    type Factors = TwoFactors;
    type Synapse = ();
    type Source = f32;
    type Target = ();

    fn prepare(&mut self, dt: f64) -> Result<(), PlasticityError> {
        self.decay = Decay::new(self.tau, dt);
        Ok(())
    }

    fn source_fires(&self, source: Past<f32>) -> f32 {
        source.state * self.decay.over(source.steps) + 1.0
    }

    fn target_fires(&self, _: Past<()>) {}

    fn pre(&self, _: &mut SynapseState<()>, _: PreSpike<Self>) {}

    fn post(&self, synapse: &mut SynapseState<()>, spike: PostSpike<Self>) {
        let trace = spike.source.state * self.decay.over(spike.source.steps);
        let w = synapse.weight;
        let change = if self.instar {
            trace * self.target - w
        } else if trace > self.target {
            (trace - self.target) * (1.0 - w)
        } else {
            (trace - self.target) * w
        };
        synapse.weight = (w + self.rate * change).clamp(0.0, 1.0);
    }
}

/// A number from 0 to 1 that looks random.
fn noise(index: usize) -> f64 {
    let mut bits = (index as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Spikes of the pixels: rows of steps, image after image.
fn spikes(shown_images: &[(Image<'_>, u8)]) -> Array2<bool> {
    let rate = env("RATE", 0.15);
    let regular = env("REGULAR", 0.0) > 0.0;
    Array2::from_shape_fn((shown_images.len() * image_steps(), PIXELS), |(row, pixel)| {
        let (image, step) = (row / image_steps(), row % image_steps());
        let brightness = f64::from(shown_images[image].0[[pixel / SIZE, pixel % SIZE]]) / 16.0;
        if step >= shown() { return false; }
        if regular {
            let phase = noise(image * PIXELS + pixel);
            let count = |step: usize| (phase + rate * brightness * step as f64).floor();
            count(step + 1) > count(step)
        } else {
            noise(row * PIXELS + pixel) < rate * brightness
        }
    })
}

struct State {
    weights: Vec<f32>,
    theta: Array1<f32>,
}

/// Shows images and returns spikes of each neuron for each image
fn show(images: &[(Image<'_>, u8)], state: &mut State, learns: bool, passes: usize, rate: f64) -> Result<Array2<u32>> {
    let neurons = state.theta.len();
    let projection = Projection::new(PIXELS, neurons).weights(Distribution::Constant(0.5));
    let inhibit = Projection::new(neurons, neurons).autapses(false).weights(Distribution::Constant(-env("INH", 20.0)));
    let net = network! { Loihi1SimCfg;
        pixels: Source<Spike> = Source::data(spikes(images));
        learn: PlasticSparse<Rule> = projection.plastic(Rule::new(rate));
        neurons: Detectors = Detectors::shape([neurons]).theta(state.theta.clone())
            .v_th(env("VTH", 10.0) as f32)
            .tau_m(env("TAUM", 20.0) as f32)
            .theta_plus(if learns { env("PLUS", 0.2) as f32 } else { 0.0 })
            .tau_theta(if learns { env("TAUTHETA", 1e5) as f32 } else { 1e9 });
        inhibit: Sparse = Sparse::projection(inhibit);
        pixels.s_out -> learn.s_in;
        neurons.s_out -> learn.s_in_bap;
        neurons.s_out -> inhibit.s_in;
        learn.a_out -> neurons.a_in;
        inhibit.a_out -> neurons.inhibition;
    }?;
    net.set_dt(1.0 * ms)?;
    net.set_workers(1)?;
    net.learn.weights.set(state.weights.clone())?;
    net.learn.learning.set(learns)?;
    let spikes = net.probe(&net.neurons.s_out)?;
    net.run(RunSteps((passes * images.len() * image_steps()) as u64))?;
    let mut counts = Array2::zeros((images.len(), neurons));
    let first = ((passes - 1) * images.len() * image_steps()) as u64;
    for (step, neuron) in spikes.events() {
        if step > first {
            counts[[((step - first - 1) as usize / image_steps()).min(images.len() - 1), neuron]] += 1;
        }
    }
    state.weights = net.learn.weights.get()?.into_iter().collect();
    state.theta = net.neurons.theta.get()?.into_iter().collect();
    net.stop()?;
    Ok(counts)
}

fn main() -> Result<()> {
    let path = picture_path("unsupervised_digits.svg")?;
    let digits = Digits::load()?;
    let training: Vec<_> = digits.training().collect();
    let test: Vec<_> = digits.test().collect();
    let n = env("N", 100.0) as usize;
    let mut state = State {
        weights: (0..PIXELS * n).map(|i| (0.3 * noise(i + 77) + env("WMIN", 0.1)) as f32).collect(),
        theta: Array1::zeros(n),
    };
    let start = std::time::Instant::now();
    for pass in 0..env("EPOCHS", 2.0) as usize {
        show(&training, &mut state, true, 1, env("ETA", 0.05) * env("ANNEAL", 1.0).powi(pass as i32))?;
    }
    let time = start.elapsed();
    let counts = show(&training, &mut state, false, 1, 0.0)?;
    // labels
    let mut sums = Array2::<f64>::zeros((10, n));
    let mut of = [0.0; 10];
    for ((_, label), row) in training.iter().zip(counts.rows()) {
        of[usize::from(*label)] += 1.0;
        for (sum, count) in sums.row_mut(usize::from(*label)).iter_mut().zip(row) {
            *sum += f64::from(*count);
        }
    }
    let labels: Vec<usize> = (0..n).map(|j| (0..10).max_by(|a, b| (sums[[*a, j]] / of[*a]).total_cmp(&(sums[[*b, j]] / of[*b]))).unwrap()).collect();
    let counts = show(&test, &mut state, false, 1, 0.0)?;
    let mut right = 0;
    let mut silent = 0;
    for ((_, label), row) in test.iter().zip(counts.rows()) {
        let mut votes = [0.0; 10];
        let mut members = [0.0; 10];
        for (j, count) in row.iter().enumerate() {
            votes[labels[j]] += f64::from(*count);
            members[labels[j]] += 1.0;
        }
        if row.sum() == 0 { silent += 1; }
        let best = (0..10).max_by(|a: &usize, b: &usize| votes[*a].total_cmp(&votes[*b])).unwrap();
        right += usize::from(best == usize::from(*label));
    }
    let total: u32 = counts.sum();
    println!("accuracy {:.1} % silent {silent} spikes/image {:.1} theta {:.1}..{:.1} time {time:?}", 100.0 * right as f64 / test.len() as f64, f64::from(total) / test.len() as f64,
        state.theta.iter().copied().fold(f32::INFINITY, f32::min), state.theta.iter().copied().fold(0.0, f32::max));
    let fields = Array2::from_shape_fn((n, PIXELS), |(neuron, pixel)| state.weights[pixel * n + neuron]);
    let fields = fields.to_shape((n, SIZE, SIZE))?;
    images(fields.view()).grid_columns(10).names(labels.iter().map(|l| l.to_string())).save(&path)?;
    Ok(())
}
