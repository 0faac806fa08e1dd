//! `RateEI`, a process of several traces' own: a recurrent network of rates.

use anyhow::{Result, ensure};
use lava::prelude::*;
use ndarray::Array2;

use super::super::handle::Handle;
use super::{ANY, Kind, Making, Model};

/// The process of the trace: rates that drive each other through an error function.
pub(super) const RATE_EI: Kind = Kind {
    name: "RateEI",
    args: &["shape", "weights", "decay", "bias"],
    models: &[Model {
        name: "RateEI",
        tags: ANY,
        build: rate_ei,
    }],
};

fn rate_ei(making: &Making<'_>) -> Result<Handle> {
    let shape = making.shape("shape")?;
    let weights = making.required::<f64>("weights")?;
    let units: usize = shape.iter().product();
    ensure!(
        weights.shape() == [units, units],
        "weights of shape {:?} for {units} units",
        weights.shape()
    );
    let rates = RateEi::shape(shape)
        .weights(weights)
        .decay(making.number("decay")?.unwrap_or(0.0))
        .bias(making.values("bias", 0.0)?);
    let rates = making.net.add(rates.name(&making.process.name))?;
    Ok(Handle::new()
        .receives("inport", &rates.inport)
        .sends("outport", &rates.outport)
        .holds("state", rates.state)
        .holds("bias", rates.bias)
        .holds("weights", rates.weights)
        .holds("decay", rates.decay))
}

/// Rates: `state ← (1 − decay)·state + bias + weights·erf(state) + inport`.
#[process]
pub struct RateEi {
    inport: InPort<f64>,
    outport: OutPort<f64>,
    #[var(rank = 2)]
    weights: Var<f64>,
    #[var(init = 0.0)]
    state: Var<f64>,
    #[var(scalar, init = 0.0)]
    decay: Var<f64>,
    #[var(init = 0.0)]
    bias: Var<f64>,
}

#[implements(proc = RateEi, protocol = Loihi)]
struct RateEiModel {
    inport: In<f64>,
    outport: Out<f64>,
    weights: Array2<f64>,
    state: Vec<f64>,
    decay: f64,
    bias: Vec<f64>,
    #[local]
    active: Vec<f64>,
}

impl LoihiModel for RateEiModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.active.clear();
        self.active
            .extend(self.state.iter().map(|state| libm::erf(*state)));
        let input = self.inport.recv_slice();
        for (unit, state) in self.state.iter_mut().enumerate() {
            let row = self.weights.row(unit);
            let sum: f64 = row.iter().zip(&self.active).map(|(w, x)| w * x).sum();
            *state = (1.0 - self.decay) * *state + self.bias[unit] + sum + input[unit];
        }
        self.outport.send_slice(&self.state)
    }
}
