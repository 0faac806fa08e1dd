// A builder takes its parameters in any order; timing, model and name come last, in any order too.
use lava::prelude::*;
use lava::proc::{Lif, Sink};

#[process]
pub struct Amplifier {
    a_out: OutPort<f32>,
    #[var(init = 1.0)]
    gain: Var<f32>,
    #[param]
    label: Param<&'static str>,
}

#[implements(proc = Amplifier, protocol = Loihi, alternative)]
struct AmplifierModel {
    a_out: Out<f32>,
    gain: ArrayD<f32>,
    label: &'static str,
}

impl LoihiModel for AmplifierModel {}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let model = Amplifier::shape([3]).gain(2.0).label("a");
    let a: Amplifier = net.add(model.name("a").with_model::<AmplifierModel>().detached())?;
    let builder = Amplifier::builder().label("b").gain(2.0).shape([3]);
    let b: Amplifier = net.add(builder.detached().with_model::<AmplifierModel>().name("b"))?;
    assert_eq!((a.name(), b.name()), ("a", "b"));
    let lif: Lif = net.add(Lif::builder().vth(2.0).shape([3]))?;
    let _sink: Sink = net.add(Sink::builder().steps(2).shape([3]))?;
    assert_eq!(lif.vth.get()?[0], 2.0);

    fn local() {
        #[process]
        pub struct Inner {
            a_out: OutPort<f32>,
        }
        let _ = Inner::shape([1]);
    }
    local();
    Ok(())
}
