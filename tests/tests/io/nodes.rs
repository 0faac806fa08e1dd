//! Every node, against numbers that were computed by hand.

use lava::io::Tensor;
use lava::nir::{Imported, NirError, NirGraph, NirOptions, Primitive};
use lava::prelude::*;
use lava::proc::ResetMode;
use ndarray::ArrayD;

use super::{fixture, shared};

fn shape(extents: &[i64]) -> Tensor {
    Tensor::new([extents.len()], extents.to_vec())
}

fn tensor(shape: &[usize], values: &[f32]) -> Tensor {
    Tensor::new(shape, values.to_vec())
}

/// A graph of one node between an input and an output.
fn graph(input: &[i64], node: Primitive, output: &[i64]) -> NirGraph {
    let mut graph = NirGraph::new();
    graph.insert(
        "input",
        Primitive::Input {
            shape: shape(input),
        },
    );
    graph.insert("node", node);
    graph.insert(
        "output",
        Primitive::Output {
            shape: shape(output),
        },
    );
    graph.connect("input", "node");
    graph.connect("node", "output");
    graph
}

/// The output of a node for rows of input, in double precision.
fn run(graph: &NirGraph, rows: ArrayD<f64>, options: &NirOptions) -> lava::Result<ArrayD<f64>> {
    let net = Network::<Loihi1SimCfg>::new();
    let imported: Imported<f64> = graph.build(&net, options)?;
    let steps = rows.shape()[0];
    imported.feed(&net, "input", rows)?;
    let output = net.probe(imported.output("output")?)?;
    net.run(RunSteps(steps as u64))?;
    Ok(output.data())
}

/// The output of a node for one row.
fn once(input: &[i64], node: Primitive, output: &[i64], row: &[f64]) -> lava::Result<Vec<f64>> {
    let mut dims = vec![1];
    dims.extend(input.iter().map(|extent| *extent as usize));
    let rows = ArrayD::from_shape_vec(dims, row.to_vec())?;
    let out = run(&graph(input, node, output), rows, &NirOptions::new())?;
    Ok(out.into_iter().collect())
}

