//! Bad input of every kind: a clear error, and nothing lost.

use lava::error::StateError;
use lava::prelude::*;
use lava::proc::{Dense, Lif, Sink, Source};
use ndarray::{Array2, arr1};

use crate::support::{fails, loihi};

#[test]
fn an_initial_value_that_does_not_broadcast() {
    let built = loihi().add(Lif::<f32>::shape([3]).u([1.0, 2.0]).name("lif"));
    fails(built, &["`lif.u`", "[2]", "[3]", "bad_input.rs"]);
}

#[test]
fn nan_where_it_makes_no_sense() {
    fails(
        loihi().add(Lif::<f32>::shape([3]).v(f32::NAN).name("lif")),
        &["`lif.v`", "NaN", "finite"],
    );
    fails(
        loihi().add(Lif::<f32>::shape([3]).du(f32::NAN).name("lif")),
        &["`lif.du`", "NaN"],
    );
    fails(
        loihi().add(Lif::<f64>::shape([3]).vth(f64::NAN)),
        &["vth", "NaN"],
    );
    fails(
        loihi().add(Dense::<f32, Spike>::weights([[f32::INFINITY]])),
        &["weights", "inf"],
    );
}

#[test]
fn values_that_the_model_cannot_hold() {
    fails(
        loihi().add(Lif::<i32>::shape([1]).du(4096)),
        &["du", "4096"],
    );
    fails(
        loihi().add(Lif::<i32>::shape([1]).bias_mant(40_000)),
        &["bias_mant", "40000"],
    );
    fails(loihi().add(Lif::<f32>::shape([1]).dv(1.5)), &["dv", "1.5"]);
}

#[test]
fn empty_populations() {
    fails(
        loihi().add(Lif::<f32>::shape([0]).name("lif")),
        &["`lif.", "[0]", "bad_input.rs"],
    );
    fails(loihi().add(Lif::<f32>::shape([3, 0])), &["[3, 0]"]);
    let none = Array2::<f32>::zeros((0, 3));
    fails(loihi().add(Source::<f32>::data(none)), &["[0, 3]"]);
}

#[test]
fn populations_beyond_counting() {
    let words = ["`lif.a_in`", "4294967295 elements", "bad_input.rs"];
    fails(
        loihi().add(Lif::<f32>::shape([1 << 40]).name("lif")),
        &words,
    );
    fails(
        loihi().add(Lif::<f32>::shape([1 << 63, 4]).name("lif")),
        &words,
    );
}

#[test]
fn weights_that_are_no_matrix() {
    let built = loihi().add(Dense::<f32, Spike>::weights([1.0, 2.0]).name("dense"));
    fails(built, &["`dense.weights`", "rank 2", "[2]"]);
}

#[test]
fn a_failed_add_leaves_the_network_usable() -> lava::Result<()> {
    let net = loihi();
    assert!(
        net.add(Lif::<f32>::shape([3]).u([1.0, 2.0]).name("lif"))
            .is_err()
    );
    let lif: Lif = net.add(Lif::shape([3]).name("lif"))?;
    net.run(RunSteps(1))?;
    lif.v.get().map(drop)
}

#[test]
fn two_processes_of_one_name() -> lava::Result<()> {
    let net = loihi();
    let _: Lif = net.add(Lif::shape([3]).name("lif"))?;
    fails(
        net.add(Lif::<f32>::shape([3]).name("lif")),
        &["`lif`", "another name"],
    );
    Ok(())
}

#[test]
fn shapes_that_differ() -> lava::Result<()> {
    let net = loihi();
    let source: Source = net.add(Source::data([[1.0, 2.0]]).name("source"))?;
    let lif: Lif = net.add(Lif::shape([3]).name("lif"))?;
    fails(
        source.s_out.connect(&lif.a_in),
        &["`source.s_out` [2]", "`lif.a_in` [3]"],
    );
    net.run(RunSteps(1))
}

