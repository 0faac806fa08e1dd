//! Handwritten digits, learned without a teacher: neurons that compete for images become detectors of
//! digits, by spike-timing dependent plasticity.
//!
//! ```text
//!              plastic                      spikes
//! 64 pixels ───────────▶ 100 competitors ───────────▶ inhibition of all others
//!                            ▲                              │
//!                            └──────────────────────────────┘
//! ```
//!
//! The neuron that fires first silences the others, and its synapses come to resemble the image. Each spike
//! raises its threshold, so that the next images go to other neurons. The rule is one of our own: it acts at
//! the spikes of the targets, and reads a trace of each source.
//!
//! ```text
//! dx/dt = −x/τ                   spike of a pixel: x ← x + 1
//! w ← w + η(n) · (g · x − w)     n-th spike of a neuron
//! η(n) = η₀ / (1 + n/30)
//! ```
//!
//! Labels are used at the end only, to say which digit each neuron has come to stand for. A test image is
//! then read as the digit of the neurons that fire.
//!
//! Source: Diehl & Cook (2015), *Unsupervised learning of digit recognition using spike-timing-dependent
//! plasticity*, Front. Comput. Neurosci. 9, 99. Here the neurons inhibit each other without a second
//! population, pixels fire regularly, all images are equally strong, and a neuron changes the less the more
//! it has fired.
//!
//! ```text
//! cargo run --release -p lava-examples --example unsupervised_digits [PICTURE.svg]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use anyhow::{Result, ensure};
use lava::plot::images;
use lava::prelude::*;
use lava::proc::plasticity::{
    Decay, Past, Plasticity, PlasticityError, PostSpike, PreSpike, SynapseState, TwoFactors,
};
use lava::proc::synapse::Projection;
use lava::proc::{PlasticSparse, Source};
use lava_examples::digits::{Digits, Image, SIZE};
use lava_examples::picture_path;
use ndarray::{Array1, Array2};

const PIXELS: usize = SIZE * SIZE;
const NEURONS: usize = 100;
const DIGITS: usize = 10;
/// Steps in which an image is shown, and steps without input after them, in which voltages decay.
const SHOWN: usize = 40;
const DARK: usize = 10;
const IMAGE: usize = SHOWN + DARK;
/// `true` in a build that is not optimised, which shows some of the images, once.
const IS_SHORT: bool = cfg!(debug_assertions);
/// Times that the training images are shown.
const PASSES: u64 = if IS_SHORT { 1 } else { 4 };
/// The root of the sum of the squares of the spikes of all pixels in a step.
const STRENGTH: f64 = 1.8;
/// η₀: the part of the difference between weight and image that the first spike removes.
const RATE: f32 = 0.2;
/// The rise of a threshold by the first spike.
const RISE: f32 = 0.2;

/// The factor by which the n-th spike of a neuron changes it less than the first one.
fn slowdown(spikes: f32) -> f32 {
    1.0 / (1.0 + spikes / 30.0)
}

/// Leaky neurons, one of which fires at a time: the one whose voltage is furthest above its threshold.
#[process]
pub struct Competitors {
    /// Weighted spikes of the pixels.
    a_in: InPort<f32>,
    /// Spikes.
    s_out: OutPort<Spike>,
    /// Voltages.
    #[var(init = 0.0)]
    v: Var<f32>,
    /// Thresholds.
    threshold: Var<f32>,
    /// Spikes that have raised the threshold.
    #[var(init = 0.0)]
    spikes: Var<f32>,
    /// `true` if spikes raise thresholds.
    #[var(scalar)]
    adapts: Var<bool>,
}

#[implements(proc = Competitors, protocol = Loihi)]
struct CompetitorsModel {
    a_in: In<f32>,
    s_out: Out<Spike>,
    v: Vec<f32>,
    threshold: Vec<f32>,
    spikes: Vec<f32>,
    adapts: bool,
}

