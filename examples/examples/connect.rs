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

/// One port to several, and several to one: what they send in a step is added up.
pub fn fan_out_and_fan_in() -> lava::Result<[ArrayD<f32>; 2]> {
    let net = network! { Loihi1SimCfg;
        ones:  Source = Source::data([[1.0, 1.0]]);
        count: Source = Source::data([[1.0, 2.0], [3.0, 4.0]]);
        copy:  Sink   = Sink::shape([2]).steps(2);
        sum:   Sink   = Sink::shape([2]).steps(2);
        count.s_out         -> [copy.a_in, sum.a_in];
        ones.s_out          -> sum.a_in;
    }?;
    net.run(RunSteps(2))?;
    let received = [net.copy.data.get()?, net.sum.data.get()?];
    println!("  fan-out, step by step:\n{}", indented(&received[0]));
    println!("  fan-in, with ones added:\n{}", indented(&received[1]));
    Ok(received)
}

/// The shape of a message on its way. None of it copies anything that `connect` could not settle.
pub fn virtual_ports() -> lava::Result<[ArrayD<f32>; 4]> {
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
    let sinks = [&net.flat, &net.reshaped, &net.transposed, &net.joined];
    let mut received = Vec::new();
    for (sink, name) in sinks
        .into_iter()
        .zip(["flatten", "reshape", "transpose", "concat_with"])
    {
        // A sink keeps its messages time first; there is one.
        let message = sink.data.get()?.remove_axis(ndarray::Axis(0));
        println!("  {name}:\n{}", indented(&message));
        received.push(message);
    }
    let [flat, reshaped, transposed, joined] = &received[..] else {
        unreachable!("four sinks")
    };
    Ok([flat, reshaped, transposed, joined].map(ArrayD::clone))
}

/// Neurons that drive each other. A loop needs a delay, or what is sent would have to arrive
/// before it is sent; synapses have one of a step.
pub fn recurrent() -> lava::Result<Vec<(u64, usize)>> {
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
    Ok(spikes.events())
}

/// A spike of neuron 0 in the first of a hundred steps.
fn first_of_many() -> Array2<bool> {
    Array2::from_shape_fn((100, 4), |place| place == (0, 0))
}

/// What is wrong with connections is said when they are made, or before the first step; networks
/// that `network!` can see through do not even compile.
pub fn mistakes() -> lava::Result<Vec<String>> {
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
    for error in &errors {
        println!("  {error}");
    }
    Ok(errors)
}

/// A network as a drawing, in the languages of Mermaid and Graphviz.
pub fn drawings() -> lava::Result<[String; 2]> {
    let net = network! { Loihi1SimCfg;
        input:    Lif   = Lif::shape([2, 3]);
        synapses: Dense = Dense::weights(Array2::zeros((6, 6)));
        output:   Lif   = Lif::shape([6]);
        input.s_out.flatten()       -> synapses.s_in;
        synapses.a_out              -> output.a_in;
        synapses.a_out.delayed(2)   -> output.a_in;
    }?;
    Ok([net.to_mermaid(), net.to_dot()])
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
    let [mermaid, dot] = drawings()?;
    println!("\nMermaid\n{mermaid}\nDOT\n{dot}");
    Ok(())
}
