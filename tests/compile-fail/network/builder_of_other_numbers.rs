// The type says `f64`, the builder `f32`.
use lava::prelude::*;
use lava::proc::Lif;

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        lif: Lif<f64> = Lif::<f32>::shape([3]);
    }?;
    Ok(())
}
