//! Lava's tutorial on classification: images in, a network inside a process, answers out.
//!
//! Three processes. The first shows an image for some steps, then clears the network and takes the
//! next one; the second is the network, a process made of processes; the third counts the
//! spikes of the output neurons and writes down an answer for each image. The whole test runs without the
//! program having to do anything. The images are the handwritten digits that come with it, 8×8 pixels.
//!
//! ```text
//! cargo run --release -p lava-examples --example mnist [PICTURE.svg]
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use anyhow::Result;
use lava::plot::{Figure, images, matrix};
use lava::prelude::*;
use lava::proc::{Dense, Lif};
use lava_examples::digits::{Digits, Weights};
use lava_examples::picture_path;
use ndarray::{Array2, Array3, Axis, stack};

/// Steps for which an image is shown.
const STEPS: u64 = 32;
/// The brightness of a pixel that fires in every step.
const FULL: u8 = 16;
/// Steps that a spike of a pixel takes to the output: it may then belong to the image before.
const TRAVEL: u64 = 2;
/// Images of the test.
const IMAGES: usize = 100;

// ANCHOR: input
/// Shows images one after the other, as spikes: the brighter a pixel, the more often it fires. After
/// each image it sets the voltages of the network to 0.
#[process]
pub struct Images {
    /// Spikes of the pixels.
    #[port(shape = [images.shape()[1]])]
    s_out: OutPort<Spike>,
    /// The number of the image, in each step.
    #[port(shape = [1])]
    label_out: OutPort<i32>,
    /// The voltages of the hidden neurons.
    #[port(shape = [*hidden])]
    hidden_v: RefPort<f32>,
    /// The voltages of the output neurons.
    #[port(shape = [10])]
    output_v: RefPort<f32>,
    /// Brightness, 0 to 16: `[image, pixel]`.
    #[var(rank = 2)]
    images: Var<u8>,
    /// The digit of each image.
    #[var(shape = [images.shape()[0]])]
    labels: Var<i32>,
    /// The number of hidden neurons.
    #[param]
    hidden: Param<usize>,
}

#[implements(proc = Images, protocol = Loihi)]
struct ImagesModel {
    s_out: Out<Spike>,
    label_out: Out<i32>,
    hidden_v: VarRef<f32>,
    output_v: VarRef<f32>,
    images: Array2<u8>,
    labels: Vec<i32>,
    hidden: usize,
    /// The sum of each pixel since its last spike.
    #[local]
    charge: Vec<u8>,
    #[local]
    context: Context,
}

impl ImagesModel {
    /// The image of the present step.
    fn present(&self) -> usize {
        ((self.context.time_step() - 1) / STEPS) as usize % self.labels.len()
    }
}

impl LoihiModel for ImagesModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let image = self.present();
        self.charge.resize(self.images.ncols(), 0);
        let mut fired = Vec::new();
        for (pixel, charge) in (0..).zip(&mut self.charge) {
            *charge += self.images[[image, pixel as usize]];
            if *charge >= FULL {
                *charge -= FULL;
                fired.push(pixel);
            }
        }
        self.label_out.send_slice(&[self.labels[image]])?;
        self.s_out.send_indices(&fired)
    }

    /// The last step of an image.
    fn post_guard(&self) -> bool {
        self.context.time_step().is_multiple_of(STEPS)
    }

    fn run_post_mgmt(&mut self, remote: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.charge.fill(0);
        let zeros = ArrayD::zeros(vec![self.hidden]);
        self.hidden_v.write(remote, &zeros)?;
        self.output_v.write(remote, &ArrayD::zeros(vec![10]))
    }
}
// ANCHOR_END: input

// ANCHOR: classifier
/// Reads a digit: two layers of synapses and neurons.
#[process]
pub struct Classifier {
    /// Spikes of the pixels.
    #[port(required, shape = [hidden.shape()[1]])]
    s_in: InPort<Spike>,
    /// Spikes of the output neurons, one for each digit.
    #[port(shape = [output.shape()[0]])]
    s_out: OutPort<Spike>,
    /// Weights of the hidden neurons.
    #[var(rank = 2)]
    hidden: Var<f32>,
    /// Weights of the output neurons.
    #[var(rank = 2)]
    output: Var<f32>,
    /// Voltages of the hidden neurons.
    #[var(shape = [hidden.shape()[0]], init = 0.0)]
    hidden_v: Var<f32>,
    /// Voltages of the output neurons.
    #[var(shape = [output.shape()[0]], init = 0.0)]
    output_v: Var<f32>,
}

#[implements(proc = Classifier, protocol = Loihi, sub_model)]
struct ClassifierModel;

impl SubModel for ClassifierModel {
    type Process = Classifier;
    type Config = Loihi1SimCfg;

    fn build(all: &Classifier, net: &Network<Loihi1SimCfg>) -> lava::Result<ClassifierExports> {
        let (hidden, output) = (all.hidden_v.shape(), all.output_v.shape());
        network! { inside net, all: Classifier;
            to_hidden: Dense = Dense::weights(all.hidden.get()?);
            hidden:    Lif   = Lif::shape(hidden).du(1.0).vth(1.0);
            to_output: Dense = Dense::weights(all.output.get()?);
            output:    Lif   = Lif::shape(output).du(1.0).vth(1.0);
            all.s_in        -> to_hidden.s_in;
            to_hidden.a_out -> hidden.a_in;
            hidden.s_out    -> to_output.s_in;
            to_output.a_out -> output.a_in;
            output.s_out    -> all.s_out;
            all.hidden   = to_hidden.weights;
            all.output   = to_output.weights;
            all.hidden_v = hidden.v;
            all.output_v = output.v;
        }
    }
}
// ANCHOR_END: classifier

