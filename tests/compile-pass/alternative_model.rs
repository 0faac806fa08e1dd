// A configuration prefers another model for one process; both models exist side by side.
use lava::network::{AnyTag, Overrides};
use lava::prelude::*;

#[process]
pub struct Noise {
    #[var(scalar, init = 0)]
    level: Var<i32>,
}

macro_rules! model {
    ($model:ident, $level:expr, $($option:tt)*) => {
        #[implements(proc = Noise, protocol = Loihi $($option)*)]
        struct $model {
            level: i32,
        }

        impl LoihiModel for $model {
            fn run_spk(&mut self) -> lava::Result<()> {
                self.level = $level;
                Ok(())
            }
        }
    };
}

model!(Loud, 11,);
model!(Silent, 0, , alternative);
model!(Soft, 1, , alternative);

struct SoftCfg;

impl RunConfig for SoftCfg {
    type Protocol = Loihi;
    type Tag = AnyTag;
    type Resource = Cpu;
    fn overrides(models: &mut Overrides<Self>) {
        models.replace::<Noise, Soft>();
    }
}

fn level<C: RunConfig<Protocol = Loihi, Tag = AnyTag, Resource = Cpu>>() -> lava::Result<i32> {
    let net = Network::<C>::new();
    let noise = net.add(Noise::new())?;
    net.run(RunSteps(1))?;
    noise.level.get()
}

fn main() -> lava::Result<()> {
    assert_eq!(level::<Loihi1SimCfg>()?, 11);
    assert_eq!(level::<SoftCfg>()?, 1);
    Ok(())
}
