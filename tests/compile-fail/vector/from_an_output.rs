// What keeps data sends nothing.
use lava::vector::{OutputVec, VectorNet};

fn main() -> lava::Result<()> {
    let net = VectorNet::new();
    let x: OutputVec = net.output(1, 10)?;
    let y: OutputVec = net.output(1, 10)?;
    &x << &y;
    Ok(())
}
