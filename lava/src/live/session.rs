//! The state of a view, which the page and the terminal share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use lava_core::sync::{Mutex, lock};

use super::control::HoldControl;
use super::frame::{LiveFrame, LiveLayout, RunState};
use super::meter::Meter;
use super::panel::LivePanel;
use super::watched::Watched;
use crate::Result;
use crate::units::Time;

/// The time after which nobody looks.
const ABSENCE: Duration = Duration::from_secs(2);
/// The time between two samples of the load.
pub(super) const SAMPLE: Duration = Duration::from_millis(5);
/// The time between two looks at the probes.
const LOOK: Duration = Duration::from_millis(25);

/// A view of a network.
pub(super) struct LiveSession {
    title: String,
    network: Arc<dyn Watched>,
    control: Arc<HoldControl>,
    panels: Mutex<Vec<LivePanel>>,
    meter: Mutex<Meter>,
    times: Mutex<LookTimes>,
    /// The probes are there, or have been asked for.
    is_attached: AtomicBool,
    epoch: AtomicU64,
    looks: AtomicU64,
    last_step: AtomicU64,
    error: Mutex<Option<String>>,
}

#[derive(Default)]
struct LookTimes {
    /// The time at which somebody looked at the view.
    seen: Option<Instant>,
    /// The time at which the probes were looked at.
    looked: Option<Instant>,
}

impl LiveSession {
    pub(super) fn new(
        title: String,
        network: Arc<dyn Watched>,
        panels: Vec<LivePanel>,
    ) -> Arc<Self> {
        Arc::new(LiveSession {
            title,
            network,
            control: Arc::default(),
            panels: Mutex::new(panels),
            meter: Mutex::default(),
            times: Mutex::default(),
            is_attached: AtomicBool::new(false),
            epoch: AtomicU64::new(0),
            looks: AtomicU64::new(0),
            last_step: AtomicU64::new(0),
            error: Mutex::default(),
        })
    }

    pub(super) fn layout(&self) -> LiveLayout {
        LiveLayout {
            title: self.title.clone(),
            dt: self.network.dt().map(Time::in_ms),
            panels: lock(&self.panels).iter().map(LivePanel::layout).collect(),
        }
    }

    /// The news after a look of an epoch; all that is known in another one.
    pub(super) fn frame(&self, epoch: u64, after: u64) -> LiveFrame {
        lock(&self.times).seen = Some(Instant::now());
        let now = self.epoch.load(Relaxed);
        let after = if epoch == now { after } else { 0 };
        let panels = lock(&self.panels);
        let meter = lock(&self.meter);
        let steps_per_second = meter.steps_per_second().filter(|_| !self.control.is_held());
        let dt = self.network.dt().map(|dt| dt.in_ms() / 1000.0);
        let rtf = |dt: f64| {
            steps_per_second
                .filter(|speed| *speed > 0.0)
                .map(|speed| 1.0 / (speed * dt))
        };
        LiveFrame {
            epoch: now,
            look: self.looks.load(Relaxed),
            step: self.last_step.load(Relaxed),
            state: self.state(),
            steps_per_second,
            real_time_factor: dt.and_then(rtf),
            workers: meter.loads(),
            panels: panels.iter().map(|panel| panel.frame(after)).collect(),
            error: lock(&self.error).clone(),
        }
    }

    fn state(&self) -> RunState {
        match self.network.is_running() {
            _ if self.control.is_held() => RunState::Held,
            true => RunState::Running,
            false => RunState::Idle,
        }
    }

    pub(super) fn hold(&self) {
        self.control.hold(&self.network);
    }

    pub(super) fn resume(&self) {
        self.control.resume();
    }

    pub(super) fn step(&self) {
        self.control.step(&self.network);
    }

    /// Sets the Var of a slider between two steps. Returns `false` if the panel is no slider, or the
    /// value is not in its range.
    pub(super) fn set(self: &Arc<Self>, panel: usize, value: f64) -> bool {
        let panels = lock(&self.panels);
        let Some(LivePanel::Slider(slider)) = panels.get(panel) else {
            return false;
        };
        if !(slider.low..=slider.high).contains(&value) {
            return false;
        }
        let set = Arc::clone(&slider.set);
        drop(panels);
        let session = Arc::clone(self);
        // A value that is refused must not end the run.
        self.change(move || {
            match set(value) {
                Ok(()) => session.note_value(panel, value),
                Err(error) => session.note(&error),
            }
            Ok(())
        });
        true
    }

    /// Takes a sample of the load, and looks at the probes when it is time; adds them when somebody
    /// looks, and removes them when nobody does. Returns `true` while somebody looks.
    pub(super) fn tick(self: &Arc<Self>) -> bool {
        let now = Instant::now();
        let is_seen = lock(&self.times)
            .seen
            .is_some_and(|seen| now - seen < ABSENCE);
        if is_seen != self.is_attached.swap(is_seen, Relaxed) {
            if is_seen {
                self.attach();
            } else {
                self.detach();
            }
        }
        if !is_seen {
            return false;
        }
        let step = self.network.time_step();
        lock(&self.meter).sample(step, self.network.status());
        let mut times = lock(&self.times);
        if times.looked.is_none_or(|looked| now - looked >= LOOK) {
            times.looked = Some(now);
            drop(times);
            self.look(step);
        }
        true
    }

    /// Ends the view: the network runs on, without probes.
    pub(super) fn close(&self) {
        self.is_attached.store(false, Relaxed);
        self.control.close();
        self.detach();
    }

    fn look(&self, step: u64) {
        let mut panels = lock(&self.panels);
        if self.last_step.swap(step, Relaxed) > step {
            self.epoch.fetch_add(1, Relaxed);
            panels.iter_mut().for_each(LivePanel::clear);
        }
        let look = self.looks.fetch_add(1, Relaxed) + 1;
        panels.iter_mut().for_each(|panel| panel.look(look));
    }

    fn attach(self: &Arc<Self>) {
        let session = Arc::clone(self);
        self.change(move || {
            if !session.is_attached.load(Relaxed) {
                return Ok(());
            }
            let mut panels = lock(&session.panels);
            let attached = panels.iter_mut().try_for_each(LivePanel::attach);
            drop(panels);
            if let Err(error) = attached {
                session.note(&error);
            }
            Ok(())
        });
    }

    fn detach(&self) {
        lock(&self.panels).iter_mut().for_each(LivePanel::detach);
        *lock(&self.meter) = Meter::default();
    }

    fn change(&self, change: impl FnOnce() -> Result<()> + Send + 'static) {
        if let Some(change) = self.control.change(Box::new(change))
            && let Err(error) = self.network.change(change)
        {
            self.note(&error);
        }
    }

    fn note(&self, error: &crate::Error) {
        *lock(&self.error) = Some(error.to_string());
    }

    fn note_value(&self, panel: usize, value: f64) {
        if let Some(LivePanel::Slider(slider)) = lock(&self.panels).get_mut(panel) {
            slider.value = Some(value);
        }
        *lock(&self.error) = None;
    }
}
