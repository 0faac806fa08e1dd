// `Relay` has a model under `Async` only, which has no steps.
use lava::prelude::*;

#[process]
pub struct Relay {}

#[implements(proc = Relay, protocol = Async)]
struct RelayModel {}
impl AsyncModel for RelayModel {
    fn run_async(&mut self, _: &AsyncRun<'_>) -> lava::Result<()> {
        Ok(())
    }
}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _relay: Relay = net.add(Relay::new().detached())?;
    Ok(())
}
