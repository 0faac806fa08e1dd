//! netx: layers of files, and lava-dl's recordings, element by element.

use lava::io::Tensor;
use lava::netx::{NetxFile, NetxKind, NetxNeuron, NetxNeurons, NetxOptions};
use lava::prelude::*;
use lava::proc::{Conv, Delta, Dense, Lif, Sigma, SigmaDelta, Source};
use ndarray::{Array, ArrayD, Axis, Dimension};

use super::{fixture, shared};

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

#[test]
fn layers_of_every_type_are_read() -> lava::Result<()> {
    let file = NetxFile::read(fixture("netx/layers.net"))?;
    let types: Vec<_> = file
        .layers
        .iter()
        .map(|layer| layer.type_name.as_str())
        .collect();
    assert_eq!(
        types,
        [
            "input",
            "conv",
            "pool",
            "flatten",
            "dense",
            "dense_rec",
            "dense",
            "average"
        ]
    );
    let net = Network::<Loihi1SimCfg>::new();
    let network = file.build(&net, &NetxOptions::new())?;
    let shapes: Vec<_> = network
        .blocks
        .iter()
        .map(|block| block.shape.as_slice())
        .collect();
    assert_eq!(
        shapes,
        [
            &[4, 6, 1][..],
            &[3, 5, 2],
            &[1, 2, 2],
            &[5],
            &[5],
            &[3],
            &[3]
        ]
    );
    assert!(matches!(
        network.blocks[5].neurons,
        NetxNeurons::Resonators(_)
    ));
    let source: Source<i32> = net.add(Source::data(Array::from_elem(vec![1, 4, 6, 1], 100)))?;
    source.s_out.connect(&network.input)?;
    net.run(RunSteps(30))
}

#[test]
fn dense_layers_compute_their_matrix_delays_and_feedback() -> lava::Result<()> {
    // One spike into input 0, into a current that decays at once and a voltage that decays at once: in
    // each step the voltage is what the synapses bring, times 64.
    let file = NetxFile::read(fixture("netx/matrix.net"))?;
    let net = Network::<Loihi1SimCfg>::new();
    let network = file.build(&net, &NetxOptions::new())?;
    let mut rows = Array::zeros(vec![12, 2]);
    rows[[0, 0]] = 1;
    let source: Source<i32> = net.add(Source::data(rows))?;
    source.s_out.connect(&network.input)?;
    let NetxNeurons::Cuba(lif) = &network.blocks[0].neurons else {
        panic!("a Lif");
    };
    let current = net.probe(&lif.u)?;
    net.run(RunSteps(6))?;
    let current = current.data() / 64;
    // Weights of input 0 are 10, −6 and 4, delays 0, 1 and 2; a synapse takes a step.
    let expected = [
        [0, 0, 0],
        [10, 0, 0],
        [0, -6, 0],
        [0, 0, 4],
        [0, 0, 0],
        [0, 0, 0],
    ];
    assert_eq!(current, ndarray::arr2(&expected).into_dyn());
    Ok(())
}

/// The input of layer `number` of `windows.net` after a message of `value` at a place of its input.
fn arrived(number: usize, at: [usize; 3], value: i32) -> lava::Result<ArrayD<i32>> {
    arrived_in("windows", number, at, value)
}

/// The same of a file by its name.
fn arrived_in(name: &str, number: usize, at: [usize; 3], value: i32) -> lava::Result<ArrayD<i32>> {
    let file = NetxFile::read(fixture(&format!("netx/{name}.net")))?;
    let before = &file.layers[number - 1].shape;
    let mut message = ArrayD::zeros(vec![1, before[2], before[1], before[0]]);
    message[[0, at[0], at[1], at[2]]] = value;
    let net = Network::<Loihi1SimCfg>::new();
    let options = NetxOptions::new()
        .skip_layers(number)
        .num_layers(number + 1)
        .input_message_bits(16);
    let network = file.build(&net, &options)?;
    let source: Source<i32> = net.add(Source::data(message))?;
    source.s_out.connect(&network.input)?;
    net.run(RunSteps(2))?;
    Ok(match &network.blocks[0].neurons {
        NetxNeurons::Cuba(lif) => lif.u.get()? / 64,
        NetxNeurons::Passed(relay) => {
            let sums = net.probe(&relay.a_out)?;
            net.run(RunSteps(1))?;
            sums.data().index_axis(Axis(0), 0).to_owned()
        }
        _ => panic!("layer {number} is CUBA, or has no neurons"),
    })
}

