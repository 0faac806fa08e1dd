//! Sinks, relays, and the ways between a network and the program around it.

use std::sync::{Arc, Mutex};

use lava::Result;
use lava::channel;
use lava::plot::Figure;
use lava::prelude::*;
use lava::proc::io::{Call, Compression, Empty};
use lava::proc::{
    DelayRelay, DeltaEncoder, Extractor, Injector, Latch, Observer, Relay, Sink, Source,
    SpikeDataloader,
};
use ndarray::{Array2, arr1};

use crate::sheet::{Sheet, numbers, pulses, wave};

pub(crate) const PICTURES: crate::Family = &[
    ("sink", sink),
    ("latch", latch),
    ("observer", observer),
    ("extractor", extractor),
    ("injector", injector),
    ("spike_dataloader", spike_dataloader),
    ("delta_encoder", delta_encoder),
    ("relay", relay),
    ("delay_relay", delay_relay),
];

const STEPS: usize = 60;

/// Whole numbers in some of the steps.
fn messages() -> Array2<i32> {
    numbers(STEPS, |step| {
        if step % 7 == 3 {
            (10.0 * wave(step, 60.0)) as i32
        } else {
            0
        }
    })
}

fn sink() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source<i32> = Source::data(messages());
        sink:  Sink<i32>   = Sink::shape([1]).steps(20);
        input.s_out -> sink.a_in;
    }?;
    let sheet = Sheet::of(&net).bars("a_in", &net.input.s_out)?;
    net.run(RunSteps(STEPS as u64))?;
    // Its rows are those of the last 20 steps.
    let rows: Vec<i32> = net.sink.data.get()?.into_iter().collect();
    let kept = (0..STEPS).map(|step| {
        if step < STEPS - 20 {
            f64::NAN
        } else {
            f64::from(rows[step % 20])
        }
    });
    let kept: Vec<f64> = kept.collect();
    sheet.seen("data", move || kept.clone())?.draw()
}

fn latch() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source<i32> = Source::data(messages());
        latch: Latch       = Latch::shape([1]);
        input.s_out -> latch.a_in;
    }?;
    Sheet::of(&net)
        .bars("a_in", &net.input.s_out)?
        .bars("payload", &net.latch.payload)?
        .run(STEPS as u64)
}

fn observer() -> Result<Figure> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let calls = seen.clone();
    let call = Call::new(move |_, row: &[f32]| {
        let mut calls = calls
            .lock()
            .map_err(|_| lava::Error::model("a call panicked"))?;
        calls.push(f64::from(row[0]));
        Ok(())
    });
    let net = network! { Loihi1SimCfg;
        input:    Source   = Source::data(numbers(STEPS, |step| wave(step, 30.0)));
        observer: Observer = Observer::shape([1]).call(call);
        input.s_out -> observer.a_in;
    }?;
    Sheet::of(&net)
        .lines("a_in", &[("", &net.input.s_out)])?
        .seen("closure", move || {
            seen.lock().map(|seen| seen.clone()).unwrap_or_default()
        })?
        .run(STEPS as u64)
}

fn extractor() -> Result<Figure> {
    let (target, data) = channel::bounded::<f32>([1], STEPS);
    let net = network! { Loihi1SimCfg;
        input:     Source    = Source::data(numbers(STEPS, |step| wave(step, 30.0)));
        extractor: Extractor = Extractor::target(target);
        input.s_out -> extractor.a_in;
    }?;
    let sheet = Sheet::of(&net).lines("a_in", &[("", &net.input.s_out)])?;
    net.run(RunSteps(STEPS as u64))?;
    let received: Vec<f64> = std::iter::from_fn(|| data.try_recv())
        .map(|message| f64::from(message[0]))
        .collect();
    sheet.seen("thread", move || received.clone())?.draw()
}

fn injector() -> Result<Figure> {
    let (data, source) = channel::bounded::<f32>([1], STEPS);
    let net = network! { Loihi1SimCfg;
        injector: Injector = Injector::source(source).when_empty(Empty::Zeros);
    }?;
    let sheet = Sheet::of(&net).bars("s_out", &net.injector.s_out)?;
    // The thread sends three times, as many messages as there are in a burst.
    for burst in 1..=3 {
        for message in 0..4 * burst {
            data.send(&arr1(&[1.0 + message as f32]))?;
        }
        net.run(RunSteps(STEPS as u64 / 3))?;
    }
    sheet.draw()
}

fn spike_dataloader() -> Result<Figure> {
    // Three samples of ten rows, one for each label.
    let sample = |label: usize| {
        Array2::from_shape_fn((10, 3), move |(row, neuron)| {
            neuron == label && row % 2 == 1
        })
    };
    let samples: Vec<_> = (0..3).map(|label| (sample(label), label as i32)).collect();
    let net = network! { Loihi1SimCfg;
        loader: SpikeDataloader = SpikeDataloader::dataset(Arc::new(samples)).interval(15);
    }?;
    Sheet::of(&net)
        .spikes("s_out", &net.loader.s_out)?
        .lines("label", &[("", &net.loader.ground_truth)])?
        .run(STEPS as u64)
}

fn delta_encoder() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input:   Source<i32>  = Source::data(numbers(STEPS, |step| (20.0 * wave(step, 40.0)).round() as i32));
        encoder: DeltaEncoder = DeltaEncoder::shape([1]).vth(5).compression(Compression::Dense32);
        input.s_out -> encoder.a_in;
    }?;
    Sheet::of(&net)
        .lines("a_in", &[("", &net.input.s_out)])?
        .bars("s_out", &net.encoder.s_out)?
        .run(STEPS as u64)
}

fn relay() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source = Source::data(pulses(STEPS, 1.0, &[5, 20, 22, 40]));
        relay: Relay  = Relay::shape([1]);
        input.s_out -> relay.a_in;
    }?;
    Sheet::of(&net)
        .bars("a_in", &net.input.s_out)?
        .bars("a_out", &net.relay.a_out)?
        .run(STEPS as u64)
}

fn delay_relay() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: Source     = Source::data(pulses(STEPS, 1.0, &[5, 20, 22, 40]));
        relay: DelayRelay = DelayRelay::shape([1]).delay(10);
        input.s_out -> relay.a_in;
    }?;
    Sheet::of(&net)
        .bars("a_in", &net.input.s_out)?
        .bars("a_out", &net.relay.a_out)?
        .run(STEPS as u64)
}