impl LoihiModel for CompetitorsModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let (mut best, mut most) = (None, 0.0);
        let neurons = self.v.iter_mut().zip(&self.threshold);
        for (neuron, ((v, threshold), input)) in neurons.zip(self.a_in.recv_slice()).enumerate() {
            *v = 0.9 * *v + input;
            if *v - threshold > most {
                (best, most) = (Some(neuron), *v - threshold);
            }
        }
        let Some(neuron) = best else {
            return self.s_out.send_indices(&[]);
        };
        self.v.fill(-2.0);
        self.v[neuron] = 0.0;
        if self.adapts {
            self.threshold[neuron] += RISE * slowdown(self.spikes[neuron]);
            self.spikes[neuron] += 1.0;
        }
        self.s_out.send_indices(&[neuron as u32])
    }
}

/// The rule by which the weights of a neuron that fires come to resemble the traces of the pixels.
#[derive(Clone, Debug)]
struct Resemblance {
    /// The decay of the traces.
    decay: Decay,
}

impl Resemblance {
    /// τ, in ms: a step is 1 ms.
    const TAU: f64 = 10.0;
    /// g: the weight of a trace of 1.
    const GAIN: f32 = 0.2;

    fn new() -> Resemblance {
        Resemblance {
            decay: Decay::new(Resemblance::TAU, 1.0),
        }
    }
}

impl Plasticity for Resemblance {
    type Factors = TwoFactors;
    type Synapse = ();
    /// The trace of a pixel.
    type Source = f32;
    /// The number of spikes of a neuron.
    type Target = f32;

    fn prepare(&mut self, dt: f64) -> Result<(), PlasticityError> {
        self.decay = Decay::new(Resemblance::TAU, dt);
        Ok(())
    }

    fn source_fires(&self, pixel: Past<f32>) -> f32 {
        pixel.state * self.decay.over(pixel.steps) + 1.0
    }

    fn target_fires(&self, neuron: Past<f32>) -> f32 {
        neuron.state + 1.0
    }

    fn pre(&self, _: &mut SynapseState<()>, _: PreSpike<Self>) {}

    fn post(&self, synapse: &mut SynapseState<()>, spike: PostSpike<Self>) {
        let trace = spike.source.state * self.decay.over(spike.source.steps);
        let rate = RATE * slowdown(spike.target.state);
        synapse.weight += rate * (Resemblance::GAIN * trace - synapse.weight);
    }
}

