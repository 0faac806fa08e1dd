//! Building, running, reading, writing, resetting, stopping.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use lava::error::{StateError, VarError};
use lava::network::{AnyTag, HasModel};
use lava::prelude::*;
use lava::proc::{Dense, Lif, Membrane, Source};
use ndarray::{ArrayD, arr1, array};

use crate::support::loihi;

fn lif(net: &Network<Loihi1SimCfg>) -> lava::Result<Lif> {
    net.add(Lif::shape([3]).bias_mant(3.0).vth(10.0).name("lif"))
}

fn values(values: &[f32]) -> ArrayD<f32> {
    arr1(values).into_dyn()
}

#[test]
fn the_tutorial() -> lava::Result<()> {
    let net = loihi();
    let lif = lif(&net)?;
    net.run(RunSteps(1))?;
    assert_eq!(lif.v.get()?, values(&[3.0, 3.0, 3.0]));
    lif.v.set([1.0, 2.0, 3.0])?;
    assert_eq!(lif.v.get()?, values(&[1.0, 2.0, 3.0]));
    net.run(RunSteps(2))?;
    assert_eq!(lif.v.get()?, values(&[7.0, 8.0, 9.0]));
    assert_eq!(net.time_step(), 3);
    net.stop()
}

#[test]
fn before_the_first_run_vars_hold_their_initial_values() -> lava::Result<()> {
    let net = loihi();
    let lif = lif(&net)?;
    assert_eq!(lif.bias_mant.get()?, values(&[3.0, 3.0, 3.0]));
    lif.v.set([1.0, 2.0, 3.0])?;
    assert_eq!(lif.v.get()?, values(&[1.0, 2.0, 3.0]));
    net.run(RunSteps(1))?;
    assert_eq!(lif.v.get()?, values(&[4.0, 5.0, 6.0]));
    Ok(())
}

#[test]
fn several_runs_are_one_long_run() -> lava::Result<()> {
    let trace = |runs: &[u64]| -> lava::Result<ArrayD<f32>> {
        let net = loihi();
        let lif: Lif = net.add(Lif::shape([3]).bias_mant([0.3, 0.5, 0.7]).dv(0.1).vth(2.0))?;
        let v = net.probe(&lif.v)?;
        for steps in runs {
            net.run(RunSteps(*steps))?;
        }
        Ok(v.data())
    };
    assert_eq!(trace(&[30])?, trace(&[1, 9, 20])?);
    Ok(())
}

#[test]
fn a_uniform_parameter_can_become_individual_and_back() -> lava::Result<()> {
    let net = loihi();
    let lif = lif(&net)?;
    net.run(RunSteps(1))?;
    lif.bias_mant.set([1.0, 2.0, 3.0])?;
    net.run(RunSteps(1))?;
    assert_eq!(lif.v.get()?, values(&[4.0, 5.0, 6.0]));
    lif.bias_mant.set(0.0)?;
    net.run(RunSteps(1))?;
    assert_eq!(lif.v.get()?, values(&[4.0, 5.0, 6.0]));
    assert_eq!(lif.bias_mant.get()?, values(&[0.0, 0.0, 0.0]));
    Ok(())
}

#[test]
fn the_threshold_follows_set_in_fixed_point() -> lava::Result<()> {
    let net = loihi();
    let lif: Lif<i32> = net.add(Lif::shape([1]).bias_mant(100).vth(1000))?;
    let spikes = net.probe(&lif.s_out)?;
    net.run(RunSteps(1))?;
    lif.vth.set(1)?;
    net.run(RunSteps(1))?;
    assert_eq!(spikes.events(), [(2, 0)]);
    Ok(())
}

#[test]
fn a_reset_starts_over() -> lava::Result<()> {
    let net = loihi();
    let source: Source = net.add(Source::data([[1.0], [2.0], [3.0]]))?;
    let input: Lif = net.add(Lif::shape([1]).vth(0.5).du(1.0))?;
    let dense: Dense = net.add(Dense::weights([[5.0]]))?;
    let output: Lif = net.add(Lif::shape([1]).vth(100.0).v(1.0))?;
    source.s_out.connect(&input.a_in)?;
    input.s_out.connect(&dense.s_in)?;
    dense.a_out.connect(&output.a_in)?;
    let v = net.probe(&output.v)?;
    net.run(RunSteps(4))?;
    let first = v.data();
    output.v.set(50.0)?;
    net.reset()?;
    assert_eq!(net.time_step(), 0);
    assert_eq!(
        output.v.get()?,
        values(&[1.0]),
        "the initial value, not the one set later"
    );
    assert_eq!(v.steps(), 0);
    net.run(RunSteps(4))?;
    assert_eq!(
        v.data(),
        first,
        "nothing of the first run is left on its way"
    );
    Ok(())
}

