//! The contents of a view: its layout, and the news since somebody last looked.

use serde::Serialize;

/// The parts of a view that stay as they are.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct LiveLayout {
    pub(super) title: String,
    /// The time step in ms, if the network has one.
    pub(super) dt: Option<f64>,
    pub(super) panels: Vec<PanelLayout>,
}

/// The parts of a panel that stay as they are.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum PanelLayout {
    Raster { name: String, neurons: usize },
    Trace { name: String, elements: usize },
    Slider { name: String, low: f64, high: f64 },
}

/// The news that a viewer has not seen.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct LiveFrame {
    /// Grows when the network is reset: steps count from 1 again.
    pub(super) epoch: u64,
    /// The number of looks at the probes until now.
    pub(super) look: u64,
    pub(super) step: u64,
    pub(super) state: RunState,
    pub(super) steps_per_second: Option<f64>,
    /// Wall-clock time by model time.
    pub(super) real_time_factor: Option<f64>,
    pub(super) workers: Vec<WorkerLoad>,
    pub(super) panels: Vec<PanelFrame>,
    /// The last error of a slider, or of a probe.
    pub(super) error: Option<String>,
}

/// The network, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum RunState {
    Running,
    /// Held by a viewer.
    Held,
    /// Between runs.
    Idle,
}

/// The load of a worker.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(super) struct WorkerLoad {
    /// The part of the time in which it runs models, from 0 to 1.
    pub(super) load: f64,
    /// The process with the most of this time.
    pub(super) process: String,
}

/// The news of a panel.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum PanelFrame {
    /// Step and neuron of each spike.
    Raster {
        events: Vec<(u64, u32)>,
    },
    /// A row of values for each step.
    Trace {
        steps: Vec<u64>,
        values: Vec<Vec<f32>>,
    },
    Slider {
        value: Option<f64>,
    },
}
