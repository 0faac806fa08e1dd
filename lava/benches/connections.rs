//! Connections of every kind against ndarray's operators.

#![allow(missing_docs, clippy::print_stdout)]

mod support;

use lava::prelude::*;
use lava::proc::synapse::{Distribution, Projection, Rule, Sparse};
use lava::proc::{Conv, ConvInTime, DelayDense, Dense, Source, SumPool};
use lava::process::{IntoInit, Payload};
use ndarray::{Array1, Array2, Array3, Array4, s};
use support::{compare, head, row, time};

const INPUTS: usize = 1000;
const OUTPUTS: usize = 1000;
const STEPS: u64 = 20;
/// The number of steps of input, which are played over and over.
const ROWS: usize = 20;

/// An image of 32 × 32 places and 16 channels, under a kernel of 3 × 3 for 32 channels.
const IMAGE: [usize; 3] = [32, 32, 16];
const KERNEL: [usize; 4] = [32, 3, 3, 16];

/// A number below 1 that looks random.
fn noise(index: usize) -> f32 {
    let mixed = (index as u32 ^ 0x5bd1_e995).wrapping_mul(2_654_435_761);
    (mixed.rotate_left(13).wrapping_mul(0x85eb_ca6b) >> 8) as f32 / (1 << 24) as f32
}

fn spikes(index: usize) -> bool {
    noise(index) < 0.05
}

fn matrix(rows: usize, columns: usize) -> Array2<f32> {
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        noise(row * columns + column) - 0.5
    })
}

/// A network of a source and the connection that `add` makes and feeds, on so many workers.
fn network<M: Payload>(
    workers: usize,
    data: impl IntoInit<M::Record>,
    add: impl FnOnce(&Network<Loihi1SimCfg>, &OutPort<M>) -> lava::Result<()>,
) -> lava::Result<Network<Loihi1SimCfg>> {
    let net = Network::new();
    net.set_workers(workers)?;
    let source: Source<M> = net.add(Source::data(data))?;
    add(&net, &source.s_out)?;
    net.run(RunSteps(ROWS as u64))?;
    Ok(net)
}

/// Measures a connection on one worker and on two, and others at the same task, and prints the
/// time for each of so many multiply-adds a step; of the others also how often it is that of one
/// worker.
fn measure<M: Payload, D: IntoInit<M::Record> + Clone>(
    name: &str,
    units: usize,
    data: &D,
    add: impl Fn(&Network<Loihi1SimCfg>, &OutPort<M>) -> lava::Result<()>,
    others: &mut [(&str, &mut dyn FnMut())],
) -> lava::Result<()> {
    let run = |net: &Network<Loihi1SimCfg>| net.run(RunSteps(STEPS)).expect("the network runs");
    let units = units as u64 * STEPS;
    let one = network::<M>(1, data.clone(), &add)?;
    let mut alone = || run(&one);
    let mut sides: Vec<&mut dyn FnMut()> = vec![&mut alone];
    let mut names = Vec::new();
    for (name, work) in others {
        names.push(*name);
        sides.push(work);
    }
    let times = compare(units, &mut sides);
    // By itself: a worker that waits for its next step takes time from others.
    let two = network::<M>(2, data.clone(), &add)?;
    let together = time(units, || run(&two));
    let shown = |time: f64| format!("{:.0} ps", 1e3 * time);
    let mut cells = vec![
        ("1 worker", shown(times[0])),
        ("2 workers", shown(together)),
    ];
    for (name, time) in names.into_iter().zip(&times[1..]) {
        cells.push((name, format!("{}, {:.2} ×", shown(*time), time / times[0])));
    }
    row(name, &cells);
    Ok(())
}

