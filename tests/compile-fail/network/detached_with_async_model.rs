// What is detached has steps; `RelayModel` has none.
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
    network! { Loihi1SimCfg;
        relay: Relay = Relay::new().detached().with_model::<RelayModel>();
    }?;
    Ok(())
}