/// The elements that are not 0.
fn present(array: &ArrayD<i32>) -> Vec<(Vec<usize>, i32)> {
    let all = array.indexed_iter();
    let present = all.filter(|(_, value)| **value != 0);
    present
        .map(|(at, value)| (at.as_array_view().to_vec(), *value))
        .collect()
}

#[test]
fn a_transposed_convolution_adds_its_kernel_around_each_input() -> lava::Result<()> {
    // Column 1, row 1: from column 1·1 and row 1·2 on. Files have weights by channel, row, column.
    let expected = [
        (vec![1, 2, 0], 2),
        (vec![1, 2, 1], 10),
        (vec![1, 3, 0], 6),
        (vec![1, 3, 1], 14),
        (vec![2, 2, 0], 4),
        (vec![2, 2, 1], 12),
        (vec![2, 3, 0], 8),
        (vec![2, 3, 1], 16),
    ];
    let found = arrived(1, [1, 1, 0], 3)?;
    let times_three = expected.map(|(at, value)| (at, 3 * value));
    assert_eq!(present(&found), times_three);
    Ok(())
}

#[test]
fn unpooling_spreads_each_input_over_its_window() -> lava::Result<()> {
    let found = arrived(2, [3, 1, 1], 1)?;
    let window = [[6, 2], [6, 3], [7, 2], [7, 3]];
    let expected: Vec<_> = window.map(|[x, y]| (vec![x, y, 1], 6)).into();
    assert_eq!(present(&found), expected);
    Ok(())
}

#[test]
fn pooling_with_dilation_skips_inputs_of_a_window() -> lava::Result<()> {
    // Windows have rows y and y + 2, columns x and x + 1.
    let found = arrived(3, [4, 3, 0], 1)?;
    let outputs = [[3, 1], [3, 3], [4, 1], [4, 3]];
    let expected: Vec<_> = outputs.map(|[x, y]| (vec![x, y, 0], 5)).into();
    assert_eq!(present(&found), expected);
    Ok(())
}

#[test]
fn pooling_adds_zeros_at_the_end_where_the_window_does_not_divide_the_input() -> lava::Result<()> {
    // Windows have 2 rows and 3 columns: of 5 rows and a row of zeros, and of 7 columns and one of zeros, which
    // makes no third window.
    for (at, expected) in [
        ([0, 0, 1], vec![(vec![0, 0, 1], 5)]),
        ([5, 4, 0], vec![(vec![1, 2, 0], 5)]),
        ([6, 4, 0], vec![]),
    ] {
        assert_eq!(
            present(&arrived_in("padded", 1, at, 1)?),
            expected,
            "{at:?}"
        );
    }
    Ok(())
}

#[test]
fn averages_are_sums_over_groups_of_channels() -> lava::Result<()> {
    assert_eq!(present(&arrived(4, [6, 5, 0], 1)?), [(vec![0], 1)]);
    assert_eq!(present(&arrived(4, [0, 0, 1], 1)?), [(vec![1], 1)]);
    Ok(())
}

#[test]
fn a_layer_reads_several_layers_and_itself() -> lava::Result<()> {
    let file = NetxFile::read(fixture("netx/joined.net"))?;
    assert_eq!(file.layers[3].kind, NetxKind::Concat(vec![1, 4]));
    let net = Network::<Loihi1SimCfg>::new();
    let network = file.build(&net, &NetxOptions::new())?;
    let mut rows = Array::zeros(vec![12, 2]);
    rows[[0, 0]] = 1;
    let source: Source<i32> = net.add(Source::data(rows))?;
    source.s_out.connect(&network.input)?;
    let NetxNeurons::Cuba(lif) = &network.blocks[3].neurons else {
        panic!("a Lif");
    };
    let current = net.probe(&lif.u)?;
    net.run(RunSteps(5))?;
    // Elements 0 and 1 are layer 2, then 3 of layer 1, then 2 of layer 4 itself; element e has weight 2·(e + 1).
    let expected = [[0, 0], [0, 0], [14, -14], [14, -14], [12, -12]];
    assert_eq!(current.data() / 64, ndarray::arr2(&expected).into_dyn());
    Ok(())
}