#[test]
fn a_connection_made_twice() -> lava::Result<()> {
    let net = loihi();
    let source: Source = net.add(Source::data([[1.0, 2.0]]).name("source"))?;
    let lif: Lif = net.add(Lif::shape([2]).du(1.0).name("lif"))?;
    source.s_out.connect(&lif.a_in)?;
    fails(
        source.s_out.connect(&lif.a_in),
        &["`source.s_out`", "`lif.a_in`", "already"],
    );
    net.run(RunSteps(1))?;
    assert_eq!(
        lif.u.get()?,
        arr1(&[1.0, 2.0]).into_dyn(),
        "the input counts once"
    );
    Ok(())
}

#[test]
fn ports_of_two_networks() -> lava::Result<()> {
    let (here, there) = (loihi(), loihi());
    let source: Source = here.add(Source::data([[1.0]]))?;
    let lif: Lif = there.add(Lif::shape([1]))?;
    fails(source.s_out.connect(&lif.a_in), &["different networks"]);
    fails(here.probe(&lif.v), &["another network"]);
    Ok(())
}

#[test]
fn reshapes_and_transpositions_that_cannot_be() -> lava::Result<()> {
    let net = loihi();
    let source: Source = net.add(Source::data([[1.0, 2.0, 3.0]]).name("source"))?;
    let lif: Lif = net.add(Lif::shape([2, 2]))?;
    let result = source.s_out.reshape([2, 2]).connect(&lif.a_in);
    fails(
        result,
        &["`source.s_out`", "3 elements are not 4", "bad_input.rs"],
    );
    let result = source.s_out.transpose([0, 0]).connect(&lif.a_in);
    fails(result, &["`source.s_out`", "[0, 0]", "bad_input.rs"]);
    let result = source
        .s_out
        .delayed(1_000_000)
        .reshape([3, 1])
        .connect(&lif.a_in);
    fails(result, &["1000000", "65535"]);
    Ok(())
}

#[test]
fn runs_and_workers_of_zero() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([1]).bias_mant(1.0))?;
    fails(net.run(RunSteps(0)), &["at least one step", "compile()"]);
    fails(net.set_workers(0), &["at least one worker"]);
    net.run(RunSteps(1))?;
    fails(net.set_workers(2), &["before the first run"]);
    assert_eq!(lif.v.get()?, arr1(&[1.0]).into_dyn());
    Ok(())
}

#[test]
fn a_network_without_processes() {
    fails(loihi().run(RunSteps(1)), &["no processes"]);
}

#[test]
fn set_with_the_wrong_shape_or_value() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([3]).name("lif"))?;
    for compiled in [false, true] {
        if compiled {
            net.compile()?;
        }
        fails(
            lif.v.set([1.0, 2.0]),
            &["`lif.v`", "[2]", "[3]", "bad_input.rs"],
        );
        fails(lif.v.set(f32::NAN), &["`lif.v`", "NaN"]);
        assert_eq!(lif.v.get()?, arr1(&[0.0, 0.0, 0.0]).into_dyn());
    }
    Ok(())
}

#[test]
fn building_on_after_the_first_run() -> lava::Result<()> {
    let net = loihi();
    let source: Source = net.add(Source::data([[1.0]]))?;
    let sink: Sink = net.add(Sink::shape([1]).steps(1))?;
    net.run(RunSteps(1))?;
    fails(
        net.add(Lif::<f32>::shape([1]).name("late")),
        &["`late`", "compiled", "first run"],
    );
    fails(source.s_out.connect(&sink.a_in), &["compiled", "first run"]);
    Ok(())
}

/// Fails in the way and step that it is told to.
#[process]
struct Faulty {
    #[var(init = 0)]
    steps: Var<i32>,
    #[param]
    fault: Param<fn(i32) -> lava::Result<()>>,
}

#[implements(proc = Faulty, protocol = Loihi)]
struct FaultyModel {
    steps: ArrayD<i32>,
    fault: fn(i32) -> lava::Result<()>,
}

