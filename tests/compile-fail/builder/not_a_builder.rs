// A number is no process.
use lava::prelude::*;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    net.add(3)?;
    Ok(())
}
