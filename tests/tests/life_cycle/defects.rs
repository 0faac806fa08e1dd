//! Calls at moments at which they once went wrong.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::thread;

use lava::Error;
use lava::error::{RunError, StateError, VarError};
use lava::network::StepAction;
use lava::prelude::*;
use lava::proc::Lif;

use super::models::{Calls, CallsAsync, Hook, Outer, Place};
use super::watch::HangGuard;
use crate::support::{fails, loihi};

type Net = Network<Loihi1SimCfg>;

/// The number of rounds of a race.
const ROUNDS: usize = 200;

/// Calls `each` in a loop on another thread, until `act` is over.
fn during<R>(each: impl Fn() + Sync, act: impl FnOnce() -> R) -> R {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let looping = scope.spawn(|| {
            while !is_over.load(SeqCst) {
                each();
            }
        });
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(act));
        is_over.store(true, SeqCst);
        looping.join().expect("it does not panic");
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// A hook that waits in one place until the other end is dropped, and says that it waits.
fn waiting_in(place: Place) -> (Hook, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let (entered, reached) = mpsc::channel();
    let (release, released) = mpsc::channel();
    let ends = Mutex::new((entered, released));
    let hook = Hook::at(place, move || {
        let (entered, released) = &*ends.lock().expect("nobody panics");
        let _ = entered.send(());
        let _: Result<(), _> = released.recv();
        Ok(())
    });
    (hook, reached, release)
}

#[test]
fn exported_vars_are_read_and_probed_while_another_thread_compiles_and_resets() -> lava::Result<()>
{
    let _guard = HangGuard::new("exported_vars");
    let net = loihi();
    let outer = net.add(Outer::hook(Hook::none()).name("outer"))?;
    let look = || {
        outer.x.get().expect("it waits for the transition");
        net.probe(&outer.x).expect("it waits for the transition");
        net.var::<i32>("outer.inner.x")
            .expect("the graph is in place");
        assert!(net.to_mermaid().contains("outer"));
    };
    during(look, || {
        net.compile()?;
        (0..ROUNDS).try_for_each(|_| net.reset())
    })?;
    net.stop()
}

#[test]
fn a_composite_process_is_complete_before_the_network_is_compiled() -> lava::Result<()> {
    let _guard = HangGuard::new("a_composite_process_is_complete");
    let (hook, reached, release) = waiting_in(Place::Build);
    let net = loihi();
    thread::scope(|scope| {
        let adding = scope.spawn(|| net.add(Outer::hook(hook).name("outer")));
        reached.recv().expect("it is built");
        let running = scope.spawn(|| net.run(RunSteps(1)));
        thread::yield_now();
        drop(release);
        let outer = adding.join().expect("it does not panic")?;
        running.join().expect("it does not panic")?;
        assert_eq!(outer.x.get()?[0], 1);
        net.stop()
    })
}

#[test]
fn a_composite_process_that_panics_leaves_its_name_free() -> lava::Result<()> {
    let _guard = HangGuard::new("a_composite_process_that_panics");
    let net = loihi();
    let panics = Hook::at(Place::Build, || panic!("no layer"));
    let adding = std::panic::AssertUnwindSafe(|| net.add(Outer::hook(panics).name("outer")));
    assert!(std::panic::catch_unwind(adding).is_err());
    assert!(net.var::<i32>("outer.inner.x").is_err());
    let outer = net.add(Outer::hook(Hook::none()).name("outer"))?;
    net.run(RunSteps(2))?;
    assert_eq!(outer.x.get()?[0], 2);
    net.stop()
}

#[test]
fn a_stop_while_the_network_is_compiled_or_reset_is_not_lost() -> lava::Result<()> {
    let _guard = HangGuard::new("a_stop_while_the_network_is_compiled_or_reset");
    for is_reset in [false, true] {
        let (hook, reached, release) = waiting_in(Place::Start);
        let is_waiting = Arc::new(AtomicBool::new(!is_reset));
        let waits = Arc::clone(&is_waiting);
        let hook = Hook::new(move |place| match waits.load(SeqCst) {
            true => hook.call(place),
            false => Ok(()),
        });
        let net = loihi();
        let process = net.add(Calls::hook(hook))?;
        if is_reset {
            net.compile()?;
            is_waiting.store(true, SeqCst);
        }
        thread::scope(|scope| {
            let transition = scope.spawn(|| if is_reset { net.reset() } else { net.compile() });
            reached.recv().expect("it is started");
            let stopping = scope.spawn(|| net.stop());
            thread::yield_now();
            drop(release);
            let _ = transition.join().expect("it does not panic");
            stopping.join().expect("it does not panic")
        })?;
        let error = net.run(RunSteps(3)).expect_err("it is stopped");
        assert!(
            matches!(error, Error::State(StateError::Stopped)),
            "{error}"
        );
        assert_eq!(net.time_step(), 0);
        assert!(process.x.get().is_err());
    }
    Ok(())
}

