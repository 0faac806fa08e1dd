//! Selection of models: tags, overrides, types.

use lava::network::{AnyTag, Overrides};
use lava::prelude::*;
use lava::proc::Lif;

use crate::support::loihi;

/// Says which model it has.
#[process]
struct Who {
    #[var(scalar, init = 0)]
    answer: Var<i32>,
}

macro_rules! answers {
    ($model:ident, $answer:expr) => {
        impl LoihiModel for $model {
            fn run_spk(&mut self) -> lava::Result<()> {
                self.answer = $answer;
                Ok(())
            }
        }
    };
}

#[implements(proc = Who, protocol = Loihi)]
#[tag(FloatingPt)]
struct Floating {
    answer: i32,
}
answers!(Floating, 1);

#[implements(proc = Who, protocol = Loihi)]
#[requires(Cpu)]
#[tag(FixedPt, explicit)]
struct Fixed {
    answer: i32,
}
answers!(Fixed, 2);

#[implements(proc = Who, protocol = Loihi, alternative)]
struct Replacement {
    answer: i32,
}
answers!(Replacement, 3);

/// Prefers `Replacement`.
struct MyCfg;

impl RunConfig for MyCfg {
    type Protocol = Loihi;
    type Tag = AnyTag;
    type Resource = Cpu;
    fn overrides(models: &mut Overrides<Self>) {
        models.replace::<Who, Replacement>();
    }
}

fn ask<C: RunConfig>(net: &Network<C>, who: &Who) -> lava::Result<i32> {
    net.run(RunSteps(1))?;
    who.answer.get()
}

#[test]
fn without_a_tag_the_model_that_is_not_explicit_is_taken() -> lava::Result<()> {
    let net = loihi();
    let who = net.add(Who::new())?;
    assert_eq!(ask(&net, &who)?, 1);
    let net = Network::<Loihi2SimCfg>::new();
    let who = net.add(Who::new())?;
    assert_eq!(ask(&net, &who)?, 1);
    Ok(())
}

#[test]
fn a_tag_selects_its_model() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg<FixedPt>>::new();
    let who = net.add(Who::new())?;
    assert_eq!(ask(&net, &who)?, 2);
    let net = Network::<Loihi1SimCfg<FloatingPt>>::new();
    let who = net.add(Who::new())?;
    assert_eq!(ask(&net, &who)?, 1);
    Ok(())
}

#[test]
fn a_configuration_replaces_the_model_of_one_process() -> lava::Result<()> {
    let net = Network::<MyCfg>::new();
    let who = net.add(Who::new())?;
    let lif: Lif = net.add(Lif::shape([1]).bias_mant(1.0))?;
    assert_eq!(ask(&net, &who)?, 3);
    assert_eq!(lif.v.get()?[[0]], 1.0, "other processes keep theirs");
    Ok(())
}
