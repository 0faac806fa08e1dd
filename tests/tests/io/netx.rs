//! netx: layers of files, and lava-dl's recordings, element by element.

use lava::io::Tensor;
use lava::netx::{NetxFile, NetxKind, NetxNeurons, NetxOptions};
use lava::prelude::*;
use lava::proc::{Conv, Delta, Dense, Lif, Sigma, SigmaDelta, Source};
use ndarray::{Array, ArrayD, Axis, Dimension};

use super::shared;

/// A recording of lava-dl, with the axis of time last, as integers with the axis of time first.
fn recording(name: &str) -> Option<ArrayD<i32>> {
    let path = shared(&format!("netx/{name}.npy"))?;
    let array = Tensor::read_npy(path)
        .expect("it can be read")
        .to_array()
        .expect("numbers");
    let array = array.mapv(|value| value as i32);
    let last = Axis(array.ndim() - 1);
    let rows: Vec<_> = array.axis_iter(last).collect();
    Some(ndarray::stack(Axis(0), &rows).expect("rows of one shape"))
}

/// An array of lava-dl, as it is.
fn array(name: &str) -> ArrayD<i32> {
    let path = shared(&format!("netx/{name}.npy")).expect("it is beside the others");
    let array = Tensor::read_npy(path)
        .expect("it can be read")
        .to_array()
        .expect("numbers");
    array.mapv(|value| value as i32)
}

/// A bias of channels for every neuron of `shape`.
fn spread(bias: &ArrayD<i32>, shape: &[usize]) -> ArrayD<i32> {
    bias.broadcast(shape).expect("channels are last").to_owned()
}

fn equal<D: Dimension>(ours: &Array<i32, D>, theirs: &Array<i32, D>) -> bool {
    ours.shape() == theirs.shape() && ours == theirs
}

#[test]
fn pilotnet_has_the_recorded_messages_states_and_output() -> lava::Result<()> {
    let Some(path) = shared("netx/pilotnet_sdnn/network.net") else {
        return Ok(());
    };
    let net = Network::<Loihi1SimCfg>::new();
    let network = NetxFile::read(path)?.build(&net, &NetxOptions::new())?;
    assert_eq!(network.blocks.len(), 9);
    let input = recording("pilotnet_sdnn/input").expect("the input");
    let source: Source<i32> = net.add(Source::data(input))?;
    source.s_out.connect(&network.input)?;
    let output = net.probe(&network.output)?;
    let NetxNeurons::Differences(delta) = &network.blocks[0].neurons else {
        panic!("the input is a Delta");
    };
    let act0 = net.probe(&delta.s_out)?;
    let sigma = |number: usize| match &network.blocks[number].neurons {
        NetxNeurons::Sdnn(neurons) => net.probe(&neurons.sigma),
        _ => panic!("layer {number} is sigma-delta"),
    };
    let (sigma1, sigma2) = (sigma(1)?, sigma(2)?);
    net.run(RunSteps(20))?;
    let states = [("act0", act0), ("sigma1", sigma1), ("sigma2", sigma2)];
    for (name, state) in states {
        let expected =
            recording(&format!("pilotnet_sdnn/{name}")).expect("it is beside the network");
        assert!(equal(&state.data(), &expected), "{name}");
    }
    let expected = recording("pilotnet_sdnn/output").expect("it is beside the network");
    let steps = expected.shape()[0];
    let output = output
        .data()
        .slice_axis(Axis(0), (0..steps).into())
        .to_owned();
    assert_eq!(output, expected);
    Ok(())
}

#[test]
fn tiny_has_its_layers_and_shapes() -> lava::Result<()> {
    let Some(path) = shared("netx/tiny/tiny.net") else {
        return Ok(());
    };
    let file = NetxFile::read(path)?;
    assert_eq!(
        file.layers[0].kind,
        NetxKind::Input {
            weight: 36,
            bias: 34
        }
    );
    let net = Network::<Loihi1SimCfg>::new();
    let network = file.build(&net, &NetxOptions::new())?;
    let shapes: Vec<_> = network
        .blocks
        .iter()
        .map(|block| block.shape.clone())
        .collect();
    assert_eq!(shapes, [[16, 16, 3], [6, 6, 24], [1, 1, 36]]);
    let two = file.build(&Network::new(), &NetxOptions::new().num_layers(2))?;
    assert_eq!(two.blocks.len(), 2);
    Ok(())
}

