// Several models of one process, told apart by tag.
use lava::prelude::*;

#[process]
pub struct Noise {
    #[var(scalar, init = 0)]
    level: Var<i32>,
}

/// The models of this crate that are being tried out.
pub enum Trial {}

#[implements(proc = Noise, protocol = Loihi)]
#[tag(FloatingPt, FixedPt)]
struct Uniform {
    level: i32,
}

impl LoihiModel for Uniform {}

#[implements(protocol = Loihi, proc = Noise)]
#[requires(Cpu)]
#[tag(Trial, explicit)]
struct Gaussian {
    level: i32,
}

impl LoihiModel for Gaussian {}

fn main() -> lava::Result<()> {
    Network::<Loihi1SimCfg>::new().add(Noise::new())?;
    Network::<Loihi2SimCfg>::new().add(Noise::new())?;
    Network::<Loihi1SimCfg<FixedPt>>::new().add(Noise::new())?;
    Network::<Loihi1SimCfg<Trial>>::new().add(Noise::new())?;
    Ok(())
}
