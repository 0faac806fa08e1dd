// Numbers with 7 bits behind the point and whole numbers do not add up.
use lava::vector::{InputVec, OutputVec, VectorNet};
use ndarray::array;

fn main() -> lava::Result<()> {
    let net = VectorNet::new();
    let x: InputVec<7> = net.input(&array![[0.5]])?;
    let n: InputVec = net.input(&array![[3]])?;
    let out: OutputVec = net.output(1, 10)?;
    &out << (&x + &n);
    &out << &x;
    Ok(())
}
