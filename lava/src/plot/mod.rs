//! Pictures of what was recorded, as SVG and PNG: feature `plot`.
//!
//! A probe makes them in one call, `spikes.raster().save("raster.svg")`:
//!
//! | picture | of a probe | of numbers |
//! |---|---|---|
//! | raster | [`SpikeProbe::raster`](crate::monitor::SpikeProbe::raster) | [`raster`], [`rasters`] |
//! | traces | [`Probe::traces`](crate::monitor::Probe::traces) | |
//! | histograms | [`SpikeProbe::rate_histogram`](crate::monitor::SpikeProbe::rate_histogram), [`interval_histogram`](crate::monitor::SpikeProbe::interval_histogram) | [`histogram`] |
//! | population rate | [`SpikeProbe::rate_curve`](crate::monitor::SpikeProbe::rate_curve) | [`curves`] |
//! | spectrum, correlogram, correlations | [`SpikeProbe::spectrum`](crate::monitor::SpikeProbe::spectrum), [`correlogram`](crate::monitor::SpikeProbe::correlogram), [`correlation_matrix`](crate::monitor::SpikeProbe::correlation_matrix) | |
//! | matrix | [`Probe::matrix`](crate::monitor::Probe::matrix) | [`matrix`] |
//! | receptive fields | | [`images`] |
//! | tuning | | [`tuning`] |
//! | network | [`Network::picture`](crate::Network::picture) | |
//!
//! Each is a [`Plot`] with a title, a theme, labels and a size; a [`Figure`] has several. The ending
//! of the file says the format. Colours are those of Okabe & Ito (2008), which the colour-blind can tell
//! apart, and viridis. A picture of many spikes, of a long trace or of a large matrix has no more
//! detail than can be seen, and its file stays small.
//!
//! Texts are set in DejaVu Sans, which is part of the program: a PNG needs no font of the system.

mod axis;
mod canvas;
mod chart;
mod colour_key;
mod curves;
pub(crate) mod error;
mod figure;
mod font;
mod images;
mod kind;
mod layers;
mod legend;
mod matrix;
mod network_picture;
mod png;
mod probes;
mod raster;
mod svg;
mod theme;
mod time;
mod traces;

pub use curves::{Curves, curves, tuning};
pub use error::PlotError;
pub use figure::{Figure, Panel};
pub use images::{ImageGrid, images};
pub use kind::Plot;
pub use matrix::{MatrixPlot, matrix};
pub use network_picture::NetworkPicture;
pub use probes::histogram;
pub use raster::{Raster, raster, rasters};
pub use traces::Traces;