#[test]
fn tiny_has_the_recorded_spikes() -> lava::Result<()> {
    let Some(path) = shared("netx/tiny/tiny.net") else {
        return Ok(());
    };
    let net = Network::<Loihi1SimCfg>::new();
    let network = NetxFile::read(path)?.build(&net, &NetxOptions::new())?;
    let NetxNeurons::Cuba(input) = &network.blocks[0].neurons else {
        panic!("the input fires");
    };
    input.bias_mant.set(array("tinynet/input_bias"))?;
    let output = net.probe(&network.output)?;
    // Synapses take a step, so each layer begins a step later: its state is reset before its first input.
    for step in 1..=17 {
        net.run(RunSteps(1))?;
        for (number, block) in network.blocks.iter().enumerate() {
            if let NetxNeurons::Cuba(lif) = &block.neurons
                && step == number as u64
            {
                lif.u.set(Array::zeros(lif.u.shape()))?;
                lif.v.set(Array::zeros(lif.v.shape()))?;
            }
        }
    }
    // Channels, rows, columns become columns, rows, channels; the recording begins a step earlier.
    let expected = recording("tinynet/output").expect("it is beside the network");
    let expected = expected
        .index_axis_move(Axis(1), 0)
        .permuted_axes(vec![0, 3, 2, 1]);
    let ours = output.data().slice_axis(Axis(0), (2..17).into()).to_owned();
    let expected = expected.slice_axis(Axis(0), (1..16).into()).to_owned();
    assert!(expected.sum() > 0 && equal(&ours, &expected));
    Ok(())
}

#[test]
fn the_blocks_of_tinynet_are_the_recorded_ones() -> lava::Result<()> {
    let Some(input) = recording("tinynet/input") else {
        return Ok(());
    };
    // The input block, driven by a bias.
    let to_ports = |array: ArrayD<i32>| {
        array
            .index_axis_move(Axis(1), 0)
            .permuted_axes(vec![0, 3, 2, 1])
    };
    let input = to_ports(input);
    let net = Network::<Loihi1SimCfg>::new();
    let lif = Lif::shape([16, 16, 3])
        .vth(25)
        .du(4095)
        .dv(1024)
        .bias_exp(6);
    let lif: Lif<i32> = net.add(lif.bias_mant(array("tinynet/input_bias")))?;
    let spikes = net.probe(&lif.s_out)?;
    net.run(RunSteps(15))?;
    let ours = spikes.data().mapv(i32::from);
    assert!(equal(
        &ours,
        &input.slice_axis(Axis(0), (1..16).into()).to_owned()
    ));

    // The convolution, driven by the recorded input.
    let net = Network::<Loihi1SimCfg>::new();
    let rows = input.slice_axis(Axis(0), (1..16).into()).to_owned();
    let source: Source<i32> = net.add(Source::data(rows))?;
    let kernel = array("tinynet/layer1_kernel");
    let conv = Conv::weight(kernel)
        .input_shape([16, 16, 3])
        .stride([2, 2])
        .num_message_bits(0);
    let conv: Conv<i32, i32> = net.add(conv)?;
    let bias = spread(&array("tinynet/layer1_bias"), &[6, 6, 24]);
    let lif = Lif::shape([6, 6, 24]).vth(25).du(4095).dv(1024).bias_exp(6);
    let lif: Lif<i32> = net.add(lif.bias_mant(bias))?;
    source.s_out.connect(&conv.s_in)?;
    conv.a_out.connect(&lif.a_in)?;
    let (current, spikes) = (net.probe(&lif.u)?, net.probe(&lif.s_out)?);
    net.run(RunSteps(1))?;
    lif.u.set(Array::zeros(vec![6, 6, 24]))?;
    lif.v.set(Array::zeros(vec![6, 6, 24]))?;
    net.run(RunSteps(15))?;
    let expected = to_ports(recording("tinynet/layer1").expect("beside the input"));
    let from = |array: &ArrayD<i32>| array.slice_axis(Axis(0), (1..16).into()).to_owned();
    assert!(equal(
        &from(&spikes.data().mapv(i32::from)),
        &from(&expected)
    ));
    let expected = to_ports(recording("tinynet/current").expect("beside the input")) * 64;
    assert!(equal(&from(&current.data()), &from(&expected)));
    Ok(())
}

