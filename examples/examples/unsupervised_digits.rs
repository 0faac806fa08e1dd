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
use lava::proc::{PlasticSparse, Source};
use lava::units::ms;
use lava_examples::digits::{Digits, Image, SIZE};
use lava_examples::picture_path;
use ndarray::{Array1, Array2};

fn env(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

const PIXELS: usize = 2 * SIZE * SIZE;
/// Steps of an image, and steps without input after it, in which voltages decay.
fn shown() -> usize { env("SHOWN", 50.0) as usize }
fn dark() -> usize { env("DARK", 20.0) as usize }
fn image_steps() -> usize { shown() + dark() }

/// Leaky neurons of which one fires at a time.
#[process]
pub struct Competitors {
    /// Weighted spikes of the pixels.
    a_in: InPort<f32>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Voltages.
    #[var(init = 0.0)]
    v: Var<f32>,
    /// Rise of the thresholds.
    #[var(init = 0.0)]
    theta: Var<f32>,
    /// Rise of a threshold by a spike.
    #[var(scalar, init = 0.0)]
    theta_plus: Var<f32>,
}

#[implements(proc = Competitors, protocol = Loihi)]
struct CompetitorsModel {
    a_in: In<f32>,
    s_out: Out<Spike>,
    v: Vec<f32>,
    theta: Vec<f32>,
    theta_plus: f32,
    #[local]
    fired: Vec<u32>,
    #[local]
    knobs: [f32; 4],
}

impl LoihiModel for CompetitorsModel {
    fn start(&mut self) -> lava::Result<()> {
        self.knobs = [1.0 - 1.0 / env("TAUM", 20.0) as f32, env("VTH", 10.0) as f32, env("INH", 10.0) as f32, 1.0 - 1.0 / env("TAUTHETA", 1e5) as f32];
        Ok(())
    }
    fn run_spk(&mut self) -> lava::Result<()> {
        let [leak, vth, inh, keep] = self.knobs;
        self.fired.clear();
        let learns = self.theta_plus > 0.0;
        let mut best = (0, 0.0);
        for (neuron, ((v, theta), input)) in self.v.iter_mut().zip(&mut self.theta).zip(self.a_in.recv_slice()).enumerate() {
            *v = leak * *v + input;
            if learns { *theta *= keep; }
            let above = *v - (vth + *theta);
            if above > best.1 { best = (neuron, above); }
        }
        if best.1 > 0.0 {
            self.v.fill(-inh);
            self.v[best.0] = 0.0;
            self.theta[best.0] += self.theta_plus;
            self.fired.push(best.0 as u32);
        }
        self.s_out.send_indices(&self.fired)
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

fn env_off() -> f64 { use std::sync::OnceLock; static V: OnceLock<f64> = OnceLock::new(); *V.get_or_init(|| env("OFF", 0.0)) }

/// Spikes of the pixels: rows of steps, image after image.
fn spikes(shown_images: &[(Image<'_>, u8)]) -> Array2<bool> {
    let rate = env("RATE", 0.15);
    let regular = env("REGULAR", 1.0) > 0.0;
    Array2::from_shape_fn((shown_images.len() * image_steps(), PIXELS), |(row, pixel)| {
        let (image, step) = (row / image_steps(), row % image_steps());
        let off = pixel >= SIZE * SIZE;
        let p = pixel % (SIZE * SIZE);
        let mut brightness = f64::from(shown_images[image].0[[p / SIZE, p % SIZE]]) / 16.0;
        if off { brightness = env_off() * (1.0 - brightness); }
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
    let net = network! { Loihi1SimCfg;
        pixels: Source<Spike> = Source::data(spikes(images));
        learn: PlasticSparse<Rule> = projection.plastic(Rule::new(rate));
        neurons: Competitors = Competitors::shape([neurons]).theta(state.theta.clone())
            .theta_plus(if learns { env("PLUS", 0.2) as f32 } else { 0.0 });
        pixels.s_out -> learn.s_in;
        neurons.s_out -> learn.s_in_bap;
        learn.a_out -> neurons.a_in;
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
    let used = (0..n).filter(|j| counts.column(*j).sum() > 0).count();
    let ties: usize = counts.rows().into_iter().map(|r| r.iter().filter(|c| **c > 0).count()).sum();
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
    println!("used {used} winners/image {:.2} accuracy {:.1} % silent {silent} spikes/image {:.1} theta {:.1}..{:.1} time {time:?}", ties as f64 / training.len() as f64, 100.0 * right as f64 / test.len() as f64, f64::from(total) / test.len() as f64,
        state.theta.iter().copied().fold(f32::INFINITY, f32::min), state.theta.iter().copied().fold(0.0, f32::max));
    let fields = Array2::from_shape_fn((n, PIXELS), |(neuron, pixel)| state.weights[pixel * n + neuron]);
    let fields = fields.slice(ndarray::s![.., ..SIZE * SIZE]).to_owned();
    let fields = fields.to_shape((n, SIZE, SIZE))?;
    images(fields.view()).grid_columns(10).names(labels.iter().map(|l| l.to_string())).save(&path)?;
    Ok(())
}
