//! `Affine`, a process of several traces' own.

use anyhow::Result;
use lava::prelude::*;

use super::super::handle::Handle;
use super::{ANY, Kind, Making, Model};

/// The process of the trace: a line, within a step.
pub(super) const AFFINE: Kind = Kind {
    name: "Affine",
    args: &["shape", "scale", "offset"],
    models: &[Model {
        name: "Affine",
        tags: ANY,
        build: affine,
    }],
};

fn affine(making: &Making<'_>) -> Result<Handle> {
    let affine = Affine::shape(making.shape("shape")?)
        .scale(making.number("scale")?.unwrap_or(1.0))
        .offset(making.values("offset", 0.0)?);
    let affine = making.net.add(affine.name(&making.process.name))?;
    Ok(Handle::new()
        .receives("a_in", &affine.a_in)
        .sends("s_out", &affine.s_out)
        .holds("scale", affine.scale)
        .holds("offset", affine.offset))
}

/// Sends `scale·a_in + offset`, in the same step.
#[process]
pub struct Affine {
    a_in: InPort<f64>,
    s_out: OutPort<f64>,
    #[var(scalar, init = 1.0)]
    scale: Var<f64>,
    #[var(init = 0.0)]
    offset: Var<f64>,
}

#[implements(proc = Affine, protocol = Loihi)]
struct AffineModel {
    a_in: In<f64>,
    s_out: Out<f64>,
    scale: f64,
    offset: Vec<f64>,
}

impl LoihiModel for AffineModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        let sent = self.s_out.accumulate()?;
        let values = self.a_in.recv_slice().iter().zip(&self.offset);
        for (sent, (value, offset)) in sent.iter_mut().zip(values) {
            *sent = self.scale * value + offset;
        }
        Ok(())
    }
}