// ANCHOR: output
/// Counts the spikes of each digit, and writes down the answer to each image.
#[process]
pub struct Answers {
    /// Spikes of the output neurons.
    #[port(required, shape = [10])]
    s_in: InPort<Spike>,
    /// The digit that is shown.
    #[port(required, shape = [1])]
    label_in: InPort<i32>,
    /// The number of images.
    #[param]
    images: Param<usize>,
    /// The digit that fired most, for each image.
    #[var(shape = [*images], init = -1)]
    answers: Var<i32>,
    /// The digit that was shown.
    #[var(shape = [*images], init = -1)]
    labels: Var<i32>,
}

#[implements(proc = Answers, protocol = Loihi)]
struct AnswersModel {
    s_in: In<Spike>,
    label_in: In<i32>,
    images: usize,
    answers: Vec<i32>,
    labels: Vec<i32>,
    #[local]
    votes: [u32; 10],
    #[local]
    context: Context,
}

impl LoihiModel for AnswersModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let step = self.context.time_step() - 1;
        let (image, step) = ((step / STEPS) as usize, step % STEPS);
        // Spikes of the image before are on their way until then.
        if step > TRAVEL {
            for digit in self.s_in.recv().indices() {
                self.votes[*digit as usize] += 1;
            }
        }
        if step == STEPS - 1 && image < self.images {
            let most = (0..10).max_by_key(|digit| (self.votes[*digit], 10 - digit));
            self.answers[image] = most.unwrap_or(0) as i32;
            self.labels[image] = self.label_in.recv()[0];
            self.votes = [0; 10];
        }
        Ok(())
    }
}
// ANCHOR_END: output

fn main() -> Result<()> {
    let (digits, weights) = (Digits::load()?, Weights::load()?);
    let test: Vec<_> = digits.test().take(IMAGES).collect();
    let pixels = test
        .iter()
        .map(|(image, _)| image.to_owned().flatten().to_owned());
    let pixels: Vec<_> = pixels.collect();
    let shown = stack(
        Axis(0),
        &pixels.iter().map(|image| image.view()).collect::<Vec<_>>(),
    )?;
    let labels: Vec<i32> = test.iter().map(|(_, label)| i32::from(*label)).collect();

    // ANCHOR: network
    let net = network! { Loihi1SimCfg;
        input:      Images     = Images::images(shown).labels(labels).hidden(weights.hidden.nrows());
        classifier: Classifier = Classifier::hidden(&weights.hidden).output(&weights.output);
        answers:    Answers    = Answers::images(IMAGES);

        input.s_out      -> classifier.s_in;
        classifier.s_out -> answers.s_in;
        input.label_out  -> answers.label_in;
        input.hidden_v   -> classifier.hidden_v;
        input.output_v   -> classifier.output_v;
    }?;
    net.run(RunSteps(STEPS * IMAGES as u64))?;
    let answers = net.answers.answers.get()?;
    let labels = net.answers.labels.get()?;
    net.stop()?;
    // ANCHOR_END: network

    let right = answers
        .iter()
        .zip(&labels)
        .filter(|(answer, label)| answer == label)
        .count();
    println!("{right} of {IMAGES} digits are read right, in {STEPS} steps each");
    assert!(right * 100 >= IMAGES * 90, "at least 90 % are");
    let mut confusion = Array2::<u32>::zeros((10, 10));
    for (answer, label) in answers.iter().zip(&labels) {
        confusion[[*label as usize, *answer as usize]] += 1;
    }
    let mut wrong = Vec::new();
    let mut names = Vec::new();
    for ((image, label), answer) in test.iter().zip(&answers) {
        if i32::from(*label) != *answer {
            wrong.push(image.mapv(f32::from));
            names.push(format!("{label} as {answer}"));
        }
    }
    let path = picture_path("mnist.svg")?;
    draw(&path, &confusion, &wrong, names)?;
    println!("pictured in {}", path.display());
    Ok(())
}

/// Draws which digit was read as which, and the images that were misread.
fn draw(
    path: &std::path::Path,
    confusion: &Array2<u32>,
    wrong: &[Array2<f32>],
    names: Vec<String>,
) -> Result<()> {
    let mut figure = Figure::new()
        .title("Handwritten digits, read by a spiking network")
        .plot(
            matrix(confusion.view())
                .x_label("answer")
                .y_label("digit")
                .quantity("images"),
        );
    if !wrong.is_empty() {
        let views: Vec<_> = wrong.iter().map(|image| image.view()).collect();
        let all: Array3<f32> = stack(Axis(0), &views)?;
        figure = figure.plot(
            images(all.view())
                .names(names)
                .grid_columns(8)
                .title("misread"),
        );
    }
    figure.inline().save(path)?;
    Ok(())
}
