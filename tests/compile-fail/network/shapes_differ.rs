// Three outputs drive two inputs.
use lava::prelude::*;

#[process]
pub struct Relay<S: Shape> {
    a_in: InPort<f32, S>,
    a_out: OutPort<f32, S>,
}

#[implements(for<S: Shape> proc = Relay<S>, protocol = Loihi)]
struct RelayModel {
    a_in: In<f32>,
    a_out: Out<f32>,
}
impl LoihiModel for RelayModel {}

fn main() -> lava::Result<()> {
    let built = network! { Loihi1SimCfg;
        three: Relay<D1<3>> = Relay::shape(D1::<3>);
        two:   Relay<D1<2>> = Relay::shape(D1::<2>);
        three.a_out -> two.a_in;
    };
    built.map(drop)
}
