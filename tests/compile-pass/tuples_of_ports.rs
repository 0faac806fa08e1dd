// Ports of different types are connected in a tuple: required ones, delayed ones.
use lava::prelude::*;
use lava::proc::{Dense, Source};

#[process]
pub struct Robot {
    #[port(required)]
    speed: InPort<f32>,
    #[port(required)]
    angle: InPort<f32>,
    load: InPort<f32>,
}

#[implements(proc = Robot, protocol = Loihi)]
struct RobotModel {
    speed: In<f32>,
    angle: In<f32>,
    load: In<f32>,
}

impl LoihiModel for RobotModel {}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let stick: Source = net.add(Source::data([[1.0]]))?;
    let dense: Dense<f32, f32> = net.add(Dense::weights([[1.0]]))?;
    let robot: Robot = net.add(Robot::shape([1]))?;
    stick.s_out.connect((&robot.speed, &robot.angle, &dense.s_in))?;
    stick.s_out.delayed(1).connect((&robot.speed, [&robot.load]))?;
    robot.load.connect_from((&dense.a_out, &stick.s_out))?;
    net.run(RunSteps(2))?;
    net.stop()
}