#[test]
fn a_stop_from_a_model_that_is_started_or_updated_says_what_it_cannot_do() -> lava::Result<()> {
    let _guard = HangGuard::new("a_stop_from_a_model_that_is_started_or_updated");
    for place in [Place::Start, Place::Update] {
        let own: Arc<OnceLock<Net>> = Arc::default();
        let inside = Arc::clone(&own);
        let hook = Hook::at(place, move || {
            fails(inside.get().expect("it is set").stop(), &["the network is"]);
            Ok(())
        });
        let net = loihi();
        let process = net.add(Calls::hook(hook))?;
        own.set(net.clone()).expect("it is set once");
        net.run(RunSteps(1))?;
        process.x.set(5)?;
        net.run(RunSteps(1))?;
        assert_eq!((process.x.get()?[0], net.time_step()), (6, 2));
        net.stop()?;
    }
    Ok(())
}

#[test]
fn no_step_is_made_after_a_stop() -> lava::Result<()> {
    let _guard = HangGuard::new("no_step_is_made_after_a_stop");
    for round in 0..ROUNDS {
        let (steps, net) = (Arc::new(AtomicU64::new(0)), loihi());
        let count = Arc::clone(&steps);
        let hook = Hook::at(Place::Run, move || {
            count.fetch_add(1, SeqCst);
            Ok(())
        });
        net.add(Calls::hook(hook))?;
        if round % 2 == 0 {
            net.compile()?;
        }
        thread::scope(|scope| {
            let running = scope.spawn(|| match round % 3 {
                0 => net.run(RunContinuous),
                _ => net.start(RunContinuous),
            });
            net.stop()?;
            let after = steps.load(SeqCst);
            match running.join().expect("it does not panic") {
                Ok(()) | Err(Error::State(StateError::Stopped)) => {}
                Err(other) => return Err(other),
            }
            assert_eq!(steps.load(SeqCst), after);
            fails(net.run(RunSteps(1)), &["has been stopped"]);
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn a_pause_waits_for_the_run_that_it_ends_and_for_no_other() -> lava::Result<()> {
    let _guard = HangGuard::new("a_pause_waits_for_the_run_that_it_ends");
    let net = loihi();
    net.add(Calls::hook(Hook::none()))?;
    net.compile()?;
    let runs = AtomicUsize::new(0);
    let run = || {
        net.run(RunContinuous).expect("no model fails");
        runs.fetch_add(1, SeqCst);
    };
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let runner = scope.spawn(|| {
            while !is_over.load(SeqCst) {
                run();
            }
        });
        while runs.load(SeqCst) < ROUNDS {
            net.pause().expect("no model fails");
        }
        is_over.store(true, SeqCst);
        // The other thread may be about to begin its last run.
        while !runner.is_finished() {
            net.pause().expect("no model fails");
        }
        net.stop()
    })
}

#[test]
fn a_callback_is_registered_or_refused_while_a_run_begins() -> lava::Result<()> {
    let _guard = HangGuard::new("a_callback_is_registered_or_refused");
    let net = loihi();
    net.add(Calls::hook(Hook::none()))?;
    let run = || net.run(RunSteps(1)).expect("no model fails");
    during(run, || {
        for _ in 0..ROUNDS {
            match net.on_step(|_| StepAction::Continue) {
                Ok(()) | Err(Error::State(StateError::Running)) => {}
                Err(other) => panic!("{other}"),
            }
        }
    });
    net.stop()
}

#[test]
fn a_set_is_made_with_what_the_model_derives_or_not_at_all() -> lava::Result<()> {
    let _guard = HangGuard::new("a_set_is_made_with_what_the_model_derives");
    let updates = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&updates);
    let hook = Hook::at(Place::Update, move || {
        count.fetch_add(1, SeqCst);
        Ok(())
    });
    let net = loihi();
    let process = net.add(Calls::hook(hook))?;
    net.compile()?;
    let run = || net.run(RunSteps(1)).expect("no model fails");
    let mut set = 0;
    during(run, || {
        for _ in 0..20 * ROUNDS {
            match process.x.set(1_000_000) {
                Ok(()) => set += 1,
                Err(Error::Var {
                    cause: VarError::Running,
                    ..
                }) => {}
                Err(other) => panic!("{other}"),
            }
        }
    });
    assert_eq!(updates.load(SeqCst), set);
    net.stop()
}

#[test]
fn threads_that_use_different_processes_do_not_refuse_each_other() -> lava::Result<()> {
    let _guard = HangGuard::new("threads_that_use_different_processes");
    let net = loihi();
    let first = net.add(Calls::hook(Hook::none()))?;
    let second = net.add(Calls::hook(Hook::none()))?;
    net.compile()?;
    let other = || second.x.set(1).expect("it waits");
    during(other, || {
        (0..5 * ROUNDS).try_for_each(|_| {
            first.x.set(2)?;
            first.x.get().map(drop)
        })
    })?;
    net.stop()
}

#[test]
fn a_value_that_a_model_refuses_changes_nothing() -> lava::Result<()> {
    let _guard = HangGuard::new("a_value_that_a_model_refuses");
    for how in [|| Err(Error::model("not this")), || panic!("not this")] {
        let refuses: fn() -> lava::Result<()> = how;
        let net = loihi();
        let process = net.add(Calls::hook(Hook::at(Place::Update, refuses)))?;
        net.run(RunSteps(3))?;
        fails(process.x.set(100), &["not this"]);
        assert_eq!(process.x.get()?[0], 3);
        net.run(RunSteps(1))?;
        assert_eq!(process.x.get()?[0], 4);
        net.stop()?;
    }
    Ok(())
}

#[test]
fn spikes_are_read_while_they_are_recorded() -> lava::Result<()> {
    let _guard = HangGuard::new("spikes_are_read_while_they_are_recorded");
    let net = loihi();
    net.set_workers(2)?;
    let lif: Lif = net.add(Lif::shape([300]).bias_mant(1.0).vth(0.5))?;
    let (spikes, v) = (net.probe(&lif.s_out)?, net.probe(&lif.v)?);
    for _ in 0..3 {
        net.start(RunSteps(40))?;
        while net.is_running() {
            let (steps, data) = (spikes.steps(), spikes.data());
            assert!(data.shape()[0] >= steps);
            v.data();
        }
        net.wait()?;
        net.reset()?;
    }
    net.stop()
}

#[test]
fn a_callback_after_a_background_run_starts_the_next() -> lava::Result<()> {
    let _guard = HangGuard::new("a_callback_after_a_background_run_starts_the_next");
    let net = loihi();
    net.add(Calls::hook(Hook::none()))?;
    let own = net.clone();
    net.on_run_end(move |step| {
        if step < 10 {
            own.start(RunSteps(1)).expect("no run is on");
        }
    })?;
    net.start(RunSteps(1))?;
    while net.time_step() < 10 {
        net.wait()?;
    }
    net.stop()
}

#[test]
fn a_model_on_any_thread_can_drop_the_last_handle() -> lava::Result<()> {
    let _guard = HangGuard::new("a_model_on_any_thread_can_drop_the_last_handle");
    for is_async in [false, true] {
        let handles: Arc<Mutex<Option<(Net, Vec<Calls>)>>> = Arc::default();
        let (gone, dropped) = mpsc::channel::<()>();
        let (inside, gone) = (Arc::clone(&handles), Mutex::new(Some(gone)));
        let hook = Hook::new(move |place| {
            let is_other = thread::current().name() != Some("lava run");
            if place == Place::Run && is_other {
                drop(inside.lock().expect("nobody panics").take());
            }
            if place == Place::Drop {
                drop(gone.lock().expect("nobody panics").take());
            }
            Ok(())
        });
        let net = loihi();
        net.set_workers(2)?;
        let processes = vec![
            net.add(Calls::hook(hook.clone()))?,
            net.add(Calls::hook(hook.clone()))?,
        ];
        if is_async {
            net.add(CallsAsync::hook(hook).asynchronous())?;
        }
        net.start(RunContinuous)?;
        *handles.lock().expect("nobody panics") = Some((net, processes));
        // The models are dropped: the run has ended.
        assert_eq!(dropped.recv(), Err(mpsc::RecvError));
    }
    Ok(())
}

/// Panics when it is copied, as the model that gets it is made.
#[derive(Debug, Default)]
pub(crate) struct Fragile(Arc<AtomicBool>);

impl Clone for Fragile {
    fn clone(&self) -> Fragile {
        assert!(!self.0.load(SeqCst), "no copy");
        Fragile(Arc::clone(&self.0))
    }
}

/// Has a parameter that cannot be copied.
#[process]
pub(crate) struct Copies {
    #[param]
    fragile: Param<Fragile>,
}

#[implements(proc = Copies, protocol = Loihi)]
struct CopiesModel {
    #[allow(dead_code)]
    fragile: Fragile,
}

impl LoihiModel for CopiesModel {}

static HAS_CAMERA: AtomicBool = AtomicBool::new(false);

/// Makes a field that needs a camera.
#[process]
pub(crate) struct Films {}

#[implements(proc = Films, protocol = Loihi)]
struct FilmsModel {
    #[allow(dead_code)]
    #[local(init = HAS_CAMERA.load(SeqCst).then_some(1).expect("no camera"))]
    camera: u8,
}

impl LoihiModel for FilmsModel {}

#[test]
fn a_network_whose_models_cannot_be_made_is_still_being_built() -> lava::Result<()> {
    let _guard = HangGuard::new("a_network_whose_models_cannot_be_made");
    let is_fragile = Arc::new(AtomicBool::new(false));
    let net = loihi();
    net.add(Copies::fragile(Fragile(Arc::clone(&is_fragile))))?;
    net.add(Films::new())?;
    fails(net.run(RunSteps(1)), &["no camera"]);
    HAS_CAMERA.store(true, SeqCst);
    is_fragile.store(true, SeqCst);
    fails(net.run(RunSteps(1)), &["no copy"]);
    net.wait()?;
    is_fragile.store(false, SeqCst);
    let late = net.add(Calls::hook(Hook::none()))?;
    net.set_workers(usize::MAX)?;
    net.run(RunSteps(2))?;
    assert_eq!(late.x.get()?[0], 2);
    net.stop()
}

#[test]
fn a_model_that_cannot_start_and_one_that_cannot_be_dropped_leave_a_network() -> lava::Result<()> {
    let _guard = HangGuard::new("a_model_that_cannot_start_and_one_that_cannot_be_dropped");
    let is_broken = Arc::new(AtomicBool::new(true));
    let breaks = Arc::clone(&is_broken);
    let start = Hook::at(Place::Start, move || match breaks.load(SeqCst) {
        true => Err(Error::model("no camera")),
        false => Ok(()),
    });
    let breaks = Arc::clone(&is_broken);
    let end = Hook::at(Place::Drop, move || {
        assert!(!breaks.load(SeqCst), "no end");
        Ok(())
    });
    let net = loihi();
    net.add(Calls::hook(start))?;
    net.add(Calls::hook(end))?;
    let error = net.run(RunSteps(1)).expect_err("it cannot start");
    let is_of_the_model =
        matches!(&error, Error::Run(error) if matches!(**error, RunError::Model { .. }));
    assert!(is_of_the_model, "{error}");
    net.wait()?;
    is_broken.store(false, SeqCst);
    net.run(RunSteps(1))?;
    is_broken.store(true, SeqCst);
    net.stop()
}

/// A panic whose payload panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("in a payload");
    }
}

#[test]
fn a_payload_that_panics_leaves_a_network_that_can_be_used() -> lava::Result<()> {
    let _guard = HangGuard::new("a_payload_that_panics");
    for place in [Place::Start, Place::Run, Place::Update, Place::Check] {
        let is_armed = Arc::new(AtomicBool::new(true));
        let armed = Arc::clone(&is_armed);
        let hook = Hook::at(place, move || match armed.load(SeqCst) {
            true => std::panic::panic_any(Bomb),
            false => Ok(()),
        });
        let net = loihi();
        let process = net.add(Calls::hook(hook))?;
        let first = net.run(RunSteps(1));
        assert_eq!(first.is_err(), place != Place::Update);
        assert!(process.x.set(1).is_err() || place != Place::Update);
        is_armed.store(false, SeqCst);
        net.reset()?;
        net.run(RunSteps(1))?;
        net.stop()?;
    }
    Ok(())
}