impl LoihiModel for FaultyModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.steps += 1;
        (self.fault)(self.steps[[0]])
    }
}

fn faulty(workers: usize, fault: fn(i32) -> lava::Result<()>) -> lava::Result<()> {
    let net = loihi();
    net.set_workers(workers)?;
    let others: Vec<Faulty> = (0..3)
        .map(|_| net.add(Faulty::shape([1]).fault(|_| Ok(()))))
        .collect::<lava::Result<_>>()?;
    let bad = net.add(Faulty::shape([1]).fault(fault).name("bad"))?;
    let error = net.run(RunSteps(10)).expect_err("the fault is reported");
    let message = error.to_string();
    for word in ["`bad`", "`FaultyModel`", "`run_spk`", "step 4", "on fire"] {
        assert!(message.contains(word), "`{message}` does not say `{word}`");
    }
    assert_eq!(
        bad.steps.get()?,
        arr1(&[4]).into_dyn(),
        "its Vars can be read"
    );
    for other in &others {
        assert!((3..=4).contains(&other.steps.get()?[[0]]));
    }
    let Err(lava::Error::State(error)) = net.run(RunSteps(1)) else {
        panic!("a halted network runs")
    };
    assert!(matches!(error, StateError::Halted { .. }));
    assert!(
        error.to_string().contains("on fire"),
        "it says why: {error}"
    );
    net.reset()?;
    net.run(RunSteps(3))?;
    assert_eq!(
        bad.steps.get()?,
        arr1(&[3]).into_dyn(),
        "a reset makes it run again"
    );
    net.stop()
}

#[test]
fn a_model_that_returns_an_error() -> lava::Result<()> {
    for workers in [1, 2, 4] {
        faulty(workers, |step| match step {
            4 => Err(lava::Error::model("the lab is on fire")),
            _ => Ok(()),
        })?;
    }
    Ok(())
}

#[test]
fn a_model_that_panics() -> lava::Result<()> {
    for workers in [1, 2, 4] {
        faulty(workers, |step| {
            assert!(step != 4, "the lab is on fire");
            Ok(())
        })?;
    }
    Ok(())
}

/// Sends badly.
#[process]
struct Sender {
    a_out: OutPort<f32>,
    s_out: OutPort<Spike>,
    #[param]
    fault: Param<fn(&mut Out<f32>, &mut Out<Spike>) -> lava::Result<()>>,
}

#[implements(proc = Sender, protocol = Loihi)]
struct SenderModel {
    a_out: Out<f32>,
    s_out: Out<Spike>,
    fault: fn(&mut Out<f32>, &mut Out<Spike>) -> lava::Result<()>,
}

impl LoihiModel for SenderModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        (self.fault)(&mut self.a_out, &mut self.s_out)
    }

    fn post_guard(&self) -> bool {
        true
    }

    fn run_post_mgmt(&mut self, _: &mut RemoteVars<'_>) -> lava::Result<()> {
        self.a_out.send_slice(&[0.0, 0.0])
    }
}

#[test]
fn messages_that_cannot_be_sent() -> lava::Result<()> {
    type Fault = fn(&mut Out<f32>, &mut Out<Spike>) -> lava::Result<()>;
    let cases: [(Fault, &[&str]); 6] = [
        (
            |a, _| a.send(&arr1(&[1.0])),
            &["`sender.a_out`", "[2]", "[1]"],
        ),
        (
            |a, _| a.send_slice(&[1.0; 3]),
            &["`sender.a_out`", "[2]", "[3]"],
        ),
        (
            |a, _| {
                a.send_slice(&[1.0; 2])?;
                a.send_slice(&[1.0; 2])
            },
            &["`sender.a_out`", "second message", "step 1"],
        ),
        (|_, s| s.send_indices(&[2]), &["`sender.s_out`", "below 2"]),
        (
            |_, s| s.send_indices(&[1, 0]),
            &["`sender.s_out`", "ascending"],
        ),
        (
            |_, _| Ok(()),
            &["`sender.a_out`", "run_spk", "run_post_mgmt"],
        ),
    ];
    for (fault, words) in cases {
        let net = loihi();
        net.add(Sender::shape([2]).fault(fault).name("sender"))?;
        fails(net.run(RunSteps(1)), words);
    }
    Ok(())
}

