// Data of another type than the source plays, outside of `network!`.
use lava::prelude::*;
use lava::proc::Source;

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _: Source = net.add(Source::data([[1, 0, 2]]))?;
    let _: Source = net.add(Source::data([[true, false]]))?;
    let _: Source<Spike> = net.add(Source::data(vec![vec![true]]))?;
    net.stop()
}