/// A number from 0 to 1 that looks random.
fn noise(index: usize) -> f64 {
    let mut bits = (index as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// An image and its label.
type Labelled<'a> = (Image<'a>, u8);

/// The spikes of the pixels, a row a step: regular, the brighter the more often, from a random phase on.
fn spikes(shown: &[Labelled<'_>]) -> Array2<bool> {
    let mut spikes = Array2::from_elem((shown.len() * IMAGE, PIXELS), false);
    for (number, (image, _)) in shown.iter().enumerate() {
        let bright = image.mapv(f64::from);
        let scale = STRENGTH / bright.pow2().sum().sqrt();
        for (pixel, bright) in bright.iter().enumerate() {
            let phase = noise(number * PIXELS + pixel);
            let until = |step: usize| (phase + scale * bright * step as f64).floor();
            for step in 0..SHOWN {
                spikes[[number * IMAGE + step, pixel]] = until(step + 1) > until(step);
            }
        }
    }
    spikes
}

/// The neurons as they have become.
struct Neurons {
    /// Weights, `[pixels × neurons]`.
    weights: Vec<f32>,
    thresholds: Array1<f32>,
}

impl Neurons {
    /// Neurons that have seen nothing.
    fn new() -> Neurons {
        let weight = |number| (0.1 + 0.3 * noise(1_000_000 + number)) as f32;
        Neurons {
            weights: (0..PIXELS * NEURONS).map(weight).collect(),
            thresholds: Array1::from_elem(NEURONS, 8.0),
        }
    }

    /// Shows images, once or as often as is learned. Returns the number of spikes in the last pass,
    /// `[images, neurons]`.
    fn show(&mut self, shown: &[Labelled<'_>], learns: bool) -> Result<Array2<u32>> {
        let net = network! { Loihi1SimCfg;
            pixels:  Source<Spike>              = Source::data(spikes(shown));
            learn:   PlasticSparse<Resemblance> = Projection::new(PIXELS, NEURONS)
                .plastic(Resemblance::new())
                .weights(self.weights.clone())
                .learning(learns);
            neurons: Competitors                = Competitors::shape([NEURONS])
                .threshold(self.thresholds.clone())
                .adapts(learns);

            pixels.s_out  -> learn.s_in;
            neurons.s_out -> learn.s_in_bap;
            learn.a_out   -> neurons.a_in;
        }?;
        net.set_progress_bar(learns);
        let probe = net.probe(&net.neurons.s_out)?;
        let passes = if learns { PASSES } else { 1 };
        let steps = (shown.len() * IMAGE) as u64;
        net.run(RunSteps(passes * steps))?;
        let mut counts = Array2::zeros((shown.len(), NEURONS));
        let before = (passes - 1) * steps;
        for (step, neuron) in probe.events() {
            if let Some(step) = step.checked_sub(before + 1) {
                counts[[step as usize / IMAGE, neuron]] += 1;
            }
        }
        self.weights = net.learn.weights.get()?.into_iter().collect();
        self.thresholds = net.neurons.threshold.get()?.into_dimensionality()?;
        net.stop()?;
        Ok(counts)
    }
}

/// The digit whose images make each neuron fire most.
fn labels(shown: &[Labelled<'_>], counts: &Array2<u32>) -> Vec<usize> {
    let mut responses = Array2::<f64>::zeros((NEURONS, DIGITS));
    for digit in 0..DIGITS {
        let of_digit = |(_, label): &Labelled<'_>| usize::from(*label) == digit;
        let images = shown.iter().filter(|shown| of_digit(shown)).count();
        for (_, counts) in shown.iter().zip(counts.rows()).filter(|(s, _)| of_digit(s)) {
            for (neuron, count) in counts.iter().enumerate() {
                responses[[neuron, digit]] += f64::from(*count) / images as f64;
            }
        }
    }
    let rows = responses.rows().into_iter();
    rows.map(|row| most(row.iter().copied())).collect()
}

/// The place of the largest number.
fn most(numbers: impl Iterator<Item = f64>) -> usize {
    let best = numbers.enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
    best.map_or(0, |(place, _)| place)
}

/// The share of the images that are read as what they show.
fn accuracy(shown: &[Labelled<'_>], counts: &Array2<u32>, labels: &[usize]) -> f64 {
    let answers = counts.rows().into_iter().map(|counts| {
        let mut votes = [0.0; DIGITS];
        for (count, label) in counts.iter().zip(labels) {
            votes[*label] += f64::from(*count);
        }
        most(votes.into_iter())
    });
    let right = answers
        .zip(shown)
        .filter(|(answer, (_, label))| *answer == usize::from(*label));
    right.count() as f64 / shown.len() as f64
}

fn main() -> Result<()> {
    let path = picture_path("unsupervised_digits.svg")?;
    let digits = Digits::load()?;
    let [images_learned, images_read] = if IS_SHORT {
        [300, 100]
    } else {
        [usize::MAX; 2]
    };
    let training: Vec<_> = digits.training().take(images_learned).collect();
    let test: Vec<_> = digits.test().take(images_read).collect();

    let mut neurons = Neurons::new();
    println!(
        "{NEURONS} neurons see {} images, {PASSES} times",
        training.len()
    );
    neurons.show(&training, true)?;
    let labels = labels(&training, &neurons.show(&training, false)?);
    for digit in 0..DIGITS {
        let count = labels.iter().filter(|label| **label == digit).count();
        println!("{digit}: {count:>2} neurons");
    }
    let accuracy = accuracy(&test, &neurons.show(&test, false)?, &labels);
    println!(
        "{:.1} % of {} test images are read",
        100.0 * accuracy,
        test.len()
    );

    let mut order: Vec<usize> = (0..NEURONS).collect();
    order.sort_by_key(|neuron| labels[*neuron]);
    let fields = Array2::from_shape_fn((NEURONS, PIXELS), |(place, pixel)| {
        neurons.weights[pixel * NEURONS + order[place]]
    });
    let fields = fields.to_shape((NEURONS, SIZE, SIZE))?;
    images(fields.view())
        .title("Receptive fields, by the digit that a neuron stands for")
        .grid_columns(20)
        .names(order.iter().map(|neuron| labels[*neuron].to_string()))
        .save(&path)?;
    println!("drawn in {}", path.display());

    let least = if IS_SHORT { 0.5 } else { 0.88 };
    ensure!(
        accuracy >= least,
        "{accuracy} of the test images are read, fewer than {least}"
    );
    Ok(())
}
