//! netx: layers of the project's own fixtures, of each type.

use lava::netx::{NetxFile, NetxKind, NetxNeuron, NetxNeurons, NetxOptions};
use lava::prelude::*;
use lava::proc::Source;
use ndarray::{Array, ArrayD, Axis, Dimension};

use super::fixture;

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

/// Places and their values.
type Elements = Vec<(Vec<usize>, i32)>;

/// The elements that are not 0 of the input of layer `number` of `windows.net` after a message of `value` at a place of
/// its input.
fn arrived(number: usize, at: [usize; 3], value: i32) -> lava::Result<Elements> {
    arrived_in("windows", number, at, value)
}

/// The same of a file by its name.
fn arrived_in(name: &str, number: usize, at: [usize; 3], value: i32) -> lava::Result<Elements> {
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
    let input = match &network.blocks[0].neurons {
        NetxNeurons::Cuba(lif) => lif.u.get()? / 64,
        NetxNeurons::Passed(relay) => {
            let sums = net.probe(&relay.a_out)?;
            net.run(RunSteps(1))?;
            sums.data().index_axis(Axis(0), 0).to_owned()
        }
        _ => panic!("layer {number} is CUBA, or has no neurons"),
    };
    let elements = input.indexed_iter();
    let elements = elements.map(|(at, value)| (at.as_array_view().to_vec(), *value));
    Ok(elements.filter(|(_, value)| *value != 0).collect())
}

/// Elements of one value at some columns and rows of a channel.
fn spread(places: [[usize; 2]; 4], channel: usize, value: i32) -> Elements {
    let element = |[x, y]: [usize; 2]| (vec![x, y, channel], value);
    places.map(element).into()
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
    let times_three = expected.map(|(at, value)| (at, 3 * value));
    assert_eq!(arrived(1, [1, 1, 0], 3)?, times_three);
    Ok(())
}

#[test]
fn unpooling_spreads_each_input_over_its_window() -> lava::Result<()> {
    let window = [[6, 2], [6, 3], [7, 2], [7, 3]];
    assert_eq!(arrived(2, [3, 1, 1], 1)?, spread(window, 1, 6));
    Ok(())
}

#[test]
fn pooling_with_dilation_skips_inputs_of_a_window() -> lava::Result<()> {
    // Windows have rows y and y + 2, columns x and x + 1.
    let outputs = [[3, 1], [3, 3], [4, 1], [4, 3]];
    assert_eq!(arrived(3, [4, 3, 0], 1)?, spread(outputs, 0, 5));
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
        assert_eq!(arrived_in("padded", 1, at, 1)?, expected, "{at:?}");
    }
    Ok(())
}

#[test]
fn averages_are_sums_over_groups_of_channels() -> lava::Result<()> {
    assert_eq!(arrived(4, [6, 5, 0], 1)?, [(vec![0], 1)]);
    assert_eq!(arrived(4, [0, 0, 1], 1)?, [(vec![1], 1)]);
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