#[test]
fn after_stop_everything_says_so() -> lava::Result<()> {
    let net = loihi();
    let lif = lif(&net)?;
    net.run(RunSteps(1))?;
    let steps = net.time_step();
    net.stop()?;
    net.stop()?;
    assert_eq!(net.time_step(), steps);
    let error = lif.v.get().unwrap_err();
    assert!(
        matches!(
            error,
            lava::Error::Var {
                cause: VarError::Stopped,
                ..
            }
        ),
        "{error}"
    );
    assert!(
        error
            .to_string()
            .starts_with("`lif.v`: the network has been stopped"),
        "{error}"
    );
    assert!(lif.v.set(1.0).is_err());
    let Err(lava::Error::State(error)) = net.run(RunSteps(1)) else {
        panic!("a stopped network runs")
    };
    assert!(matches!(error, StateError::Stopped));
    assert!(net.reset().is_err());
    assert!(net.add(Lif::<f32>::shape([1])).is_err());
    Ok(())
}

#[test]
fn handles_keep_the_network_alive() -> lava::Result<()> {
    let lif = {
        let net = loihi();
        let lif = lif(&net)?;
        net.run(RunSteps(2))?;
        lif
    };
    assert_eq!(lif.v.get()?, values(&[6.0, 6.0, 6.0]));
    assert_eq!(lif.clone().name(), "lif");
    Ok(())
}

/// Counts how many of it are alive.
#[derive(Clone, Default)]
struct Alive(Arc<AtomicUsize>);

struct Token(Arc<AtomicUsize>);

