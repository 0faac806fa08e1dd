// `Silence` is a struct like any other.
use lava::network::{AnyTag, Overrides};
use lava::prelude::*;
use lava::proc::Lif;

struct Silence;

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