#[test]
fn affine_linear_and_scale() -> lava::Result<()> {
    let weight = tensor(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let row = [1.0, 0.0, -1.0];
    let affine = Primitive::Affine {
        weight: weight.clone(),
        bias: tensor(&[2], &[0.5, 0.0]),
    };
    assert_eq!(once(&[3], affine, &[2], &row)?, [-1.5, -2.0]);
    assert_eq!(
        once(&[3], Primitive::Linear { weight }, &[2], &row)?,
        [-2.0, -2.0]
    );
    let scale = Primitive::Scale {
        scale: tensor(&[3], &[2.0, 3.0, 4.0]),
    };
    assert_eq!(once(&[3], scale, &[3], &row)?, [2.0, 0.0, -4.0]);
    // Two matrices side by side.
    let weight = tensor(&[2, 1, 2], &[1.0, 2.0, 3.0, 4.0]);
    let linear = Primitive::Linear { weight };
    assert_eq!(
        once(&[2, 2], linear, &[2, 1], &[1.0, 1.0, 1.0, 1.0])?,
        [3.0, 7.0]
    );
    Ok(())
}

#[test]
fn a_convolution_over_one_axis() -> lava::Result<()> {
    let conv = |padding: Tensor, stride: i64, dilation: i64| Primitive::Conv1d {
        input_shape: Some(Tensor::scalar(4_i64)),
        weight: tensor(&[1, 1, 2], &[1.0, 10.0]),
        stride: Tensor::scalar(stride),
        padding,
        dilation: Tensor::scalar(dilation),
        groups: Tensor::scalar(1_i64),
        bias: tensor(&[1], &[0.5]),
    };
    let row = [1.0, 2.0, 3.0, 4.0];
    let text = |text: &str| Tensor::scalar(text.to_owned());
    // The kernel is not flipped.
    assert_eq!(
        once(&[1, 4], conv(text("valid"), 1, 1), &[1, 3], &row)?,
        [21.5, 32.5, 43.5]
    );
    assert_eq!(
        once(&[1, 4], conv(text("same"), 1, 1), &[1, 4], &row)?,
        [21.5, 32.5, 43.5, 4.5]
    );
    assert_eq!(
        once(&[1, 4], conv(text("same"), 1, 2), &[1, 4], &row)?,
        [20.5, 31.5, 42.5, 3.5]
    );
    let padded = conv(Tensor::scalar(1_i64), 2, 1);
    assert_eq!(once(&[1, 4], padded, &[1, 3], &row)?, [10.5, 32.5, 4.5]);
    let graph = graph(&[1, 4], conv(text("same"), 2, 1), &[1, 2]);
    assert!(graph.check(&NirOptions::new()).problems[0].contains("stride"));
    Ok(())
}

/// A convolution over two axes, term by term.
fn direct(
    input: &ArrayD<f64>,
    weight: &ArrayD<f64>,
    stride: [usize; 2],
    padding: [usize; 2],
    groups: usize,
) -> Vec<f64> {
    let (outputs, in_group) = (weight.shape()[0], weight.shape()[1]);
    let taps = [weight.shape()[2], weight.shape()[3]];
    let extent =
        |axis: usize| (input.shape()[axis + 1] + 2 * padding[axis] - taps[axis]) / stride[axis] + 1;
    let mut out = Vec::new();
    for k in 0..outputs {
        for y in 0..extent(0) {
            for x in 0..extent(1) {
                let mut sum = 0.0;
                for c in 0..in_group {
                    for i in 0..taps[0] {
                        for j in 0..taps[1] {
                            let at = [y * stride[0] + i, x * stride[1] + j];
                            let channel = k / (outputs / groups) * in_group + c;
                            let inside = (0..2).all(|a| {
                                (padding[a]..padding[a] + input.shape()[a + 1]).contains(&at[a])
                            });
                            if inside {
                                sum += weight[[k, c, i, j]]
                                    * input[[channel, at[0] - padding[0], at[1] - padding[1]]];
                            }
                        }
                    }
                }
                out.push(sum);
            }
        }
    }
    out
}

#[test]
fn a_convolution_over_two_axes_is_its_sums() -> lava::Result<()> {
    let numbers = |count: usize| {
        (0..count)
            .map(|n| ((n * 37 + 11) % 17) as f32 - 8.0)
            .collect::<Vec<_>>()
    };
    for (groups, stride, padding) in [
        (1, [1, 1], [0, 0]),
        (2, [2, 1], [1, 2]),
        (4, [3, 2], [0, 1]),
    ] {
        let weight = Tensor::new([8, 4 / groups, 3, 2], numbers(8 * 4 / groups * 6));
        let input = ArrayD::from_shape_vec(
            vec![4, 7, 5],
            numbers(140).into_iter().map(f64::from).collect(),
        )?;
        let wide =
            ArrayD::from_shape_vec(weight.shape().to_vec(), weight.to_f64().expect("numbers"))?;
        let expected = direct(&input, &wide, stride, padding, groups);
        let pair = |pair: [usize; 2]| Tensor::new([2], pair.map(|n| n as i64).to_vec());
        let conv = Primitive::Conv2d {
            // The shape follows from the edge.
            input_shape: None,
            weight,
            stride: pair(stride),
            padding: pair(padding),
            dilation: Tensor::scalar(1_i64),
            groups: Tensor::scalar(groups as i64),
            bias: Tensor::new([8], vec![0.0_f32; 8]),
        };
        let mut graph = graph(&[4, 7, 5], conv, &[expected.len() as i64]);
        graph.edges.reverse();
        let rows = input.insert_axis(ndarray::Axis(0));
        let out = run(&graph, rows, &NirOptions::new())?;
        assert_eq!(
            out.into_iter().collect::<Vec<_>>(),
            expected,
            "{groups} groups"
        );
    }
    Ok(())
}

#[test]
fn pools_and_flattening() -> lava::Result<()> {
    let pair = |a: i64, b: i64| shape(&[a, b]);
    let row: Vec<f64> = (0..16).map(f64::from).collect();
    let sum = Primitive::SumPool2d {
        kernel_size: pair(2, 2),
        stride: pair(2, 2),
        padding: pair(0, 0),
    };
    assert_eq!(
        once(&[1, 4, 4], sum, &[1, 2, 2], &row)?,
        [10.0, 18.0, 42.0, 50.0]
    );
    // Zeros of the padding count.
    let average = Primitive::AvgPool2d {
        kernel_size: pair(2, 4),
        stride: pair(2, 4),
        padding: pair(1, 0),
    };
    assert_eq!(
        once(&[1, 4, 4], average, &[1, 3, 1], &row)?,
        [0.75, 7.5, 6.75]
    );
    let flatten = Primitive::Flatten {
        input_type: None,
        start_dim: Tensor::scalar(1_i64),
        end_dim: Tensor::scalar(-1_i64),
    };
    let graph = graph(&[2, 2, 4], flatten, &[2, 8]);
    let report = graph.check(&NirOptions::new());
    assert!(
        report.fits() && report.nodes[1].shape.ends_with("[2, 8]"),
        "{report}"
    );
    Ok(())
}

#[test]
fn delays_and_thresholds() -> lava::Result<()> {
    let rows = ndarray::arr2(&[[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [4.0, 4.0]]).into_dyn();
    let delay = Primitive::Delay {
        delay: tensor(&[2], &[1e-4, 3e-4]),
    };
    let out = run(&graph(&[2], delay, &[2]), rows.clone(), &NirOptions::new())?;
    assert_eq!(
        out.into_raw_vec_and_offset().0,
        [0.0, 0.0, 1.0, 0.0, 2.0, 0.0, 3.0, 1.0]
    );
    let delay = Primitive::Delay {
        delay: tensor(&[2], &[1.4e-4, 0.0]),
    };
    let graph_of = graph(&[2], delay, &[2]);
    let report = graph_of.check(&NirOptions::new());
    assert!(
        !report.nodes[1].is_exact && report.nodes[1].why.contains("rounded"),
        "{report}"
    );
    let threshold = Primitive::Threshold {
        threshold: tensor(&[2], &[2.0, 3.5]),
    };
    let out = run(&graph(&[2], threshold, &[2]), rows, &NirOptions::new())?;
    assert_eq!(
        out.into_raw_vec_and_offset().0,
        [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 1.0]
    );
    Ok(())
}

#[test]
fn integrators_follow_the_exact_solution() -> lava::Result<()> {
    let one = |value: f32| tensor(&[1], &[value]);
    let constant = ArrayD::from_elem(vec![40, 1], 2.0);
    let options = NirOptions::new().dt(1e-3);
    let i = run(
        &graph(&[1], Primitive::I { r: one(3.0) }, &[1]),
        constant.clone(),
        &options,
    )?;
    assert!(
        (i[[39, 0]] - 3.0 * 2.0 * 0.04).abs() < 1e-12,
        "{}",
        i[[39, 0]]
    );
    let li = Primitive::LI {
        tau: one(0.015625),
        r: one(3.0),
        v_leak: one(0.5),
    };
    let li = run(&graph(&[1], li, &[1]), constant.clone(), &options)?;
    let time = 0.04 / 0.015625;
    assert!((li[[39, 0]] - 6.5 * (1.0 - f64::exp(-time))).abs() < 1e-12);
    // Two time constants, equal and different: v and i solve the equations of both.
    for tau_syn in [0.0078125_f64, 0.015625, 0.01562500001] {
        let tau_mem = 0.015625_f64;
        let cuba = Primitive::CubaLI {
            tau_syn: Tensor::new([1], vec![tau_syn]),
            tau_mem: Tensor::new([1], vec![tau_mem]),
            r: one(3.0),
            v_leak: one(0.0),
            w_in: Some(one(2.0)),
        };
        let out = run(&graph(&[1], cuba, &[1]), constant.clone(), &options)?;
        // v = r·w·s·(1 − (tau_mem·e^(−t/tau_mem) − tau_syn·e^(−t/tau_syn))/(tau_mem − tau_syn)).
        let t = 0.04;
        let [m, s] = [tau_mem, tau_syn].map(|tau| f64::exp(-t / tau));
        let response = match tau_mem == tau_syn {
            true => 1.0 - m * (1.0 + t / tau_mem),
            false => 1.0 - (tau_mem * m - tau_syn * s) / (tau_mem - tau_syn),
        };
        assert!(
            (out[[39, 0]] - 12.0 * response).abs() < 1e-6,
            "{} {}",
            out[[39, 0]],
            12.0 * response
        );
    }
    Ok(())
}

#[test]
fn a_neuron_is_reset_to_its_voltage_or_by_subtraction() -> lava::Result<()> {
    let one = |value: f32| tensor(&[1], &[value]);
    let neuron = Primitive::IF {
        r: one(1.0),
        v_threshold: one(1.0),
        v_reset: Some(one(-0.5)),
    };
    let graph = graph(&[1], neuron, &[1]);
    // 0.75 a step, as dt is 1.
    let options = NirOptions::new().dt(1.0);
    let rows = ArrayD::from_elem(vec![6, 1], 0.75);
    // 0.75, 1.5 → −0.5, 0.25, 1 (not above), 1.75 → −0.5, 0.25
    let zero = run(&graph, rows.clone(), &options)?;
    assert_eq!(
        zero.into_raw_vec_and_offset().0,
        [0.0, 1.0, 0.0, 0.0, 1.0, 0.0]
    );
    // At the threshold: 0.75, 1.5 → −0.5, 0.25, 1 → −0.5, 0.25, 1 → −0.5
    let at = run(&graph, rows.clone(), &options.at_threshold(true))?;
    assert_eq!(
        at.into_raw_vec_and_offset().0,
        [0.0, 1.0, 0.0, 1.0, 0.0, 1.0]
    );
    // By subtraction of 1.5: 0.75, 1.5 → 0, 0.75, 1.5 → 0, 0.75, 1.5 → 0
    let subtract = run(&graph, rows, &options.reset(ResetMode::Subtract))?;
    assert_eq!(
        subtract.into_raw_vec_and_offset().0,
        [0.0, 1.0, 0.0, 1.0, 0.0, 1.0]
    );
    Ok(())
}

#[test]
fn several_inputs_and_outputs_add_up() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let imported: Imported =
        NirGraph::read(fixture("nir/several.nir"))?.build(&net, &NirOptions::new())?;
    imported.feed(&net, "left", ndarray::arr2(&[[1.0, 2.0]]).into_dyn())?;
    imported.feed(&net, "right", ndarray::arr2(&[[10.0, 20.0]]).into_dyn())?;
    let outputs =
        ["sum", "twice"].map(|name| imported.output(name).and_then(|port| Ok(net.probe(port)?)));
    net.run(RunSteps(1))?;
    let [sum, twice] =
        outputs.map(|probe| probe.map(|probe| probe.data().into_raw_vec_and_offset().0));
    assert_eq!((sum?, twice?), (vec![21.0, 42.0], vec![20.0, 40.0]));
    Ok(())
}

#[test]
fn every_primitive_is_checked_built_and_run() -> lava::Result<()> {
    let graph = NirGraph::read(fixture("nir/all_primitives.nir"))?;
    let options = NirOptions::new().dt(1e-3);
    let report = graph.check(&options);
    assert!(report.fits(), "{report}");
    assert_eq!(report.nodes.len(), 19);
    let text = report.to_string();
    for word in [
        "dt: 0.001 s",
        "integrator: exact",
        "conv2d",
        "LinearMap, a convolution",
        "ContinuousLif",
    ] {
        assert!(text.contains(word), "{word} in\n{text}");
    }
    let net = Network::<Loihi1SimCfg>::new();
    let imported: Imported = graph.build(&net, &options)?;
    imported.feed(&net, "input", ArrayD::from_elem(vec![1, 2, 6, 5], 1.0))?;
    let output = net.probe(imported.output("output")?)?;
    net.run(RunSteps(200))?;
    assert_eq!(output.data().shape(), [200, 7]);
    Ok(())
}

#[test]
fn everything_that_does_not_fit_is_reported_at_once() {
    let mut graph = graph(
        &[3],
        Primitive::Scale {
            scale: tensor(&[2], &[1.0, 1.0]),
        },
        &[2],
    );
    graph.insert(
        "li",
        Primitive::LI {
            tau: tensor(&[1], &[0.0]),
            r: tensor(&[1], &[1.0]),
            v_leak: tensor(&[1], &[0.0]),
        },
    );
    graph.connect("node", "nowhere");
    let net = Network::<Loihi1SimCfg>::new();
    let error = graph
        .build::<f32>(&net, &NirOptions::new().dt(0.0))
        .expect_err("it does not fit");
    let NirError::Unfit(report) = error else {
        panic!("{error}");
    };
    let text = report.problems.join("\n");
    for word in [
        "[3] does not fit [2]",
        "nowhere",
        "`tau` is not above 0",
        "time step is 0",
    ] {
        assert!(text.contains(word), "{word} in\n{text}");
    }
}

#[test]
fn the_network_of_sinabs_is_built_and_runs() -> lava::Result<()> {
    let Some(path) = shared("nir/cnn_sinabs.nir") else {
        return Ok(());
    };
    let graph = NirGraph::read(path)?;
    let options = NirOptions::new()
        .dt(1.0)
        .reset(ResetMode::Subtract)
        .at_threshold(true);
    let net = Network::<Loihi1SimCfg>::new();
    let imported: Imported = graph.build(&net, &options)?;
    let image = ArrayD::from_shape_fn(vec![1, 2, 34, 34], |at| {
        f32::from(u8::from((at[1] + at[2] * at[3]) % 7 == 0))
    });
    imported.feed(&net, "input", image)?;
    let output = net.probe(imported.output("output")?)?;
    let first = net.probe(imported.spikes("1")?)?;
    net.run(RunSteps(50))?;
    assert_eq!(output.data().shape(), [50, 10]);
    assert!(
        first.events().len() > 1000,
        "{} spikes of the first layer",
        first.events().len()
    );
    assert!(output.data().sum() > 0.0);
    Ok(())
}
