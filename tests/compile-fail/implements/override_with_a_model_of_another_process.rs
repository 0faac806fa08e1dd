// `Silence` is a model of `Noise`.
use lava::network::{AnyTag, Overrides};
use lava::prelude::*;
use lava::proc::Lif;

#[process]
pub struct Noise {}

#[implements(proc = Noise, protocol = Loihi, alternative)]
struct Silence {}
impl LoihiModel for Silence {}

struct MyCfg;

impl RunConfig for MyCfg {
    type Protocol = Loihi;
    type Tag = AnyTag;
    type Resource = Cpu;
    fn overrides(models: &mut Overrides<Self>) {
        models.replace::<Lif, Silence>();
    }
}

fn main() {}
