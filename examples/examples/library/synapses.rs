//! Synapses: what arrives of spikes, and what is stored of them.

use lava::Result;
use lava::dnf::FieldKernel;
use lava::plot::{Figure, curves};
use lava::prelude::*;
use lava::proc::synapse::{Distribution, Operator, Projection, Rule, Synapse, Synapses};
use lava::proc::{
    Conv, ConvInTime, DelayDense, Dense, GapJunctions, LinearMap, ProceduralSparse, Sink, Source,
    Sparse, SumPool,
};
use ndarray::{Array2, Array3, Array4, Axis, arr2};

use crate::sheet::{Sheet, images, pulses, wave};

pub(crate) const PICTURES: crate::Family = &[
    ("dense", dense),
    ("delay_dense", delay_dense),
    ("sparse", sparse),
    ("procedural_sparse", procedural_sparse),
    ("gap_junctions", gap_junctions),
    ("conv", conv),
    ("conv_in_time", conv_in_time),
    ("sum_pool", sum_pool),
    ("linear_map", linear_map),
    ("field_kernel", field_kernel),
];

const STEPS: usize = 40;

/// Three neurons, of which one fires, then another, then the third, then all of them.
fn in_turn() -> Array2<bool> {
    Array2::from_shape_fn((STEPS, 3), |(index, neuron)| {
        let step = index + 1;
        step == 5 + 8 * neuron || step == 32
    })
}

fn dense() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source<Spike> = Source::data(in_turn());
        dense: Dense         = Dense::weights([[1.0, 0.5, -1.0], [0.2, 0.2, 1.0]]);
        input.s_out -> dense.s_in;
    }?;
    Sheet::of(&net)
        .spikes("s_in", &net.input.s_out)?
        .colours("a_out", &net.dense.a_out)?
        .run(STEPS as u64)
}

fn delay_dense() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source<Spike> = Source::data(in_turn());
        dense: DelayDense    = DelayDense::weights([[1.0, 0.5, -1.0], [0.2, 0.2, 1.0]]).delays([[0, 2, 4], [5, 0, 1]]);
        input.s_out -> dense.s_in;
    }?;
    Sheet::of(&net)
        .spikes("s_in", &net.input.s_out)?
        .colours("a_out", &net.dense.a_out)?
        .run(STEPS as u64)
}

/// One neuron that fires, whose synapses reach 40 others, each after a delay of its own.
fn scattered() -> Projection {
    Projection::new(1, 40)
        .rule(Rule::FixedProbability(0.7))
        .weights(Distribution::Normal { mean: 1.0, sd: 0.3 })
        .delays(Distribution::Uniform {
            low: 1.0,
            high: 12.0,
        })
}

fn sparse() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input:  Source<Spike> = Source::data(pulses(STEPS, true, &[5, 25]));
        sparse: Sparse        = Sparse::projection(scattered());
        sink:   Sink         = Sink::shape([40]).steps(STEPS);
        input.s_out  -> sparse.s_in;
        sparse.a_out -> sink.a_in;
    }?;
    net.set_dt(1.0 * lava::units::ms)?;
    Sheet::of(&net)
        .spikes("s_in", &net.input.s_out)?
        .kept("a_out", &net.sink)?
        .run(STEPS as u64)
}

fn procedural_sparse() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input:  Source<Spike>    = Source::data(pulses(STEPS, true, &[5, 25]));
        sparse: ProceduralSparse = scattered().procedural();
        sink:   Sink            = Sink::shape([40]).steps(STEPS);
        input.s_out  -> sparse.s_in;
        sparse.a_out -> sink.a_in;
    }?;
    net.set_dt(1.0 * lava::units::ms)?;
    Sheet::of(&net)
        .spikes("s_in", &net.input.s_out)?
        .kept("a_out", &net.sink)?
        .run(STEPS as u64)
}

neuron! {
    /// A membrane with gap junctions.
    Cell {
        dv/dt = -v/(10 ms) + (i + i_gap)/(100 pF) : mV;
        input i: pA;
        input i_gap: pA;
        output v_out: mV = v;
    }
}

fn gap_junctions() -> Result<Figure> {
    let junction = |source, target| Synapse {
        source,
        target,
        weight: 5.0,
        delay: 1,
    };
    let both_ways = Synapses::from_list(2, 2, &[junction(0, 1), junction(1, 0)])?;
    // A current into the first of them alone.
    let current = Array2::from_shape_fn((160, 2), |(step, cell)| {
        if cell == 0 && (20..100).contains(&step) {
            200.0
        } else {
            0.0
        }
    });
    let net = network! { Loihi1SimCfg;
        input: Source       = Source::data(current);
        cells: Cell         = Cell::shape([2]);
        gaps:  GapJunctions = GapJunctions::synapses(both_ways);
        input.s_out -> cells.i;
        cells.v_out -> gaps.v_pre;
        cells.v_out -> gaps.v_post;
        gaps.i_out  -> cells.i_gap;
    }?;
    Sheet::of(&net)
        .dt(0.5)?
        .lines("v (mV)", &[("", &net.cells.v)])?
        .lines("i_out (pA)", &[("", &net.gaps.i_out)])?
        .run(160)
}