#[test]
fn debug_of_an_error_is_its_text() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif = net.add(Lif::shape([3]))?;
    let sink: Sink<Spike> = net.add(Sink::shape([2]).steps(1))?;
    let error = lif.s_out.connect(&sink.a_in).expect_err("shapes differ");
    assert_eq!(format!("{error:?}"), error.to_string());
    Ok(())
}

#[test]
fn data_that_are_not_finite_are_refused_unless_they_are_accepted() -> lava::Result<()> {
    use lava::proc::io::{Generator, Injector, Rows, Sink, SpikeDataloader, StateDataloader};
    use lava::proc::{Source, Spiker};
    use std::sync::Arc;

    let source = |data: [[f64; 1]; 2], accepted: bool| -> lava::Result<()> {
        let net = loihi();
        let source: Source<f64> = net.add(Source::data(data).non_finite(accepted).name("in"))?;
        net.run(RunSteps(1))?;
        source.data.set([[1.0], [f64::INFINITY]])
    };
    let nan = [[0.0], [f64::NAN]];
    fails(
        source(nan, false),
        &["`in`", "`data`[1, 0]", "NaN", "non_finite(true)"],
    );
    fails(source([[0.0], [1.0]], false), &["`data`[1, 0]", "inf"]);
    source(nan, true)?;

    let generator = |accepted: bool| -> lava::Result<()> {
        let net = loihi();
        let rows = Rows::from_fn([3], |step, row| {
            row[2] = if step == 2 { f32::NAN } else { 1.0 }
        });
        let _: Generator = net.add(Generator::rows(rows).non_finite(accepted))?;
        net.run(RunSteps(3))
    };
    fails(generator(false), &["element 2", "NaN", "step 2"]);
    generator(true)?;

    let injector = |accepted: bool| -> lava::Result<()> {
        let (data, source) = lava::channel::bounded::<f32>([2], 10);
        let net = loihi();
        let _: Injector = net.add(Injector::source(source).non_finite(accepted))?;
        data.send(&ndarray::arr1(&[1.0, f32::NAN]))?;
        net.run(RunSteps(1))
    };
    fails(injector(false), &["element 1", "NaN"]);
    injector(true)?;

    let loader = |accepted: bool| -> lava::Result<()> {
        let data = Arc::new(vec![(ndarray::arr2(&[[1.0_f32], [f32::NAN]]), 7)]);
        let net = loihi();
        let loader = SpikeDataloader::dataset(data)
            .interval(2)
            .non_finite(accepted);
        let _: SpikeDataloader<f32> = net.add(loader)?;
        net.run(RunSteps(2))
    };
    fails(loader(false), &["the sample[1, 0]", "NaN"]);
    loader(true)?;

    let state = |accepted: bool| -> lava::Result<()> {
        let data = Arc::new(vec![(ndarray::arr2(&[[1.0_f32, f32::NAN]]), 7)]);
        let net = loihi();
        let loader: StateDataloader =
            net.add(StateDataloader::dataset(data).non_finite(accepted))?;
        let sink: Sink = net.add(Sink::shape([2]).steps(1))?;
        loader.state.connect_var(&sink.data)?;
        net.run(RunSteps(2))
    };
    fails(state(false), &["the sample", "NaN"]);
    state(true)?;

    fails(
        loihi().add(Spiker::<f32>::shape([1]).payload(f32::NAN)),
        &["payload", "NaN"],
    );
    Ok(())
}