fn matrices() -> lava::Result<()> {
    head(
        "A matrix of 1000 × 1000 weights",
        "time per multiply-add of an input that is active; spikes are 5 %",
    );
    let weights = matrix(OUTPUTS, INPUTS);
    let fired = Array2::from_shape_fn((ROWS, INPUTS), |(row, input)| spikes(row * INPUTS + input));
    let numbers = matrix(ROWS, INPUTS);
    let active = fired.iter().filter(|fired| **fired).count() * OUTPUTS / ROWS;
    let all = INPUTS * OUTPUTS;
    let delays = Array2::from_shape_fn((OUTPUTS, INPUTS), |(output, input)| {
        (10.0 * noise(output * 31 + input * 7919)) as i32
    });
    let vectors: Vec<Array1<f32>> = numbers.outer_iter().map(|row| row.to_owned()).collect();
    let lists: Vec<Vec<usize>> = fired
        .outer_iter()
        .map(|row| (0..INPUTS).filter(|input| row[*input]).collect())
        .collect();
    let columns = weights.t().as_standard_layout().into_owned();
    let mut sums = Array1::<f32>::zeros(OUTPUTS);
    let mut dot = || {
        for vector in vectors.iter().cycle().take(STEPS as usize) {
            std::hint::black_box(weights.dot(vector));
        }
    };
    let mut add_columns = || {
        for list in lists.iter().cycle().take(STEPS as usize) {
            sums.fill(0.0);
            for input in list {
                sums += &columns.row(*input);
            }
        }
        std::hint::black_box(&sums);
    };
    measure::<Spike, _>(
        "Dense, spikes",
        active,
        &fired,
        |net, s_out| {
            let dense: Dense = net.add(Dense::weights(&weights))?;
            s_out.connect(&dense.s_in)
        },
        &mut [("ndarray's sums", &mut add_columns)],
    )?;
    let rounded = weights.mapv(|weight| (100.0 * weight) as i32);
    measure::<Spike, _>(
        "Dense in fixed point, spikes",
        active,
        &fired,
        |net, s_out| {
            let dense: Dense<i32> = net.add(Dense::weights(&rounded))?;
            s_out.connect(&dense.s_in)
        },
        &mut [],
    )?;
    measure::<f32, _>(
        "Dense, numbers",
        all,
        &numbers,
        |net, s_out| {
            let dense: Dense<f32, f32> = net.add(Dense::weights(&weights))?;
            s_out.connect(&dense.s_in)
        },
        &mut [("ndarray's dot", &mut dot)],
    )?;
    measure::<Spike, _>(
        "DelayDense, spikes, delays 0 to 9",
        active,
        &fired,
        |net, s_out| {
            let dense: DelayDense = net.add(DelayDense::weights(&weights).delays(&delays))?;
            s_out.connect(&dense.s_in)
        },
        &mut [("ndarray's sums", &mut add_columns)],
    )?;
    measure::<f32, _>(
        "DelayDense, numbers, delays 0 to 9",
        all,
        &numbers,
        |net, s_out| {
            let dense: DelayDense<f32, f32> =
                net.add(DelayDense::weights(&weights).delays(&delays))?;
            s_out.connect(&dense.s_in)
        },
        &mut [("ndarray's dot", &mut dot)],
    )?;
    let long = delays.mapv(|delay| 7 * delay);
    measure::<f32, _>(
        "DelayDense, numbers, delays 0 to 63",
        all,
        &numbers,
        |net, s_out| {
            let dense: DelayDense<f32, f32> =
                net.add(DelayDense::weights(&weights).delays(&long))?;
            s_out.connect(&dense.s_in)
        },
        &mut [("ndarray's dot", &mut dot)],
    )?;
    let kernel = Array3::from_shape_fn((5, OUTPUTS, INPUTS), |(tap, output, input)| {
        noise((tap * OUTPUTS + output) * INPUTS + input) - 0.5
    });
    measure::<Spike, _>(
        "ConvInTime, 5 taps, spikes",
        5 * active,
        &fired,
        |net, s_out| {
            let conv: ConvInTime = net.add(ConvInTime::weights(&kernel))?;
            s_out.connect(&conv.s_in)
        },
        &mut [],
    )?;
    let projection = Projection::new(INPUTS, OUTPUTS)
        .rule(Rule::FixedProbability(0.1))
        .weights(Distribution::Normal { mean: 0.0, sd: 1.0 });
    let synapses = projection.draw::<f32>(0)?;
    measure::<Spike, _>(
        "Sparse, 10 % of them, spikes",
        active / 10,
        &fired,
        |net, s_out| {
            let sparse: Sparse = net.add(Sparse::synapses(synapses.clone()))?;
            s_out.connect(&sparse.s_in)
        },
        &mut [],
    )?;
    measure::<f32, _>(
        "Sparse, 10 % of them, numbers",
        synapses.len(),
        &numbers,
        |net, s_out| {
            let sparse: Sparse<f32, f32> = net.add(Sparse::synapses(synapses.clone()))?;
            s_out.connect(&sparse.s_in)
        },
        &mut [("dot, all of them", &mut dot)],
    )
}