/// A square with a hole.
fn image() -> Array4<f32> {
    Array4::from_shape_fn((1, 12, 12, 1), |(_, x, y, _)| {
        let is_in = |from, to| (from..to).contains(&x) && (from..to).contains(&y);
        if is_in(2, 10) && !is_in(5, 8) {
            1.0
        } else {
            0.0
        }
    })
}

/// An image of one channel.
fn plane<T: Copy + Into<f64>>(values: &ndarray::ArrayD<T>) -> Array2<f64> {
    let (rows, columns) = (values.shape()[0], values.shape()[1]);
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        values[[row, column, 0]].into()
    })
}

fn conv() -> Result<Figure> {
    // The difference of a point and its neighbours: edges.
    let edges = arr2(&[[0.0, -1.0, 0.0], [-1.0, 4.0, -1.0], [0.0, -1.0, 0.0]]);
    let kernel = edges.clone().insert_axis(Axis(0)).insert_axis(Axis(3));
    let net = network! { Loihi1SimCfg;
        image: Source         = Source::data(image());
        conv:  Conv<f32, f32> = Conv::weight(kernel).input_shape([12, 12, 1]).padding([1, 1]);
        image.s_out -> conv.s_in;
    }?;
    net.run(RunSteps(1))?;
    let result = plane(&net.conv.a_buf.get()?);
    net.stop()?;
    let input = plane(&image().remove_axis(Axis(0)).into_dyn());
    Ok(images([
        ("s_in", &input),
        ("weight", &edges.mapv(f64::from)),
        ("a_out", &result),
    ]))
}

fn sum_pool() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        image: Source            = Source::data(image());
        pool:  SumPool<f32, f32> = SumPool::input_shape([12, 12, 1]).kernel([3, 3]);
        image.s_out -> pool.s_in;
    }?;
    net.run(RunSteps(1))?;
    let result = plane(&net.pool.a_buf.get()?);
    net.stop()?;
    let input = plane(&image().remove_axis(Axis(0)).into_dyn());
    Ok(images([("s_in", &input), ("a_out", &result)]))
}

fn conv_in_time() -> Result<Figure> {
    let taps = [0.2, 0.4, 0.6, 0.8, 1.0, 0.5, -0.5, -0.2];
    let kernel = Array3::from_shape_fn((8, 1, 1), |(tap, _, _)| taps[7 - tap]);
    let net = network! { Loihi1SimCfg;
        input: Source<Spike> = Source::data(pulses(STEPS, true, &[4, 20, 23, 26]));
        conv:  ConvInTime    = ConvInTime::weights(kernel);
        input.s_out -> conv.s_in;
    }?;
    Sheet::of(&net)
        .spikes("s_in", &net.input.s_out)?
        .bars("a_out", &net.conv.a_out)?
        .run(STEPS as u64)
}

fn linear_map() -> Result<Figure> {
    // The sum and the difference of two inputs, in the same step.
    let input = Array2::from_shape_fn((STEPS, 2), |(step, axis)| wave(step, [20.0, 10.0][axis]));
    let net = network! { Loihi1SimCfg;
        input: Source    = Source::data(input);
        map:   LinearMap = LinearMap::weight(arr2(&[[1.0, 1.0], [1.0, -1.0]])).operator(Operator::Product);
        input.s_out -> map.a_in;
    }?;
    Sheet::of(&net)
        .lines("a_in", &[("", &net.input.s_out)])?
        .lines("a_out", &[("", &net.map.a_out)])?
        .run(STEPS as u64)
}

fn field_kernel() -> Result<Figure> {
    let distances: Vec<f64> = (-20..=20).map(f64::from).collect();
    let weights = |kernel: FieldKernel| -> Vec<f64> {
        (0..=40)
            .map(|to| kernel.weight(&[41], &[20], &[to]))
            .collect()
    };
    let selective = weights(FieldKernel::selective(0.4, [3.0], -0.25));
    let several = weights(FieldKernel::multi_peak(0.8, [2.0], -0.4, [6.0]));
    let plot = curves("distance (neurons)", "weight")
        .curve("selective", &distances, &selective)
        .curve("multi_peak", &distances, &several);
    Ok(Figure::new().plot(plot).size(600, 200).inline())
}
