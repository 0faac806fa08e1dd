//! The description of a view.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::{Arc, mpsc};

use lava_core::data::{AnyShape, Element, IntoInit};
use num_traits::{FromPrimitive, ToPrimitive};

use super::error::LiveError;
use super::panel::{KEPT_ROWS, LivePanel, RasterPanel, SliderPanel, TakeRows, TracePanel};
use super::session::LiveSession;
use crate::Network;
use crate::error::StateError;
use crate::monitor::{Probe, ProbeOptions, Probed, SpikeProbe};
use crate::process::{Spike, Var};
use crate::{Error, Result};

/// The most rasters that a view without panels of its own has.
const RASTERS: usize = 4;
/// The most traces that it has.
const TRACES: usize = 4;
/// The elements of each of them.
const TRACED: usize = 3;
/// The most sliders that it has.
const SLIDERS: usize = 8;
/// The most neurons of its rasters.
const NEURONS: usize = 500;

/// A view of a network that is being described: see [`Network::live`].
#[must_use = "a view is shown by `serve`, or `in_terminal`"]
pub struct Live<C> {
    network: Network<C>,
    title: String,
    pub(super) port: u16,
    panels: Vec<LivePanel>,
    errors: Vec<Error>,
}

/// Live views, with the feature `live` or `terminal`.
impl<C: 'static> Network<C> {
    /// Describes a view of the network while it runs: rasters, traces, rates, the load of each worker,
    /// the real-time factor, and sliders for Vars. `serve` shows it in a browser, with the
    /// feature `live`, and `in_terminal` in the terminal, with the feature `terminal`.
    ///
    /// A view without panels has rasters of the first ports of spikes, traces of the first Vars `v`, and
    /// sliders for Vars of one element.
    ///
    /// A viewer can hold the network, which then waits between two steps with the thread that runs it,
    /// until a viewer lets it go, or a `pause` or `stop` ends the run. A view keeps the network alive,
    /// as a handle does.
    ///
    /// ```no_run
    /// use lava::prelude::*;
    /// use lava::proc::{IafPscExp, PoissonInput};
    ///
    /// # fn main() -> lava::Result<()> {
    /// let net = network! { Loihi1SimCfg;
    ///     input:   PoissonInput = PoissonInput::shape([100]).rate(8000.0).weight(80.0);
    ///     neurons: IafPscExp    = IafPscExp::shape([100]);
    ///     input.a_out -> neurons.exc_in;
    /// }?;
    /// let view = net.live()
    ///     .raster("neurons", &net.neurons.s_out)
    ///     .trace("membrane, mV", &net.neurons.v_m.select([0, 1]))
    ///     .serve()?;
    /// println!("{}", view.address()); // to be opened in a browser
    /// net.run(RunContinuous)
    /// # }
    /// ```
    pub fn live(&self) -> Live<C> {
        Live {
            network: self.clone(),
            title: "Lava".to_owned(),
            port: 0,
            panels: Vec::new(),
            errors: Vec::new(),
        }
    }
}

