//! Panels: rasters, traces and sliders.

use std::sync::Arc;

use lava_core::data::Element;
use num_traits::ToPrimitive;

use super::frame::{PanelFrame, PanelLayout};
use super::store::{RecentRows, RecentSpikes};
use crate::Result;
use crate::monitor::{Probe, SpikeProbe};

/// The rows that a probe keeps between two looks.
pub(super) const KEPT_ROWS: usize = 4096;
/// The most elements of a trace.
const MOST_TRACES: usize = 8;

/// Makes a probe.
pub(super) type Attach<T> = Box<dyn Fn() -> Result<T> + Send>;

/// A panel of a view.
pub(super) enum LivePanel {
    Raster(RasterPanel),
    Trace(TracePanel),
    Slider(SliderPanel),
}

/// The spikes of a port.
pub(super) struct RasterPanel {
    pub(super) name: String,
    pub(super) neurons: usize,
    pub(super) attach: Attach<SpikeProbe>,
    pub(super) probe: Option<SpikeProbe>,
    pub(super) spikes: RecentSpikes,
}

/// The values of a Var or port.
pub(super) struct TracePanel {
    pub(super) name: String,
    pub(super) elements: usize,
    pub(super) attach: Attach<Box<dyn TakeRows>>,
    pub(super) probe: Option<Box<dyn TakeRows>>,
    pub(super) rows: RecentRows,
}

/// A Var that viewers set.
pub(super) struct SliderPanel {
    pub(super) name: String,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) get: Attach<f64>,
    pub(super) set: Arc<dyn Fn(f64) -> Result<()> + Send + Sync>,
    /// The value when it was last read or set.
    pub(super) value: Option<f64>,
}

/// A probe of numbers whose type is forgotten.
pub(super) trait TakeRows: Send {
    /// Returns steps and values of the rows since the last call, of at most `MOST_TRACES` elements.
    fn take(&self) -> (Vec<u64>, Vec<f32>);
}

impl<T: Element + ToPrimitive> TakeRows for Probe<T> {
    fn take(&self) -> (Vec<u64>, Vec<f32>) {
        let rows = Probe::take(self);
        let width = rows.data.len() / rows.steps.len().max(1);
        let values = rows.data.iter().enumerate();
        let shown = values.filter(|(index, _)| index % width.max(1) < MOST_TRACES);
        let number = |value: &T| value.to_f32().unwrap_or(f32::NAN);
        (rows.steps, shown.map(|(_, value)| number(value)).collect())
    }
}

impl LivePanel {
    pub(super) fn layout(&self) -> PanelLayout {
        match self {
            LivePanel::Raster(raster) => PanelLayout::Raster {
                name: raster.name.clone(),
                neurons: raster.neurons,
            },
            LivePanel::Trace(trace) => PanelLayout::Trace {
                name: trace.name.clone(),
                elements: trace.shown(),
            },
            LivePanel::Slider(slider) => PanelLayout::Slider {
                name: slider.name.clone(),
                low: slider.low,
                high: slider.high,
            },
        }
    }

    /// Adds the probe, or reads the Var: between two steps.
    pub(super) fn attach(&mut self) -> Result<()> {
        match self {
            LivePanel::Raster(raster) => raster.probe = Some((raster.attach)()?),
            LivePanel::Trace(trace) => trace.probe = Some((trace.attach)()?),
            LivePanel::Slider(slider) => slider.value = Some((slider.get)()?),
        }
        Ok(())
    }

    /// Removes the probe.
    pub(super) fn detach(&mut self) {
        match self {
            LivePanel::Raster(raster) => raster.probe = None,
            LivePanel::Trace(trace) => trace.probe = None,
            LivePanel::Slider(_) => {}
        }
    }

    /// Forgets the past.
    pub(super) fn clear(&mut self) {
        match self {
            LivePanel::Raster(raster) => raster.spikes.clear(),
            LivePanel::Trace(trace) => trace.rows.clear(),
            LivePanel::Slider(_) => {}
        }
    }

    /// Takes what the probe has recorded; `look` counts these calls.
    pub(super) fn look(&mut self, look: u64) {
        match self {
            LivePanel::Raster(RasterPanel {
                probe: Some(probe),
                spikes,
                ..
            }) => spikes.add(look, &probe.take()),
            LivePanel::Trace(trace) => trace.look(look),
            LivePanel::Raster(_) | LivePanel::Slider(_) => {}
        }
    }

    /// The news after a look.
    pub(super) fn frame(&self, after: u64) -> PanelFrame {
        match self {
            LivePanel::Raster(raster) => PanelFrame::Raster {
                events: raster.spikes.after(after),
            },
            LivePanel::Trace(trace) => {
                let (steps, values) = trace.rows.after(after);
                PanelFrame::Trace { steps, values }
            }
            LivePanel::Slider(slider) => PanelFrame::Slider {
                value: slider.value,
            },
        }
    }
}

impl TracePanel {
    /// The number of elements that are shown.
    fn shown(&self) -> usize {
        self.elements.min(MOST_TRACES)
    }

    fn look(&mut self, look: u64) {
        if let Some(probe) = &self.probe {
            let (steps, values) = probe.take();
            let width = self.shown();
            self.rows.add(look, &steps, &values, width);
        }
    }
}
