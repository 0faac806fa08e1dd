//! Networks as drawings: golden text in the languages of Mermaid and Graphviz.

use lava::prelude::*;
use lava::proc::{Dense, Lif};
use ndarray::Array2;

use crate::hierarchy::Layer;
use crate::references::Adder;

use crate::support::loihi;

/// A composite process, a reshape, a ref-port.
fn nested() -> lava::Result<Network<Loihi1SimCfg>> {
    let net = network! { Loihi1SimCfg;
        input: Lif   = Lif::shape([1, 2]);
        layer: Layer = Layer::weights([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]);
        adder: Adder = Adder::shape([1, 2]).amount(1.0);
        input.s_out.flatten() -> layer.s_in;
    }?;
    net.adder.target.connect_var(&net.input.v)?;
    Ok(Network::clone(&net))
}

/// Delays, a join, fan-in and a loop.
fn flat() -> lava::Result<Network<Loihi1SimCfg>> {
    let net = network! { Loihi1SimCfg;
        left:  Lif   = Lif::shape([2]);
        right: Lif   = Lif::shape([1]);
        back:  Dense = Dense::weights(Array2::zeros((2, 3)));
        left.s_out.concat_with([&right.s_out], 0) -> back.s_in;
        back.a_out -> left.a_in;
        back.a_out.delayed(4) -> left.a_in;
    }?;
    Ok(Network::clone(&net))
}

#[test]
fn mermaid_shows_frames_shapes_and_references() -> lava::Result<()> {
    let expected = r#"flowchart LR
    p0["input: Lif<br/>LifFloat"]
    subgraph p1["layer: Layer"]
        p2["layer.dense: Dense<br/>DenseFloat"]
        p3["layer.lif: Lif<br/>LifFloat"]
    end
    p4["adder: Adder<br/>AdderModel"]
    p2 -->|"a_out → a_in [3], delay 1"| p3
    p0 -->|"s_out → s_in [1, 2] to [2]"| p2
    p4 -.->|"target → v"| p0
"#;
    assert_eq!(nested()?.to_mermaid(), expected);
    Ok(())
}

#[test]
fn dot_shows_what_mermaid_shows() -> lava::Result<()> {
    let expected = r#"digraph {
    rankdir = LR;
    node [shape = box];
    p0 [label = "input: Lif\nLifFloat"];
    subgraph cluster_p1 {
        label = "layer: Layer";
        p2 [label = "layer.dense: Dense\nDenseFloat"];
        p3 [label = "layer.lif: Lif\nLifFloat"];
    }
    p4 [label = "adder: Adder\nAdderModel"];
    p2 -> p3 [label = "a_out → a_in [3], delay 1"];
    p0 -> p2 [label = "s_out → s_in [1, 2] to [2]"];
    p4 -> p0 [label = "target → v", style = dotted];
}
"#;
    assert_eq!(nested()?.to_dot(), expected);
    Ok(())
}

#[test]
fn joins_and_delays_are_written_at_their_arrows() -> lava::Result<()> {
    let expected = r#"flowchart LR
    p0["left: Lif<br/>LifFloat"]
    p1["right: Lif<br/>LifFloat"]
    p2["back: Dense<br/>DenseFloat"]
    p0 -->|"s_out → s_in [2] to [3]"| p2
    p1 -->|"s_out → s_in [1] to [3]"| p2
    p2 -->|"a_out → a_in [2], delay 1"| p0
    p2 -->|"a_out → a_in [2], delay 5"| p0
"#;
    assert_eq!(flat()?.to_mermaid(), expected);
    Ok(())
}

#[test]
fn once_compiled_a_drawing_shows_workers_and_shards() -> lava::Result<()> {
    let net = loihi();
    net.set_workers(2)?;
    let _: Lif = net.add(Lif::shape([10_000]).name("large"))?;
    let before = "flowchart LR\n    p0[\"large: Lif<br/>LifFloat\"]\n";
    assert_eq!(net.to_mermaid(), before);
    net.compile()?;
    let mermaid =
        "flowchart LR\n    p0[\"large: Lif<br/>LifFloat<br/>2 shards on workers 0, 1\"]\n";
    assert_eq!(net.to_mermaid(), mermaid);
    let dot = r#"digraph {
    rankdir = LR;
    node [shape = box];
    p0 [label = "large: Lif\nLifFloat\n2 shards on workers 0, 1"];
}
"#;
    assert_eq!(net.to_dot(), dot);
    net.stop()?;
    assert_eq!(net.to_mermaid(), before, "there are no workers any more");
    Ok(())
}

#[test]
fn one_worker_is_named_at_every_process_but_not_at_frames() -> lava::Result<()> {
    let net = nested()?;
    net.set_workers(1)?;
    net.run(RunSteps(1))?;
    let drawing = net.to_mermaid();
    assert_eq!(drawing.matches("<br/>worker 0").count(), 4, "{drawing}");
    assert!(
        drawing.contains("subgraph p1[\"layer: Layer\"]"),
        "{drawing}"
    );
    Ok(())
}

#[test]
fn names_with_quotes_do_not_end_a_label() -> lava::Result<()> {
    let net = loihi();
    let _: Lif = net.add(Lif::shape([1]).name(r#"a "big" \ lif"#))?;
    let mermaid = net.to_mermaid();
    assert!(
        mermaid.contains(r#"["a #quot;big#quot; \ lif: Lif"#),
        "{mermaid}"
    );
    let dot = net.to_dot();
    assert!(dot.contains(r#""a \"big\" \\ lif: Lif"#), "{dot}");
    Ok(())
}
