// What plays data receives nothing.
use lava::vector::{InputVec, VectorNet};
use ndarray::array;

fn main() -> lava::Result<()> {
    let net = VectorNet::new();
    let x: InputVec = net.input(&array![[1]])?;
    let y: InputVec = net.input(&array![[2]])?;
    &x << &y;
    Ok(())
}
