//! Processes that call a closure wherever a network calls a model.

use std::fmt;
use std::sync::Arc;

use lava::network::export;
use lava::prelude::*;

/// The place in a model from which a closure is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Check,
    Start,
    Run,
    Update,
    Drop,
    Build,
}

/// A closure of a test.
#[derive(Clone)]
pub(crate) struct Hook(Arc<dyn Fn(Place) -> lava::Result<()> + Send + Sync>);

impl Hook {
    pub(crate) fn new(hook: impl Fn(Place) -> lava::Result<()> + Send + Sync + 'static) -> Hook {
        Hook(Arc::new(hook))
    }

    /// A closure that is called in one place only.
    pub(crate) fn at(
        place: Place,
        hook: impl Fn() -> lava::Result<()> + Send + Sync + 'static,
    ) -> Hook {
        Hook::new(move |called| if called == place { hook() } else { Ok(()) })
    }

    /// No closure.
    pub(crate) fn none() -> Hook {
        Hook::new(|_| Ok(()))
    }

    pub(crate) fn call(&self, place: Place) -> lava::Result<()> {
        (self.0)(place)
    }
}

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook")
    }
}

/// Calls a hook; sends the number of its step.
#[process]
pub(crate) struct Calls {
    #[param]
    pub(crate) hook: Param<Hook>,
    #[port(shape = [1])]
    pub(crate) out: OutPort<i32>,
    #[port(shape = [1])]
    pub(crate) input: InPort<i32>,
    #[var(shape = [1], init = 0)]
    pub(crate) x: Var<i32>,
}

#[implements(proc = Calls, protocol = Loihi)]
struct CallsModel {
    hook: Hook,
    out: Out<i32>,
    input: In<i32>,
    x: ArrayD<i32>,
}

impl LoihiModel for CallsModel {
    fn check(&self) -> lava::Result<()> {
        self.hook.call(Place::Check)
    }

    fn start(&mut self) -> lava::Result<()> {
        self.hook.call(Place::Start)
    }

    fn on_var_update(&mut self, _: &str) -> lava::Result<()> {
        self.hook.call(Place::Update)
    }

    fn run_spk(&mut self) -> lava::Result<()> {
        self.x += 1;
        self.out.send(&self.x)?;
        self.input.recv();
        self.hook.call(Place::Run)
    }
}

impl Drop for CallsModel {
    fn drop(&mut self) {
        self.hook.call(Place::Drop).expect("the hook agrees");
    }
}

/// Calls a hook, asynchronously, until its run ends.
#[process]
pub(crate) struct CallsAsync {
    #[param]
    pub(crate) hook: Param<Hook>,
}

#[implements(proc = CallsAsync, protocol = Async)]
struct CallsAsyncModel {
    hook: Hook,
}

impl AsyncModel for CallsAsyncModel {
    fn run_async(&mut self, run: &AsyncRun<'_>) -> lava::Result<()> {
        while !run.is_ending() {
            self.hook.call(Place::Run)?;
            std::thread::yield_now();
        }
        Ok(())
    }
}

/// A composite process whose construction calls a hook, before and after it adds a process.
#[process]
pub(crate) struct Outer {
    #[param]
    pub(crate) hook: Param<Hook>,
    #[var(shape = [1], init = 0)]
    pub(crate) x: Var<i32>,
}

#[implements(proc = Outer, protocol = Loihi, sub_model)]
struct OuterModel;

impl SubModel for OuterModel {
    type Process = Outer;
    type Config = Loihi1SimCfg;

    fn build(outer: &Outer, net: &Network<Loihi1SimCfg>) -> lava::Result<OuterExports> {
        let inner = net.add(Calls::hook(Hook::clone(&outer.hook)).name("inner"))?;
        outer.hook.call(Place::Build)?;
        Ok(OuterExports {
            x: export(&inner.x),
        })
    }
}
