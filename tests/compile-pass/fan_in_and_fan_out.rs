// Lists on either side of an arrow, methods on outputs, `?` and `return` inside the network.
use lava::prelude::*;
use lava::proc::{Dense, Lif, Sink, Source};
use ndarray::Array2;

fn weights(text: &str) -> Result<Array2<f32>, Box<dyn std::error::Error>> {
    let values: Result<Vec<f32>, _> = text.split(' ').map(str::parse).collect();
    Ok(Array2::from_shape_vec((2, 2), values?)?)
}

fn build(text: &str, last: Option<usize>) -> Result<u64, Box<dyn std::error::Error>> {
    let images = [[1.0, 0.0], [0.0, 2.0]];
    let net = network! { Loihi1SimCfg;
        input: Source = Source::data(images);
        dense: Dense  = Dense::weights(weights(text)?);
        output: Sink<f32> = Sink::shape([2]).steps(match last {
            Some(last) => last,
            None => return Ok(0),
        });
        // Connections and processes in any order.
        [left.s_out, right.s_out.flatten()] -> dense.s_in;
        left:  Lif = Lif::shape([2]).vth(0.5);
        right: Lif = Lif::shape([1, 2]).vth(0.5);
        input.s_out -> left.a_in;
        input.s_out.reshape([1, 2]) -> right.a_in;
        right.s_out.transpose([1, 0]).flatten().cast::<f32>() -> output.a_in;
        dense.a_out -> [output.a_in, left.a_in];
        dense.a_out -> left.a_in.select([1, 0]);
    }?;
    net.run(RunSteps(3))?;
    let copy = net.clone();
    copy.stop()?;
    Ok(3)
}

fn main() {
    assert_eq!(build("1 0 0 1", Some(2)).ok(), Some(3));
    assert_eq!(build("1 0 0 1", None).ok(), Some(0));
    assert!(build("1 0 0 one", Some(2)).is_err());
}