impl<C: 'static> Live<C> {
    /// Gives the view a title; default: "Lava".
    pub fn title(mut self, title: impl Into<String>) -> Live<C> {
        self.title = title.into();
        self
    }

    /// Sets the port of the page; default: one that is free.
    pub fn port(mut self, port: u16) -> Live<C> {
        self.port = port;
        self
    }

    /// Adds a raster with the rate of its neurons: an out-port of spikes, or neurons of it,
    /// `port.select(0..100)`. Of many spikes some are left out.
    pub fn raster<P>(mut self, name: impl Into<String>, target: &P) -> Live<C>
    where
        P: Probed<Probe = SpikeProbe> + Clone + Send + 'static,
    {
        let attach = self.attach(target);
        if let Some(neurons) = self.tried(&attach, |probe| probe.counts().len()) {
            self.panels.push(LivePanel::Raster(RasterPanel {
                name: name.into(),
                neurons,
                attach: Box::new(attach),
                probe: None,
                spikes: Default::default(),
            }));
        }
        self
    }

    /// Adds the traces of a Var or of an out-port of numbers, or of elements of it, `var.select(0..3)`:
    /// of the first eight of them. Of many steps some are left out.
    pub fn trace<P, T>(mut self, name: impl Into<String>, target: &P) -> Live<C>
    where
        T: Element + ToPrimitive,
        P: Probed<Probe = Probe<T>> + Clone + Send + 'static,
    {
        let attach = self.attach(target);
        if let Some(elements) = self.tried(&attach, Probe::elements) {
            self.panels.push(LivePanel::Trace(TracePanel {
                name: name.into(),
                elements,
                attach: Box::new(move || Ok(Box::new(attach()?) as Box<dyn TakeRows>)),
                probe: None,
                rows: Default::default(),
            }));
        }
        self
    }

    /// Adds a slider that sets a Var between two steps: all of its elements to one number. It shows the
    /// first.
    pub fn slider<T, S>(mut self, var: &Var<T, S>, range: RangeInclusive<T>) -> Live<C>
    where
        T: Element + ToPrimitive + FromPrimitive + IntoInit<T>,
        S: AnyShape,
    {
        let number = |value: &T| value.to_f64().unwrap_or(f64::NAN);
        let (low, high) = (number(range.start()), number(range.end()));
        let name = var.label();
        if !(low < high && low.is_finite() && high.is_finite()) {
            self.errors.push(
                LiveError::Range {
                    var: name,
                    low,
                    high,
                }
                .into(),
            );
            return self;
        }
        let read = Var::<T>::new(var.process.clone(), Arc::clone(&var.core));
        let set = read.clone();
        self.panels.push(LivePanel::Slider(SliderPanel {
            name,
            low,
            high,
            get: Box::new(move || first(&read)),
            set: Arc::new(move |value| match T::from_f64(value) {
                Some(value) => set.set(value),
                None => Ok(()),
            }),
            value: None,
        }));
        self
    }

    /// The view, if all of its panels can be shown.
    pub(super) fn session(mut self) -> Result<Arc<LiveSession>> {
        if self.panels.is_empty() && self.errors.is_empty() {
            self = self.with_default_panels()?;
        }
        match self.errors.len() {
            0 => Ok(LiveSession::new(
                self.title,
                Arc::new(self.network),
                self.panels,
            )),
            1 => Err(self.errors.remove(0)),
            _ => Err(Error::Several(self.errors)),
        }
    }

    /// Makes a probe of the last rows.
    fn attach<P: Probed + Clone + Send + 'static>(
        &self,
        target: &P,
    ) -> impl Fn() -> Result<P::Probe> + Clone + Send + 'static {
        let (network, target) = (self.network.clone(), target.clone());
        move || network.probe_with(&target, &ProbeOptions::new().last(KEPT_ROWS))
    }

    /// Makes a probe, to see that it can be made and what it records; between two steps of a run.
    fn tried<T>(
        &mut self,
        attach: &(impl Fn() -> Result<T> + Clone + Send + 'static),
        look: impl FnOnce(&T) -> usize + Send + 'static,
    ) -> Option<usize> {
        let attach = attach.clone();
        let look = move || attach().map(|probe| look(&probe));
        let result = between_steps(&self.network, look);
        result.map_err(|error| self.errors.push(error)).ok()
    }

    fn with_default_panels(mut self) -> Result<Live<C>> {
        let paths = self.network.member_paths();
        for path in paths.spikes.into_iter().take(RASTERS) {
            let port = self.network.out_port::<Spike>(&path)?;
            let neurons: usize = port.shape().iter().product();
            let stride = neurons.div_ceil(NEURONS).max(1);
            let chosen: Vec<usize> = (0..neurons).step_by(stride).collect();
            self = match stride {
                1 => self.raster(path, &port),
                _ => self.raster(format!("{path}, every {stride}th"), &port.select(chosen)),
            };
        }
        let voltages = paths
            .numbers
            .iter()
            .filter(|path| path.ends_with(".v") || path.ends_with(".v_m"));
        for path in voltages.take(TRACES) {
            let var = self.network.var::<f32>(path)?;
            let elements: usize = var.shape().iter().product();
            self = self.trace(path, &var.select(0..elements.min(TRACED)));
        }
        for path in paths.scalars.iter().take(SLIDERS) {
            let var = self.network.var::<f32>(path)?;
            let read = var.clone();
            let value = between_steps(&self.network, move || first(&read))?;
            let reach = if value == 0.0 { 1.0 } else { 2.0 * value.abs() };
            let low = if value < 0.0 { -reach } else { 0.0 };
            let high = if value < 0.0 { 0.0 } else { reach };
            self = self.slider(&var, low as f32..=high as f32);
        }
        Ok(self)
    }
}

impl<C> fmt::Debug for Live<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live")
            .field("title", &self.title)
            .field("panels", &self.panels.len())
            .finish_non_exhaustive()
    }
}

/// The first element of a Var.
fn first<T: Element + ToPrimitive>(var: &Var<T>) -> Result<f64> {
    let values = var.get()?;
    Ok(values
        .first()
        .and_then(ToPrimitive::to_f64)
        .unwrap_or(f64::NAN))
}

/// Calls a function between two steps, or now if there is no run, and returns its result.
fn between_steps<C: 'static, T: Send + 'static>(
    network: &Network<C>,
    call: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    // Code that the network calls would wait for itself.
    if network.is_inside() {
        return call();
    }
    let (send, result) = mpsc::channel();
    network.at_next_step(move || {
        let _ = send.send(call());
        Ok(())
    })?;
    // A change is dropped with its network.
    result
        .recv()
        .unwrap_or_else(|_| Err(StateError::Stopped.into()))
}