/// Checks both parts of the states of the resonators of `layers.net`, whose weights are complex, after a message from
/// each input: they are its weights.
fn complex_weights_arrive(phase: bool) -> lava::Result<()> {
    const LAYER: usize = 6;
    let mut file = NetxFile::read(fixture("netx/layers.net"))?;
    let Some(NetxNeuron::Resonator { at_phase, vth, .. }) = &mut file.layers[LAYER].neuron else {
        panic!("resonators");
    };
    (*at_phase, *vth) = (phase, 1 << 20);
    let NetxKind::FullyConnected(dense) = &file.layers[LAYER].kind else {
        panic!("a matrix");
    };
    let dims = dense.dims;
    let imaginary = dense.imaginary.clone().expect("complex weights");
    let parts = [&dense.weight, &imaginary].map(|part| {
        let part = Array::from_shape_vec((dims[0], dims[1]), part.clone());
        part.expect("as many weights as the matrix has")
    });
    assert_ne!(parts[0], parts[1]);
    for input in 0..dims[1] {
        let net = Network::<Loihi1SimCfg>::new();
        let options = NetxOptions::new().skip_layers(LAYER).num_layers(LAYER + 1);
        let network = file.build(&net, &options)?;
        let mut message = ArrayD::zeros(vec![1, dims[1]]);
        message[[0, input]] = 1;
        let source: Source<i32> = net.add(Source::data(message))?;
        source.s_out.connect(&network.input)?;
        net.run(RunSteps(2))?;
        let states = match &network.blocks[0].neurons {
            NetxNeurons::Resonators(rf) if phase => [rf.real.get()?, rf.imag.get()?],
            NetxNeurons::IzhikevichResonators(rf) if !phase => [rf.real.get()?, rf.imag.get()?],
            other => panic!("{other:?}"),
        };
        for (state, part) in states.into_iter().zip(&parts) {
            assert_eq!(state / 64, part.column(input).to_owned().into_dyn());
        }
        net.stop()?;
    }
    Ok(())
}

#[test]
fn both_parts_of_complex_weights_arrive_at_resonators() -> lava::Result<()> {
    complex_weights_arrive(true)?;
    complex_weights_arrive(false)
}

#[test]
fn layers_are_reset_at_intervals() -> lava::Result<()> {
    let mut file = NetxFile::read(fixture("netx/matrix.net"))?;
    for layer in &mut file.layers {
        if let Some(NetxNeuron::Cuba {
            current_decay, vth, ..
        }) = &mut layer.neuron
        {
            // The current hardly decays until it is reset.
            (*current_decay, *vth) = (vec![1], 1 << 20);
        }
    }
    let net = Network::<Loihi1SimCfg>::new();
    let network = file.build(&net, &NetxOptions::new().reset(4, 2))?;
    let mut rows = Array::zeros(vec![12, 2]);
    rows[[0, 0]] = 1;
    let source: Source<i32> = net.add(Source::data(rows))?;
    source.s_out.connect(&network.input)?;
    let NetxNeurons::CubaReset(lif) = &network.blocks[0].neurons else {
        panic!("a LifReset");
    };
    let current = net.probe(&lif.u)?;
    net.run(RunSteps(8))?;
    // Weights of other signs arrive in steps 2, 3 and 4; resets are in steps 3 and 7, before what arrives.
    let expected = [
        [0, 0, 0],
        [1, 0, 0],
        [0, -1, 0],
        [0, -1, 1],
        [0, -1, 1],
        [0, -1, 1],
        [0, 0, 0],
        [0, 0, 0],
    ];
    let signs = current.data().mapv(i32::signum);
    assert_eq!(signs, ndarray::arr2(&expected).into_dyn());
    Ok(())
}
