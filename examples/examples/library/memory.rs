//! Processes that read and write the Vars of others.

use std::sync::Arc;

use lava::Result;
use lava::channel;
use lava::plot::Figure;
use lava::prelude::*;
use lava::proc::{BitCheck, Lif, Read, Reset, Sigma, Source, StateDataloader, VarWire};
use ndarray::arr1;

use crate::sheet::{Sheet, numbers};

pub(crate) const PICTURES: crate::Family = &[
    ("read", read),
    ("reset", reset),
    ("state_dataloader", state_dataloader),
    ("var_wire", var_wire),
    ("bit_check", bit_check),
];

const STEPS: usize = 60;

fn read() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        lif:  Lif  = Lif::shape([1]).bias_mant(0.15).dv(0.03).vth(1.5);
        read: Read = Read::shape([1]).buffer(12).interval(5);
    }?;
    net.read.state.connect_var(&net.lif.v)?;
    let sheet = Sheet::of(&net).lines("v of the Lif", &[("", &net.lif.v)])?;
    net.run(RunSteps(STEPS as u64))?;
    // Read after steps 1, 6, 11 and so on: as many as the buffer has rows.
    let rows: Vec<f32> = net.read.data.get()?.into_iter().collect();
    let seen: Vec<f64> = (0..STEPS)
        .map(|step| {
            if step % 5 == 0 {
                f64::from(rows[step / 5])
            } else {
                0.0
            }
        })
        .collect();
    sheet.seen("data", move || seen.clone())?.draw()
}

fn reset() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        lif:   Lif   = Lif::shape([1]).bias_mant(0.05).vth(100.0).du(1.0);
        reset: Reset = Reset::shape([1]).interval(20).offset(5).reset_value(0.2);
    }?;
    net.reset.state.connect_var(&net.lif.v)?;
    Sheet::of(&net)
        .lines("v of the Lif", &[("", &net.lif.v)])?
        .level("reset_value", 0.2)
        .run(STEPS as u64)
}

fn state_dataloader() -> Result<Figure> {
    let samples: Vec<_> = [3.0_f32, 1.0, 2.0]
        .into_iter()
        .enumerate()
        .map(|(label, value)| (arr1(&[value]), label as i32))
        .collect();
    let net = network! { Loihi1SimCfg;
        loader: StateDataloader = StateDataloader::dataset(Arc::new(samples)).interval(15);
        sigma:  Sigma           = Sigma::shape([1]);
    }?;
    net.loader.state.connect_var(&net.sigma.sigma)?;
    Sheet::of(&net)
        .lines("the Var", &[("", &net.sigma.sigma)])?
        .lines("label", &[("", &net.loader.ground_truth)])?
        .run(STEPS as u64)
}

fn var_wire() -> Result<Figure> {
    let (target, data) = channel::bounded::<f32>([1], STEPS);
    let net = network! { Loihi1SimCfg;
        lif:  Lif     = Lif::shape([1]).bias_mant(0.15).dv(0.03).vth(1.5);
        wire: VarWire = VarWire::target(target);
    }?;
    net.wire.var.connect_var(&net.lif.v)?;
    let sheet = Sheet::of(&net).lines("v of the Lif", &[("", &net.lif.v)])?;
    net.run(RunSteps(STEPS as u64))?;
    let received: Vec<f64> = std::iter::from_fn(|| data.try_recv())
        .map(|value| f64::from(value[0]))
        .collect();
    sheet.seen("thread", move || received.clone())?.draw()
}

fn bit_check() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source<i32> = Source::data(numbers(STEPS, |step| if step > 45 { -10 } else { 5 }));
        sigma: Sigma<i32>  = Sigma::shape([1]);
        check: BitCheck    = BitCheck::shape([1]).bits(8);
        input.s_out -> sigma.a_in;
    }?;
    net.check.state.connect_var(&net.sigma.sigma)?;
    let sheet = Sheet::of(&net)
        .lines("the Var", &[("", &net.sigma.sigma)])?
        .level("most of 8 bits", 127.0);
    let mut overflows = Vec::new();
    for _ in 0..STEPS {
        net.run(RunSteps(1))?;
        overflows.push(net.check.overflows.get()? as f64);
    }
    sheet.seen("overflows", move || overflows.clone())?.draw()
}