/// The convolution as six nested loops, without padding of the input.
fn direct(image: &Array3<f32>, kernel: &Array4<f32>, out: &mut Array3<f32>) {
    let [width, height, channels] = IMAGE;
    let [outputs, taps_x, taps_y, _] = KERNEL;
    for x in 0..width {
        for y in 0..height {
            for output in 0..outputs {
                let mut sum = 0.0;
                for i in 0..taps_x {
                    for j in 0..taps_y {
                        let (row, column) = (x + taps_x - 1 - i, y + taps_y - 1 - j);
                        if (1..=width).contains(&row) && (1..=height).contains(&column) {
                            for channel in 0..channels {
                                sum += kernel[[output, i, j, channel]]
                                    * image[[row - 1, column - 1, channel]];
                            }
                        }
                    }
                }
                out[[x, y, output]] = sum;
            }
        }
    }
}

/// The convolution as a product of two matrices, the inputs of every place and the kernel.
struct Product {
    /// `[x, y, taps and channels]`
    inputs: Array4<f32>,
    kernel: Array2<f32>,
}

impl Product {
    fn new(kernel: &Array4<f32>) -> Product {
        let [outputs, taps_x, taps_y, channels] = KERNEL;
        let flipped = kernel.slice(s![.., ..;-1, ..;-1, ..]);
        let flat = flipped.as_standard_layout().into_owned();
        let flat = flat.into_shape_with_order((outputs, taps_x * taps_y * channels));
        Product {
            inputs: Array4::zeros((IMAGE[0], IMAGE[1], taps_x * taps_y, channels)),
            kernel: flat
                .expect("as many weights")
                .t()
                .as_standard_layout()
                .into_owned(),
        }
    }

    fn convolve(&mut self, image: &Array3<f32>, out: &mut Array3<f32>) {
        let [width, height, channels] = IMAGE;
        for tap in 0..9 {
            let (i, j) = (tap / 3, tap % 3);
            // Where the tap stays within the image.
            let to = |tap: usize, extent: usize| {
                1_usize.saturating_sub(tap)..extent.min(extent + 1 - tap)
            };
            let (x, y) = (to(i, width), to(j, height));
            let from_x = x.start + i - 1..x.end + i - 1;
            let from_y = y.start + j - 1..y.end + j - 1;
            let part = image.slice(s![from_x, from_y, ..]);
            self.inputs.slice_mut(s![x, y, tap, ..]).assign(&part);
        }
        let inputs = self
            .inputs
            .view()
            .into_shape_with_order((width * height, 9 * channels));
        let mut out = out
            .view_mut()
            .into_shape_with_order((width * height, KERNEL[0]));
        let out = out.as_mut().expect("in row-major order");
        let inputs = inputs.expect("in row-major order");
        ndarray::linalg::general_mat_mul(1.0, &inputs, &self.kernel, 0.0, out);
    }
}

