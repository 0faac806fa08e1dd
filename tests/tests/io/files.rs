//! Graphs that are read are written equal; a file that is no graph is an error that says why.

use lava::io::{ReadLimits, Tensor, TensorValues};
use lava::nir::{MetadataItem, NirData, NirError, NirGraph, NodeData, Observable, Primitive};

use super::{GRAPHS, fixture, shared};

#[test]
fn what_is_read_is_written_equal() -> lava::Result<()> {
    let own = GRAPHS
        .map(|name| fixture(&format!("nir/{name}.nir")))
        .into_iter();
    let others = ["lif_norse", "cnn_sinabs", "braille_noDelay_bias_zero"];
    let others = others
        .iter()
        .filter_map(|name| shared(&format!("nir/{name}.nir")));
    for path in own.chain(others) {
        let graph = NirGraph::read(&path)?;
        let again = NirGraph::from_bytes(graph.to_bytes()?)?;
        assert_eq!(again, graph, "{}", path.display());
    }
    Ok(())
}

#[test]
fn every_primitive_is_read_with_its_parameters_and_types() -> lava::Result<()> {
    let graph = NirGraph::read(fixture("nir/all_primitives.nir"))?;
    let kinds = graph.nodes.values().map(|node| node.primitive.kind());
    let mut kinds: Vec<_> = kinds.collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(
        kinds,
        [
            "Affine",
            "AvgPool2d",
            "Conv1d",
            "Conv2d",
            "CubaLI",
            "CubaLIF",
            "Delay",
            "Flatten",
            "I",
            "IF",
            "Input",
            "LI",
            "LIF",
            "Linear",
            "Output",
            "Scale",
            "SumPool2d",
            "Threshold"
        ]
    );
    let Primitive::Conv1d {
        padding,
        stride,
        weight,
        ..
    } = &graph.nodes["conv1d"].primitive
    else {
        panic!("a Conv1d");
    };
    assert_eq!(padding.text(), Some("valid"));
    assert_eq!(stride, &Tensor::scalar(2_i64));
    assert_eq!(weight.shape(), [3, 4, 2]);
    assert!(matches!(weight.values(), TensorValues::F32(_)));
    assert_eq!(graph.edges.len(), 18);
    assert_eq!(graph.version, "1.0.8");
    Ok(())
}

#[test]
fn metadata_are_kept_at_every_depth() -> lava::Result<()> {
    let graph = NirGraph::read(fixture("nir/all_primitives.nir"))?;
    let text = |value: Option<&Tensor>| value.and_then(Tensor::text).map(str::to_owned);
    assert_eq!(
        text(graph.metadata.get("made by")).as_deref(),
        Some("make.py")
    );
    assert_eq!(
        text(graph.nodes["affine"].metadata.get("author")).as_deref(),
        Some("a")
    );
    let nested = graph.metadata.iter().find(|(name, _)| *name == "nested");
    let Some((_, MetadataItem::Map(nested))) = nested else {
        panic!("values by name");
    };
    assert_eq!(
        nested.get("list"),
        Some(&Tensor::new([3], vec![0_i64, 1, 2]))
    );
    Ok(())
}

#[test]
fn a_graph_in_a_graph_stays_one() -> lava::Result<()> {
    let graph = NirGraph::read(fixture("nir/recurrent.nir"))?;
    let Primitive::Graph(inner) = &graph.nodes["rnn"].primitive else {
        panic!("a graph");
    };
    assert_eq!(inner.nodes.len(), 4);
    assert_eq!(inner.edges[2], ("w_rec".to_owned(), "lif".to_owned()));
    Ok(())
}

#[test]
fn recordings_are_read_and_written() -> lava::Result<()> {
    let data = NirData::read(fixture("nir/data.nir"))?;
    let NodeData::Node(lif) = &data.nodes["lif"] else {
        panic!("a node");
    };
    let Observable::TimeGridded { data: spikes, dt } = &lif["spikes"] else {
        panic!("a value for each step");
    };
    assert_eq!(*dt, 1e-3);
    assert_eq!(spikes.shape(), [1, 4, 2]);
    let TensorValues::Bool(spikes) = spikes.values() else {
        panic!("truth values");
    };
    assert_eq!(
        spikes[..],
        [false, false, true, false, false, false, false, true]
    );
    let Observable::Events {
        idx,
        n_neurons,
        t_max,
        ..
    } = &lif["events"]
    else {
        panic!("events");
    };
    assert_eq!(idx.to_i64(), Some(vec![0, 1, -1]));
    assert_eq!((*n_neurons, *t_max), (2, 0.5));
    assert_eq!(NirData::from_bytes(data.to_bytes()?)?, data);
    Ok(())
}

// The file is `data.nir`, altered by libFuzzer: a chunk of it has 4 GiB, says its index.
#[test]
fn a_chunk_beyond_the_end_is_refused_before_room_is_made_for_it() {
    let error = NirData::read(fixture("nir/far_chunk.nir")).expect_err("4 GiB");
    let text = error.to_string();
    assert!(text.contains("beyond the end of the file"), "{text}");
}

#[test]
fn a_file_that_declares_more_than_the_limit_is_refused() {
    let path = fixture("nir/all_primitives.nir");
    let error = NirGraph::read_with(&path, &ReadLimits::new().bytes(4_000)).expect_err("too large");
    assert!(error.to_string().contains("limit"), "{error}");
    let mut graph = NirGraph::new();
    // Zeros are compressed a thousandfold.
    let zeros = Tensor::new([40 << 20], vec![0_f64; 40 << 20]);
    graph.insert("scale", Primitive::Scale { scale: zeros });
    let bytes = graph.to_bytes().expect("it can be written");
    assert!(bytes.len() < 1 << 20, "{} bytes", bytes.len());
    let error = NirGraph::from_bytes(bytes).expect_err("960 MiB from less than 1 MiB");
    assert!(
        error.to_string().contains("/node/nodes/scale/scale"),
        "{error}"
    );
}

#[test]
fn what_is_no_graph_is_an_error_that_says_why() {
    let read = |name: &str| NirGraph::read(fixture(name)).expect_err(name);
    assert!(matches!(read("nir/data.nir"), NirError::NoGraph));
    assert!(read("make.py").to_string().contains("no HDF5 file"));
    assert!(read("nothing.nir").to_string().contains("nothing.nir"));
    let mut graph = NirGraph::new();
    graph.insert(
        "a/b",
        Primitive::Scale {
            scale: Tensor::scalar(1.0_f32),
        },
    );
    assert!(matches!(graph.to_bytes(), Err(NirError::Name { .. })));
}