#[test]
fn the_blocks_of_tinynet_sdnn_are_the_recorded_ones() -> lava::Result<()> {
    let Some(input) = recording("tinynet_sdnn/input") else {
        return Ok(());
    };
    // The input block, driven by a sine of known amplitudes.
    let amplitudes = array("tinynet_sdnn/input_bias");
    let sine = |step: usize| (2.0 * std::f64::consts::PI * step as f64 / 15.0).sin();
    let rows: Vec<_> = (0..15)
        .map(|step| amplitudes.mapv(|value| (f64::from(value) * sine(step)) as i32))
        .collect();
    let rows: Vec<_> = rows.iter().map(|row| row.view()).collect();
    let net = Network::<Loihi1SimCfg>::new();
    let source: Source<i32> = net.add(Source::data(ndarray::stack(Axis(0), &rows)?))?;
    let delta: Delta<i32> = net.add(Delta::shape([16, 16, 3]).vth(20).spike_exp(6).state_exp(6))?;
    source.s_out.connect(&delta.a_in)?;
    let sent = net.probe(&delta.s_out)?;
    net.run(RunSteps(15))?;
    assert!(equal(&sent.data(), &input));

    // The convolution, driven by the recorded input, in its first step.
    let net = Network::<Loihi1SimCfg>::new();
    let source: Source<i32> = net.add(Source::data(input))?;
    let kernel = array("tinynet_sdnn/layer1_kernel");
    let conv = Conv::weight(kernel).input_shape([16, 16, 3]).stride([2, 2]);
    let conv: Conv<i32, i32> = net.add(conv.num_message_bits(0))?;
    let bias = spread(&array("tinynet_sdnn/layer1_bias"), &[6, 6, 24]);
    let neurons = SigmaDelta::shape([6, 6, 24])
        .vth(20)
        .spike_exp(6)
        .state_exp(6)
        .bias(bias);
    let neurons: SigmaDelta<i32> = net.add(neurons)?;
    source.s_out.connect(&conv.s_in)?;
    conv.a_out.connect(&neurons.a_in)?;
    let sent = net.probe(&neurons.s_out)?;
    net.run(RunSteps(1))?;
    let layer1 = recording("tinynet_sdnn/layer1").expect("beside the input");
    assert!(equal(
        &sent.data(),
        &layer1.slice_axis(Axis(0), (0..1).into()).to_owned()
    ));

    // The matrix, driven by the recorded output of the convolution, in row-major order.
    let net = Network::<Loihi1SimCfg>::new();
    let rows = layer1.into_shape_with_order(vec![16, 864])?;
    let source: Source<i32> = net.add(Source::data(rows))?;
    let weights = array("tinynet_sdnn/layer2_weight").into_dimensionality::<ndarray::Ix2>()?;
    let dense: Dense<i32, i32> = net.add(Dense::weights(weights).num_message_bits(0))?;
    let sigma: Sigma<i32> = net.add(Sigma::shape([100]))?;
    source.s_out.connect(&dense.s_in)?;
    dense.a_out.connect(&sigma.a_in)?;
    let sent = net.probe(&sigma.s_out)?;
    net.run(RunSteps(16))?;
    assert!(equal(
        &sent.data(),
        &recording("tinynet_sdnn/layer2").expect("beside the input")
    ));
    Ok(())
}
