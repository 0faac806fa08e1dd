//! The network 64–128–10, in floating point and in 8-bit fixed point.

use lava::monitor::SpikeProbe;
use lava::network::{AnyTag, HasModel};
use lava::prelude::*;
use lava::proc::{Dense, Lif, Membrane, Weight};
use ndarray::{Array2, Array3, Axis, s};

use super::data::{Image, SIZE, Weights};
use super::pixels::Pixels;

/// Numbers that the network can compute in: `f32`, or `i32` for Loihi's 8-bit weights.
pub trait Precision: Membrane + Weight {
    /// Writes a layer in these numbers; `weights` are for neurons that spike at 1.
    fn layer(weights: &Array2<f32>) -> Layer<Self>;
}

/// A layer: neurons and the synapses that lead to them.
#[derive(Debug)]
pub struct Layer<T> {
    /// Synaptic weights, `[outputs, inputs]`.
    pub weights: Array2<T>,
    /// Voltage above which the neurons spike.
    pub vth: T,
}

impl<T> Layer<T> {
    /// The number of neurons of the layer.
    pub fn neurons(&self) -> usize {
        self.weights.nrows()
    }
}

impl Precision for f32 {
    fn layer(weights: &Array2<f32>) -> Layer<f32> {
        Layer {
            weights: weights.clone(),
            vth: 1.0,
        }
    }
}

impl Precision for i32 {
    /// Weights of both signs are even and reach from −256 to 254: the largest becomes ±254, and
    /// the threshold is scaled with them.
    fn layer(weights: &Array2<f32>) -> Layer<i32> {
        let sizes = weights.iter().map(|weight| weight.abs());
        let scale = 254.0 / sizes.fold(f32::MIN_POSITIVE, f32::max);
        Layer {
            weights: weights.mapv(|weight| 2 * (weight * scale / 2.0).round() as i32),
            vth: scale.round() as i32,
        }
    }
}

/// A network that says which digit an image shows: the one whose output neuron fires most.
///
/// ```text
/// image 8×8 ─► 128 hidden neurons ─► 10 output neurons
/// ```
///
/// Neurons forget nothing between spikes, so they add up their input. Each layer of synapses
/// takes a step: the first pixel to fire can reach the output two steps later.
#[derive(Debug)]
pub struct Classifier<T: Precision> {
    network: Network<Loihi1SimCfg>,
    image: Pixels,
    hidden: Lif<T>,
    output: Lif<T>,
    /// The spikes of the output neurons.
    votes: SpikeProbe,
    /// The images that it reads at once, if it has a batch.
    batch: Option<usize>,
}

impl<T: Precision> Classifier<T>
where
    Lif<T>: HasModel<Loihi, AnyTag, Cpu>,
    Dense<T>: HasModel<Loihi, AnyTag, Cpu>,
{
    /// Builds the network.
    ///
    /// # Errors
    /// If the weights do not fit the images or each other.
    pub fn new(weights: &Weights) -> lava::Result<Self> {
        Classifier::build(weights, None)
    }

    /// Builds the network for `images` at once: see [`classify_all`](Classifier::classify_all).
    ///
    /// # Errors
    /// As [`new`](Classifier::new).
    pub fn batch(weights: &Weights, images: usize) -> lava::Result<Self> {
        Classifier::build(weights, Some(images))
    }

    fn build(weights: &Weights, batch: Option<usize>) -> lava::Result<Self> {
        let [first, last] = [&weights.hidden, &weights.output].map(T::layer);
        // The current lasts for one step: a neuron integrates its input once.
        let all = *T::DECAY.end();
        let net = network! { Loihi1SimCfg;
            image:     Pixels   = Pixels::shape([SIZE, SIZE]);
            to_hidden: Dense<T> = Dense::weights(&first.weights);
            hidden:    Lif<T>   = Lif::shape(first.neurons()).du(all).vth(first.vth);
            to_output: Dense<T> = Dense::weights(&last.weights);
            output:    Lif<T>   = Lif::shape(last.neurons()).du(all).vth(last.vth);

            image.s_out.flatten() -> to_hidden.s_in;
            to_hidden.a_out       -> hidden.a_in;
            hidden.s_out          -> to_output.s_in;
            to_output.a_out       -> output.a_in;
        }?;
        if let Some(images) = batch {
            net.set_batch(images)?;
        }
        Ok(Classifier {
            batch,
            votes: net.probe(&net.output.s_out)?,
            network: net.network,
            image: net.image,
            hidden: net.hidden,
            output: net.output,
        })
    }
}

