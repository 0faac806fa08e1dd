// The synapses of a matrix lead from one sum to one place.
use lava::vector::{InputVec, OutputVec, VectorNet};
use ndarray::array;

fn main() -> lava::Result<()> {
    let net = VectorNet::new();
    let x: InputVec = net.input(&array![[1]])?;
    let y: InputVec = net.input(&array![[2]])?;
    let out: OutputVec = net.output(1, 10)?;
    let w = net.dense(&array![[0.5]], 7)?;
    &out << (w * &x + w * &y);
    Ok(())
}
