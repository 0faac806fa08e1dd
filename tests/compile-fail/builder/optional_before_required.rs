// The optional `weight_exp` comes before the required `weights`.
use lava::prelude::*;
use lava::proc::Dense;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _dense: Dense<i32> = net.add(Dense::weight_exp(2).weights([[1, 2]]))?;
    Ok(())
}
