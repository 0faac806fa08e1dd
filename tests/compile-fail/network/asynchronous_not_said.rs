// The only model of `Sensor` is one under `Async`.
use lava::prelude::*;
use lava::proc::Lif;

#[process]
pub struct Sensor {
    a_out: OutPort<f32>,
}

#[implements(proc = Sensor, protocol = Async)]
struct SensorModel {
    a_out: AsyncOut<f32>,
}

impl AsyncModel for SensorModel {
    fn run_async(&mut self, _: &AsyncRun<'_>) -> lava::Result<()> {
        Ok(())
    }
}

fn main() -> lava::Result<()> {
    network! { Loihi1SimCfg;
        sensor: Sensor = Sensor::shape([2]);
        lif: Lif = Lif::shape([2]);
        sensor.a_out.waiting() -> lif.a_in;
    }?;
    Ok(())
}
