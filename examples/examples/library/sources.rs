//! Sources: spikes, currents, and numbers that follow a clock.

use lava::Result;
use lava::plot::Figure;
use lava::prelude::*;
use lava::proc::io::{Generator, Rows};
use lava::proc::{
    Events, NoiseCurrent, PoissonInput, PoissonSpikes, SineCurrent, Source, SpikeTrain, Spiker,
    StepCurrent,
};

use crate::sheet::{Sheet, numbers, wave};

pub(crate) const PICTURES: crate::Family = &[
    ("source", source),
    ("spike_train", spike_train),
    ("poisson_spikes", poisson_spikes),
    ("poisson_input", poisson_input),
    ("step_current", step_current),
    ("sine_current", sine_current),
    ("noise_current", noise_current),
    ("spiker", spiker),
    ("generator", generator),
];

fn source() -> Result<Figure> {
    // Twenty rows, which come again.
    let net = network! { Loihi1SimCfg;
        source: Source = Source::data(numbers(20, |row| row as f32 * wave(row, 10.0)));
    }?;
    Sheet::of(&net).bars("s_out", &net.source.s_out)?.run(60)
}

fn spike_train() -> Result<Figure> {
    let events = (1..=60_u64).flat_map(|step| {
        let neurons = (0..8_usize).filter(move |neuron| (step as usize).is_multiple_of(neuron + 3));
        neurons.map(move |neuron| (step, neuron))
    });
    let net = network! { Loihi1SimCfg;
        train: SpikeTrain = SpikeTrain::shape([8]).events(Events::from_steps(events));
    }?;
    Sheet::of(&net).spikes("s_out", &net.train.s_out)?.run(60)
}

fn poisson_spikes() -> Result<Figure> {
    // From 5 to 100 spikes/s.
    let rates: Vec<f64> = (1..=20).map(|neuron| 5.0 * f64::from(neuron)).collect();
    let net = network! { Loihi1SimCfg;
        input: PoissonSpikes = PoissonSpikes::shape([20]).rate(rates);
    }?;
    Sheet::of(&net)
        .dt(1.0)?
        .spikes("s_out", &net.input.s_out)?
        .run(300)
}

fn poisson_input() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input: PoissonInput = PoissonInput::shape([1]).rate(1_500.0).weight(20.0);
    }?;
    Sheet::of(&net)
        .dt(1.0)?
        .bars("a_out", &net.input.a_out)?
        .run(100)
}

fn step_current() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        current: StepCurrent = StepCurrent::shape([1]).times([10.0, 40.0, 60.0, 80.0]).amplitudes([200.0, 400.0, -100.0, 0.0]);
    }?;
    Sheet::of(&net)
        .dt(0.5)?
        .lines("a_out (pA)", &[("", &net.current.a_out)])?
        .run(200)
}

fn sine_current() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        current: SineCurrent = SineCurrent::shape([1]).amplitude(200.0).frequency(25.0).offset(100.0);
    }?;
    Sheet::of(&net)
        .dt(0.5)?
        .lines("a_out (pA)", &[("", &net.current.a_out)])?
        .run(200)
}

fn noise_current() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        white:  NoiseCurrent = NoiseCurrent::shape([1]).std(100.0);
        slower: NoiseCurrent = NoiseCurrent::shape([1]).std(100.0).tau(20.0);
    }?;
    Sheet::of(&net)
        .dt(1.0)?
        .lines("white (pA)", &[("", &net.white.a_out)])?
        .lines("tau 20 ms", &[("", &net.slower.a_out)])?
        .run(150)
}

fn spiker() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        spiker: Spiker = Spiker::shape([1]).period(8).payload(3);
    }?;
    Sheet::of(&net).bars("s_out", &net.spiker.s_out)?.run(60)
}

fn generator() -> Result<Figure> {
    // A closure, which is called in each step.
    let rows = Rows::from_fn([1], |step, row: &mut [f32]| {
        row[0] = wave(step as usize, 20.0) / (1.0 + step as f32 / 20.0);
    });
    let net = network! { Loihi1SimCfg;
        generator: Generator = Generator::rows(rows);
    }?;
    Sheet::of(&net)
        .lines("s_out", &[("", &net.generator.s_out)])?
        .run(100)
}