impl Alive {
    fn token(&self) -> Token {
        self.0.fetch_add(1, Ordering::SeqCst);
        Token(Arc::clone(&self.0))
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[process]
struct Tenant {
    #[param]
    alive: Param<Alive>,
}

#[implements(proc = Tenant, protocol = Loihi)]
struct TenantModel {
    alive: Alive,
    #[local(init = None)]
    token: Option<Token>,
}

impl LoihiModel for TenantModel {
    fn start(&mut self) -> lava::Result<()> {
        self.token = Some(self.alive.token());
        Ok(())
    }
}

#[test]
fn dropping_the_last_handle_ends_workers_and_models() -> lava::Result<()> {
    let alive = Alive::default();
    for workers in [1, 4] {
        let net = loihi();
        net.set_workers(workers)?;
        let tenants: Vec<Tenant> = (0..4)
            .map(|_| net.add(Tenant::alive(alive.clone())))
            .collect::<lava::Result<_>>()?;
        net.run(RunSteps(3))?;
        assert_eq!(net.workers(), workers);
        assert_eq!(alive.0.load(Ordering::SeqCst), 4);
        drop(net);
        assert_eq!(
            alive.0.load(Ordering::SeqCst),
            4,
            "handles keep the network"
        );
        drop(tenants);
        assert_eq!(alive.0.load(Ordering::SeqCst), 0, "no model is left");
    }
    Ok(())
}

#[test]
fn networks_run_in_parallel_threads() {
    let threads: Vec<_> = (0..4)
        .map(|_| {
            std::thread::spawn(|| {
                let net = loihi();
                let lif: Lif = net.add(Lif::shape([2]).bias_mant(1.0).vth(100.0))?;
                net.run(RunSteps(50))?;
                lif.v.get()
            })
        })
        .collect();
    for thread in threads {
        let v = thread.join().expect("no panic").expect("no error");
        assert_eq!(v, values(&[50.0, 50.0]));
    }
}

#[test]
fn a_matrix_is_read_as_it_was_written() -> lava::Result<()> {
    let net = loihi();
    let weights = array![[1.0_f64, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let dense: Dense<f64> = net.add(Dense::weights(&weights))?;
    let record = net.probe(&dense.weights)?;
    net.run(RunSteps(1))?;
    assert_eq!(dense.weights.get()?, weights.clone().into_dyn());
    let transposed = array![[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]].reversed_axes();
    dense.weights.set(transposed * 2.0)?;
    assert_eq!(dense.weights.get()?, (&weights * 2.0).into_dyn());
    net.run(RunSteps(1))?;
    let rows = ndarray::stack![ndarray::Axis(0), weights, &weights * 2.0];
    assert_eq!(record.data(), rows.into_dyn());
    Ok(())
}

/// Refuses negative weights, which it keeps by columns and as they come.
#[process]
struct Picky {
    #[var(init = 0.0)]
    by_columns: Var<f32>,
    #[var(init = 0.0)]
    by_rows: Var<f32>,
}

#[implements(proc = Picky, protocol = Loihi, shardable)]
struct PickyModel {
    by_columns: lava::model::ColumnMajor<f32>,
    by_rows: Vec<f32>,
}

impl LoihiModel for PickyModel {
    fn on_var_update(&mut self, _: &str) -> lava::Result<()> {
        let by_columns = self.by_columns.view().into_iter();
        match by_columns.chain(&self.by_rows).any(|weight| *weight < 0.0) {
            true => Err(lava::Error::model("a negative weight")),
            false => Ok(()),
        }
    }
}

#[test]
fn a_matrix_is_replaced_whole_or_not_at_all_in_either_order() -> lava::Result<()> {
    let weights = ndarray::Array2::from_shape_fn((600, 20), |(i, j)| (i * 20 + j) as f32);
    let columns = weights
        .t()
        .as_standard_layout()
        .into_owned()
        .reversed_axes();
    let mut refused = weights.clone();
    refused[[599, 19]] = -1.0;
    for workers in [1, 2, 3] {
        let net = loihi();
        net.set_workers(workers)?;
        let picky = net.add(Picky::shape([600, 20]))?;
        net.run(RunSteps(1))?;
        for var in [&picky.by_columns, &picky.by_rows] {
            for given in [&weights, &columns] {
                var.set(0.5)?;
                var.set(&refused).expect_err("a weight is negative");
                assert!(var.get()?.iter().all(|weight| *weight == 0.5));
                var.set(given)?;
                var.set(&refused).expect_err("a weight is negative");
                assert_eq!(var.get()?, weights.clone().into_dyn());
            }
        }
        net.stop()?;
    }
    Ok(())
}

/// Looks at its own Var from inside.
#[process]
struct Nosy {
    #[var(init = 0.0)]
    x: Var<f32>,
    #[param]
    own: Param<Arc<OnceLock<Var<f32>>>>,
}

#[implements(proc = Nosy, protocol = Loihi)]
struct NosyModel {
    x: ArrayD<f32>,
    own: Arc<OnceLock<Var<f32>>>,
}

impl NosyModel {
    fn look(&self) -> lava::Result<()> {
        self.own.get().map_or(Ok(()), |own| own.get().map(drop))
    }
}

impl LoihiModel for NosyModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.look()
    }

    fn on_var_update(&mut self, var: &str) -> lava::Result<()> {
        assert_eq!(var, "x");
        self.look()
    }
}

#[test]
fn a_model_that_uses_its_own_handle_gets_an_error_not_a_deadlock() -> lava::Result<()> {
    let net = loihi();
    let own = Arc::new(OnceLock::new());
    let nosy = net.add(Nosy::shape([1]).own(Arc::clone(&own)))?;
    net.run(RunSteps(1))?;
    own.set(nosy.x.clone()).expect("set once");
    let error = nosy.x.set(1.0).expect_err("the hook fails").to_string();
    assert!(
        error.contains("on_var_update") && error.contains("the network is setting a Var"),
        "{error}"
    );
    assert_eq!(
        nosy.x.get()?[0],
        0.0,
        "a value that is refused changes nothing"
    );
    let error = net
        .run(RunSteps(1))
        .expect_err("the step fails")
        .to_string();
    assert!(
        error.contains("run_spk") && error.contains("is running"),
        "{error}"
    );
    net.stop()
}

#[test]
fn the_layout_of_an_initial_value_does_not_matter() -> lava::Result<()> {
    let values = array![[1.0_f32, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let columns = values.t().as_standard_layout().into_owned().reversed_axes();
    assert_eq!(values, columns);
    let net = loihi();
    let lif: Lif = net.add(
        Lif::shape([2, 3])
            .v(&columns)
            .bias_mant(&columns)
            .vth(100.0),
    )?;
    net.run(RunSteps(1))?;
    assert_eq!(lif.v.get()?, (&values * 2.0).into_dyn());
    lif.v.set(&columns)?;
    net.run(RunSteps(1))?;
    assert_eq!(lif.v.get()?, (&values * 2.0).into_dyn());
    net.reset()?;
    assert_eq!(lif.v.get()?, values.into_dyn());
    Ok(())
}

/// A network over any kind of number that has models.
fn generic<T>(bias: T) -> lava::Result<ArrayD<T>>
where
    T: Membrane,
    Lif<T>: HasModel<Loihi, AnyTag, Cpu>,
{
    let net = network! { Loihi1SimCfg;
        input: Source<T> = Source::data([[bias]]);
        lif: Lif<T> = Lif::shape([1]);
        input.s_out -> lif.a_in;
    }?;
    net.run(RunSteps(1))?;
    net.lif.u.get()
}

#[test]
fn code_can_be_generic_over_the_kind_of_number() -> lava::Result<()> {
    assert_eq!(generic(1.5_f64)?[[0]], 1.5);
    assert_eq!(generic(3)?[[0]], 3 << 6);
    Ok(())
}
