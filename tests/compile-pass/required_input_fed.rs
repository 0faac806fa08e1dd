// Every required input is fed: by one connection, and by several.
use lava::prelude::*;
use lava::proc::Source;

#[process]
pub struct Robot {
    #[port(required)]
    speed: InPort<f32>,
    #[port(required)]
    angle: InPort<f32>,
    bumper: InPort<Spike>,
}

#[implements(proc = Robot, protocol = Loihi)]
struct RobotModel {
    speed: In<f32>,
    angle: In<f32>,
    bumper: In<Spike>,
}

impl LoihiModel for RobotModel {}

fn main() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        stick: Source = Source::data([[1.0]]);
        tilt:  Source = Source::data([[0.5]]);
        robot: Robot  = Robot::shape([1]);
        stick.s_out -> [robot.speed, robot.angle];
        tilt.s_out  -> robot.angle;
    }?;
    net.run(RunSteps(1))?;
    net.stop()
}
