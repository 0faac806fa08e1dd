// Literal shapes that agree, and one side that leaves its shape open.
use lava::prelude::*;
use lava::proc::Sink;
use ndarray::Array1;

#[process]
pub struct Relay<S: Shape = Dyn> {
    a_in: InPort<f32, S>,
    a_out: OutPort<f32, S>,
    #[var(init = 0.5)]
    last: Var<f32, S>,
}

#[implements(for<S: Shape> proc = Relay<S>, protocol = Loihi)]
struct RelayModel {
    a_in: In<f32>,
    a_out: Out<f32>,
    last: ArrayD<f32>,
}

impl LoihiModel for RelayModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.last.assign(&self.a_in.recv());
        self.a_out.send(&self.last)
    }
}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let first: Relay<D1<3>> = net.add(Relay::shape(D1::<3>))?;
    let second: Relay<D1<3>> = net.add(Relay::shape(D1::<3>))?;
    let open: Relay = net.add(Relay::shape([3]))?;
    let sink: Sink = net.add(Sink::shape([1, 3]).steps(1))?;
    first.a_out.connect([&second.a_in])?;
    second.a_out.connect(&open.a_in)?;
    first.a_in.connect_from(&open.a_out.delayed(1))?;
    second.a_out.reshape([1, 3]).connect(&sink.a_in)?;
    let last: Array1<f32> = first.last.get()?;
    assert_eq!(last, ndarray::arr1(&[0.5, 0.5, 0.5]));
    net.run(RunSteps(2))?;
    net.stop()
}
