//! Lava's tutorial on connections: what meets where, in which shape, and when.
//!
//! | written | what arrives |
//! |---|---|
//! | `a.s_out.connect(&b.a_in)`, or in `network!`, `a.s_out -> b.a_in;` | what `a` sends |
//! | `a.s_out -> [b.a_in, c.a_in];` | the same at each of them |
//! | `[a.s_out, b.s_out] -> c.a_in;` | the sum |
//! | `a.s_out.reshape([2, 3]) -> b.a_in;` | the same elements in another shape |
//! | `a.s_out.delayed(2) -> b.a_in;` | the same two steps later |
//!
//! ```text
//! cargo run --example connect
//! ```

#![allow(clippy::print_stdout, reason = "a program prints")]

use lava::prelude::*;
use lava::proc::{Dense, Lif, Sink, Source};
use ndarray::{Array2, ArrayD, array};

// ANCHOR: fan
/// One port to several, and several to one: what they send in a step is added up.
fn fan_out_and_fan_in() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        ones:  Source = Source::data([[1.0, 1.0]]);
        count: Source = Source::data([[1.0, 2.0], [3.0, 4.0]]);
        copy:  Sink   = Sink::shape([2]).steps(2);
        sum:   Sink   = Sink::shape([2]).steps(2);
        count.s_out         -> [copy.a_in, sum.a_in];
        ones.s_out          -> sum.a_in;
    }?;
    net.run(RunSteps(2))?;
    let (copy, sum) = (net.copy.data.get()?, net.sum.data.get()?);
    println!("  fan-out, step by step:\n{}", indented(&copy));
    println!("  fan-in, with ones added:\n{}", indented(&sum));
    assert_eq!(copy, array![[1.0, 2.0], [3.0, 4.0]].into_dyn());
    assert_eq!(sum, array![[2.0, 3.0], [4.0, 5.0]].into_dyn());
    Ok(())
}
// ANCHOR_END: fan

// ANCHOR: virtual
/// The shape of a message on its way. None of it copies anything that `connect` could not settle.
fn virtual_ports() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        rows:       Source = Source::data(array![[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]);
        more:       Source = Source::data(array![[[7.0], [8.0]]]);
        flat:       Sink   = Sink::shape([6]).steps(1);
        reshaped:   Sink   = Sink::shape([3, 2]).steps(1);
        transposed: Sink   = Sink::shape([3, 2]).steps(1);
        joined:     Sink   = Sink::shape([2, 4]).steps(1);
        rows.s_out.flatten()                       -> flat.a_in;
        rows.s_out.reshape([3, 2])                 -> reshaped.a_in;
        rows.s_out.transpose([1, 0])               -> transposed.a_in;
        rows.s_out.concat_with([&more.s_out], 1)   -> joined.a_in;
    }?;
    net.run(RunSteps(1))?;
    let flat = array![1.0, 2.0, 3.0, 4.0, 5.0, 6.0].into_dyn();
    let reshaped = array![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]].into_dyn();
    let transposed = array![[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]].into_dyn();
    let joined = array![[1.0, 2.0, 3.0, 7.0], [4.0, 5.0, 6.0, 8.0]].into_dyn();
    for (name, sink, expected) in [
        ("flatten", &net.flat, flat),
        ("reshape", &net.reshaped, reshaped),
        ("transpose", &net.transposed, transposed),
        ("concat_with", &net.joined, joined),
    ] {
        // A sink keeps its messages time first; there is one.
        let message = sink.data.get()?.remove_axis(ndarray::Axis(0));
        println!("  {name}:\n{}", indented(&message));
        assert_eq!(message, expected);
    }
    Ok(())
}
// ANCHOR_END: virtual

