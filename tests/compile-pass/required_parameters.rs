// Required parameters in the order of the declaration, then optional ones in any.
use lava::prelude::*;
use lava::proc::{Dense, Lif, Sink};
use ndarray::{Array2, array};

#[process]
pub struct Camera {
    #[port(shape = [*rows, *columns])]
    s_out: OutPort<u8>,
    #[param]
    rows: Param<usize>,
    #[param]
    columns: Param<usize>,
    #[var(rank = 1)]
    lens: Var<f64>,
    #[var(scalar, init = 1.0, range = 0.0..=8.0)]
    zoom: Var<f64>,
    #[param(default = "camera")]
    label: Param<&'static str>,
}

#[implements(proc = Camera, protocol = Loihi)]
struct CameraModel {
    s_out: Out<u8>,
    rows: usize,
    columns: usize,
    lens: ArrayD<f64>,
    zoom: f64,
    label: &'static str,
}

impl LoihiModel for CameraModel {}

fn main() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let camera = Camera::rows(2).columns(3).lens([1.0, 0.5]);
    let camera = net.add(camera.label("left").zoom(2.0).name("left"))?;
    assert_eq!(camera.s_out.shape(), [2, 3]);
    let _sink: Sink<u8> = net.add(Sink::shape([2, 3]).steps(10))?;
    let _dense: Dense<i32> = net.add(Dense::weights(array![[1, 2]]).weight_exp(2))?;
    let _dense: Dense<f64, f64> = net.add(Dense::weights(&Array2::eye(3)).name("dense"))?;
    let _lif: Lif<i32> = net.add(Lif::shape(vec![2, 2]).vth([[1, 2], [3, 4]]).du(0))?;
    net.stop()
}
