// A matrix is no term of a sum: it multiplies one.
use lava::vector::{InputVec, OutputVec, VectorNet};
use ndarray::array;

fn main() -> lava::Result<()> {
    let net = VectorNet::new();
    let x: InputVec = net.input(&array![[1]])?;
    let out: OutputVec = net.output(1, 10)?;
    let w = net.dense(&array![[0.5]], 7)?;
    &out << (&x + w);
    Ok(())
}