impl<T: Precision> Classifier<T> {
    /// The network, to say how it is to be run.
    pub fn network(&self) -> &Network<Loihi1SimCfg> {
        &self.network
    }

    /// Shows an image for some steps and says which digit it is: the one with most votes, of
    /// those the one whose neuron has the highest voltage, of those the lowest.
    ///
    /// # Errors
    /// If the image is not 8×8, or brighter than 16.
    pub fn classify(&self, image: &Image<'_>, steps: u64) -> lava::Result<u8> {
        self.show(image, steps)?;
        let (votes, voltages) = (self.votes(), self.output.v.get()?);
        Ok(winner(votes.iter().zip(&voltages)))
    }

    /// Shows as many images at once as the batch has, for some steps, and says which digits they are, as
    /// [`classify`](Classifier::classify). The last batch may have fewer: the others are then dark.
    ///
    /// # Errors
    /// As [`classify`](Classifier::classify).
    pub fn classify_all(&self, images: &[Image<'_>], steps: u64) -> lava::Result<Vec<u8>> {
        let mut digits = Vec::with_capacity(images.len());
        let batch = self.batch.unwrap_or(1);
        for images in images.chunks(batch) {
            let mut pixels = Array3::zeros((batch, SIZE, SIZE));
            for (mut to, image) in pixels.outer_iter_mut().zip(images) {
                to.assign(image);
            }
            self.network.reset()?;
            match self.batch {
                Some(_) => self.image.pixels.set(pixels)?,
                None => self.image.pixels.set(&pixels.slice(s![0, .., ..]))?,
            }
            self.network.run(RunSteps(steps))?;
            let shape = (batch, self.output.s_out.shape()[0]);
            let (votes, voltages) = (self.votes.counts(), self.output.v.get()?);
            let votes = votes
                .into_shape_with_order(shape)
                .expect("votes of each image");
            let voltages = voltages.to_shape(shape).expect("voltages of each image");
            for (votes, voltages) in votes
                .outer_iter()
                .zip(voltages.axis_iter(Axis(0)))
                .take(images.len())
            {
                digits.push(winner(votes.iter().zip(&voltages)));
            }
        }
        Ok(digits)
    }

    /// The spike count of each output neuron for the present image.
    pub fn votes(&self) -> Vec<u64> {
        self.votes.counts().into_iter().collect()
    }

    /// Shows an image and records every spike.
    ///
    /// # Errors
    /// As [`classify`](Classifier::classify).
    pub fn raster(&self, image: &Image<'_>, steps: u64) -> lava::Result<Raster> {
        let pixels = self.network.probe(&self.image.s_out)?;
        let hidden = self.network.probe(&self.hidden.s_out)?;
        let answer = self.classify(image, steps)?;
        let populations = [&pixels, &hidden, &self.votes].map(|probe| Population {
            neurons: probe.counts().len(),
            spikes: probe.events(),
        });
        Ok(Raster {
            steps,
            answer,
            populations,
        })
    }

    /// Starts afresh with another image: the network stays, its state goes.
    fn show(&self, image: &Image<'_>, steps: u64) -> lava::Result<()> {
        self.network.reset()?;
        self.image.pixels.set(image)?;
        self.network.run(RunSteps(steps))
    }
}

/// The output neuron of the highest rank, of those the lowest.
fn winner<'a, T: PartialOrd + 'a>(ranks: impl Iterator<Item = (&'a u64, &'a T)>) -> u8 {
    let mut best: Option<(usize, (&u64, &T))> = None;
    for (digit, rank) in ranks.enumerate() {
        if best.is_none_or(|(_, other)| rank > other) {
            best = Some((digit, rank));
        }
    }
    best.map_or(0, |(digit, _)| digit as u8)
}

/// Every spike that an image has caused.
#[derive(Debug)]
pub struct Raster {
    /// Steps for which the image was shown.
    pub steps: u64,
    /// The digit that the network read.
    pub answer: u8,
    /// Pixels, hidden neurons, output neurons.
    pub populations: [Population; 3],
}

/// The spikes of some neurons.
#[derive(Debug)]
pub struct Population {
    /// Number of neurons.
    pub neurons: usize,
    /// Step, counted from 1, and neuron of every spike.
    pub spikes: Vec<(u64, usize)>,
}
