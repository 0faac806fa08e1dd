// An asynchronous model receives and sends through `AsyncIn` and `AsyncOut`.
use lava::prelude::*;

#[process]
struct Camera {
    frames: OutPort<f32>,
}

#[implements(proc = Camera, protocol = Async)]
struct CameraModel {
    frames: Out<f32>,
}

impl AsyncModel for CameraModel {
    fn run_async(&mut self, _: &AsyncRun<'_>) -> lava::Result<()> {
        Ok(())
    }
}

fn main() {}