// ANCHOR: recurrent
/// Neurons that drive each other. A loop needs a delay, or what is sent would have to arrive
/// before it is sent; synapses have one of a step.
fn recurrent() -> lava::Result<()> {
    // Each neuron excites the next.
    let ring = Array2::from_shape_fn(
        (4, 4),
        |(to, from)| if to == (from + 1) % 4 { 1.0 } else { 0.0 },
    );
    let net = network! { Loihi1SimCfg;
        start: Source<Spike> = Source::data(first_of_many());
        lif:   Lif           = Lif::shape([4]).du(1.0).dv(1.0).vth(0.5);
        ring:  Dense         = Dense::weights(ring);
        start.s_out.cast::<f32>() -> lif.a_in;
        lif.s_out  -> ring.s_in;
        ring.a_out -> lif.a_in;
    }?;
    let spikes = net.probe(&net.lif.s_out)?;
    net.run(RunSteps(7))?;
    println!(
        "  a spike goes round; (step, neuron): {:?}",
        spikes.events()
    );
    let round = (1..=7).map(|step| (step, (step as usize - 1) % 4));
    assert_eq!(spikes.events(), round.collect::<Vec<_>>());
    Ok(())
}
// ANCHOR_END: recurrent

/// A spike of neuron 0 in the first of a hundred steps.
fn first_of_many() -> Array2<bool> {
    Array2::from_shape_fn((100, 4), |place| place == (0, 0))
}

/// Mistakes are reported when a connection is made, or before the first step; networks
/// that `network!` can see through do not even compile.
fn mistakes() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let source: Source = net.add(Source::data(array![[[1.0, 2.0, 3.0]]]).name("source"))?;
    let lif: Lif = net.add(Lif::shape([3]).name("lif"))?;
    let mut errors = Vec::new();
    let mut note = |result: lava::Result<()>| errors.extend(result.err().map(|e| e.to_string()));
    note(source.s_out.connect(&lif.a_in));
    note(source.s_out.reshape([4]).connect(&lif.a_in));
    note(source.s_out.transpose([0, 2]).connect(&lif.a_in));
    note(
        source
            .s_out
            .concat_with([&source.s_out], 2)
            .connect(&lif.a_in),
    );
    source.s_out.flatten().connect(&lif.a_in)?;
    note(source.s_out.flatten().connect(&lif.a_in));
    // A loop without a delay is seen when the whole network is.
    lif.s_out.cast::<f32>().connect(&lif.a_in)?;
    note(net.compile());
    let expected: [&[&str]; 6] = [
        &[
            "`source.s_out` [1, 3] cannot drive `lif.a_in` [3]",
            "reshape",
        ],
        &["3 elements are not 4", "connect.rs"],
        &["name each of its 2 axes once", "connect.rs"],
        &["no axis 2", "connect.rs"],
        &["connected to `lif.a_in` already"],
        &["lif.s_out -> lif.a_in", "delay"],
    ];
    assert_eq!(errors.len(), expected.len());
    for (error, words) in errors.iter().zip(expected) {
        println!("  {error}");
        says(error, words);
    }
    Ok(())
}

/// A network as a drawing, in the languages of Mermaid and Graphviz.
fn drawings() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input:    Lif   = Lif::shape([2, 3]);
        synapses: Dense = Dense::weights(Array2::zeros((6, 6)));
        output:   Lif   = Lif::shape([6]);
        input.s_out.flatten()       -> synapses.s_in;
        synapses.a_out              -> output.a_in;
        synapses.a_out.delayed(2)   -> output.a_in;
    }?;
    let (mermaid, dot) = (net.to_mermaid(), net.to_dot());
    println!("\nMermaid\n{mermaid}\nDOT\n{dot}");
    for drawing in [&mermaid, &dot] {
        says(
            drawing,
            &["[2, 3] to [6]", "delay 1", "delay 3", "synapses: Dense"],
        );
    }
    Ok(())
}

/// Asserts that a text contains all of `words`.
fn says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "no `{word}` in\n{text}");
    }
}

/// An array as text, indented.
fn indented(array: &ArrayD<f32>) -> String {
    let lines: Vec<String> = array
        .to_string()
        .lines()
        .map(|line| format!("    {line}"))
        .collect();
    lines.join("\n")
}

fn main() -> lava::Result<()> {
    println!("several ends");
    fan_out_and_fan_in()?;
    println!("\nvirtual ports");
    virtual_ports()?;
    println!("\na loop");
    recurrent()?;
    println!("\nmistakes");
    mistakes()?;
    drawings()
}
