//! Continually learning prototypes.

use lava::Result;
use lava::plot::Figure;
use lava::prelude::*;
use lava::proc::{Allocator, IdBroadcast, NoveltyDetector, PrototypeLif, Readout, Source};
use ndarray::Array2;

use crate::sheet::{Sheet, numbers, pulses};

pub(crate) const PICTURES: crate::Family = &[
    ("prototype_lif", prototype_lif),
    ("novelty_detector", novelty_detector),
    ("readout", readout),
    ("allocator", allocator),
    ("id_broadcast", id_broadcast),
];

const STEPS: usize = 30;

fn prototype_lif() -> Result<Figure> {
    // The second neuron is selected in step 15; the input drives the first one before, and both after.
    let drive = Array2::from_shape_fn((STEPS, 3), |(step, neuron)| match (step, neuron) {
        (4..10, 0) | (20..26, 0..2) => 3,
        _ => 0,
    });
    let select = Array2::from_shape_fn((STEPS, 3), |(step, _)| if step == 14 { 2 } else { 0 });
    let net = network! { Loihi1SimCfg;
        drive:      Source<i32>  = Source::data(drive);
        select:     Source<i32>  = Source::data(select);
        prototypes: PrototypeLif = PrototypeLif::shape([3]).du(4095).vth(8);
        drive.s_out  -> prototypes.a_in;
        select.s_out -> prototypes.a_third_factor_in;
    }?;
    Sheet::of(&net)
        .bars("third factor", &net.select.s_out.select([0]))?
        .spikes("s_out", &net.prototypes.s_out)?
        .colours("y1", &net.prototypes.y1)?
        .run(STEPS as u64)
}

fn novelty_detector() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        input:    Source<i32>     = Source::data(pulses(STEPS, 1, &[3, 16]));
        output:   Source<i32>     = Source::data(pulses(STEPS, 1, &[6]));
        detector: NoveltyDetector = NoveltyDetector::t_wait(8);
        input.s_out  -> detector.input_aval_in;
        output.s_out -> detector.output_aval_in;
    }?;
    Sheet::of(&net)
        .bars("input", &net.input.s_out)?
        .bars("output", &net.output.s_out)?
        .bars("novelty", &net.detector.novelty_detected_out)?
        .run(STEPS as u64)
}

fn readout() -> Result<Figure> {
    let active = |neuron: usize, steps: &'static [usize]| {
        move |step: usize, at: usize| i32::from(at == neuron && steps.contains(&step))
    };
    let (first, second) = (active(0, &[2, 20]), active(1, &[8, 14]));
    let answers = Array2::from_shape_fn((STEPS, 2), |(step, neuron)| {
        first(step + 1, neuron) + second(step + 1, neuron)
    });
    // The first prototype is 3. The user calls the second one 5, and the first one 4, which is wrong.
    let labels = numbers(STEPS, |step| match step {
        10 => 5,
        23 => 4,
        _ => 0,
    });
    let net = network! { Loihi1SimCfg;
        answers: Source<i32> = Source::data(answers);
        user:    Source<i32> = Source::data(labels);
        readout: Readout     = Readout::n_protos(2).proto_labels([3, 0]);
        answers.s_out -> readout.inference_in;
        user.s_out    -> readout.label_in;
    }?;
    Sheet::of(&net)
        .colours("prototype", &net.answers.s_out)?
        .bars("label_in", &net.user.s_out)?
        .bars("output", &net.readout.user_output)?
        .bars("feedback", &net.readout.feedback)?
        .run(STEPS as u64)
}

fn allocator() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        trigger:   Source<i32> = Source::data(pulses(STEPS, 1, &[4, 11, 13, 25]));
        allocator: Allocator   = Allocator::new();
        trigger.s_out -> allocator.trigger_in;
    }?;
    Sheet::of(&net)
        .bars("trigger_in", &net.trigger.s_out)?
        .bars("allocate_out", &net.allocator.allocate_out)?
        .run(STEPS as u64)
}

fn id_broadcast() -> Result<Figure> {
    let net = network! { Loihi1SimCfg;
        trigger:   Source<i32> = Source::data(pulses(STEPS, 1, &[4, 11, 13, 25]));
        allocator: Allocator   = Allocator::new();
        broadcast: IdBroadcast = IdBroadcast::shape([1]);
        trigger.s_out          -> allocator.trigger_in;
        allocator.allocate_out -> broadcast.a_in;
    }?;
    Sheet::of(&net)
        .bars("a_in", &net.allocator.allocate_out)?
        .bars("s_out", &net.broadcast.s_out)?
        .run(STEPS as u64)
}