fn convolutions() -> lava::Result<()> {
    head(
        "A convolution, 32 × 32 places, 16 to 32 channels, a kernel of 3 × 3",
        "time per multiply-add of an input that is active; spikes are 5 %",
    );
    let kernel = Array4::from_shape_fn(KERNEL, |(k, i, j, c)| {
        noise(((k * 3 + i) * 3 + j) * 16 + c) - 0.5
    });
    let [width, height, channels] = IMAGE;
    let data = Array4::from_shape_fn((ROWS, width, height, channels), |(row, x, y, c)| {
        noise(((row * width + x) * height + y) * channels + c) - 0.5
    });
    let fired = Array4::from_shape_fn(data.dim(), |(row, x, y, c)| {
        spikes(((row * width + x) * height + y) * channels + c)
    });
    let images: Vec<Array3<f32>> = data.outer_iter().map(|image| image.to_owned()).collect();
    let all = width * height * KERNEL.iter().product::<usize>();
    let active = all * fired.iter().filter(|fired| **fired).count() / fired.len();
    let mut sums = Array3::zeros((width, height, KERNEL[0]));
    let mut others = sums.clone();
    let mut product = Product::new(&kernel);
    direct(&images[0], &kernel, &mut sums);
    product.convolve(&images[0], &mut others);
    let near = |(one, other): (&f32, &f32)| (one - other).abs() < 1e-4;
    assert!(sums.iter().zip(&others).all(near), "the others agree");
    let mut loops = || {
        let images = images.iter().cycle().take(STEPS as usize);
        images.for_each(|image| direct(image, &kernel, &mut sums));
    };
    let mut products = || {
        let images = images.iter().cycle().take(STEPS as usize);
        images.for_each(|image| product.convolve(image, &mut others));
    };
    measure::<f32, _>(
        "Conv, numbers",
        all,
        &data,
        |net, s_out| {
            let conv: Conv<f32, f32> =
                net.add(Conv::weight(&kernel).input_shape(IMAGE).padding([1, 1]))?;
            s_out.connect(&conv.s_in)
        },
        &mut [("loops", &mut loops), ("matrix product", &mut products)],
    )?;
    measure::<Spike, _>(
        "Conv, spikes",
        active,
        &fired,
        |net, s_out| {
            let conv: Conv = net.add(Conv::weight(&kernel).input_shape(IMAGE).padding([1, 1]))?;
            s_out.connect(&conv.s_in)
        },
        &mut [],
    )?;
    let mut pooled = Array3::zeros((width / 2, height / 2, channels));
    let mut pools = || {
        for image in images.iter().cycle().take(STEPS as usize) {
            pool(image, &mut pooled);
            std::hint::black_box(&pooled);
        }
    };
    let mut copied = images[0].clone();
    let mut copies = || {
        for image in images.iter().cycle().take(STEPS as usize) {
            copied.assign(image);
            std::hint::black_box(&copied);
        }
    };
    measure::<f32, _>(
        "SumPool, windows of 2 × 2, numbers",
        width * height * channels,
        &data,
        |net, s_out| {
            let pool: SumPool<f32, f32> = net.add(SumPool::input_shape(IMAGE).kernel([2, 2]))?;
            s_out.connect(&pool.s_in)
        },
        &mut [("loops", &mut pools), ("copy", &mut copies)],
    )
}

/// Sums of windows of 2 × 2, as loops over slices.
fn pool(image: &Array3<f32>, out: &mut Array3<f32>) {
    let [_, width, channels] = IMAGE;
    let image = image.as_slice().expect("in row-major order");
    let out = out.as_slice_mut().expect("in row-major order");
    let pairs = image.chunks_exact(2 * width * channels);
    for (rows, out) in pairs.zip(out.chunks_exact_mut(width / 2 * channels)) {
        let (above, below) = rows.split_at(width * channels);
        let windows = above
            .chunks_exact(2 * channels)
            .zip(below.chunks_exact(2 * channels));
        for ((above, below), out) in windows.zip(out.chunks_exact_mut(channels)) {
            let (above, below) = (above.split_at(channels), below.split_at(channels));
            let left = above.0.iter().zip(below.0);
            let right = above.1.iter().zip(below.1);
            for ((out, left), right) in out.iter_mut().zip(left).zip(right) {
                *out = left.0 + right.0 + left.1 + right.1;
            }
        }
    }
}

fn main() -> lava::Result<()> {
    matrices()?;
    convolutions()
}
