//! Plots: one kind of picture with its title, theme and size.

use std::path::Path;

use super::chart::Chart;
use super::error::PlotError;
use super::figure::{Caption, Draw, Figure, Panel};
use super::theme::{Scheme, Theme};
use crate::Result;

/// A plot: data of a kind, and how they are shown. A probe or a function of [`plot`](crate::plot)
/// makes it, [`save`](Plot::save) writes it, [`Figure`] puts it beside others.
///
/// ```
/// # use lava::prelude::*;
/// # use lava::proc::Lif;
/// # fn main() -> lava::Result<()> {
/// # let net = Network::<Loihi1SimCfg>::new();
/// let lif: Lif = net.add(Lif::shape([20]).bias_mant(1.0).vth(5.0))?;
/// let spikes = net.probe(&lif.s_out)?;
/// net.run(RunSteps(100))?;
/// # let path = std::env::temp_dir().join("lava-raster.svg");
/// spikes.raster().title("Twenty neurons").dark().save(&path)?;
/// # std::fs::remove_file(&path)?;
/// # net.stop()
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Plot<K> {
    pub(super) kind: K,
    caption: Caption,
    subtitle: String,
    scheme: Scheme,
    size: Option<(u32, u32)>,
    pixels: Option<f64>,
    /// The first mistake, which saving returns.
    problem: Option<PlotError>,
}

#[allow(private_bounds, reason = "kinds of plots are not for users to add")]
impl<K: Draw + Clone + 'static> Plot<K> {
    pub(super) fn new(kind: K) -> Plot<K> {
        Plot {
            kind,
            caption: Caption::default(),
            subtitle: String::new(),
            scheme: Scheme::default(),
            size: None,
            pixels: None,
            problem: None,
        }
    }

    /// Sets the title.
    pub fn title(mut self, title: impl Into<String>) -> Plot<K> {
        self.caption.title = title.into();
        self
    }

    /// Sets the line below the title, which a plot in a figure of several has none of.
    pub fn subtitle(mut self, subtitle: impl Into<String>) -> Plot<K> {
        self.subtitle = subtitle.into();
        self
    }

    /// Sets the label of the x axis, with its unit: `"time (ms)"`.
    pub fn x_label(mut self, label: impl Into<String>) -> Plot<K> {
        self.caption.x_label = Some(label.into());
        self
    }

    /// Sets the label of the y axis, with its unit: `"membrane potential (mV)"`.
    pub fn y_label(mut self, label: impl Into<String>) -> Plot<K> {
        self.caption.y_label = Some(label.into());
        self
    }

    /// Makes the background dark.
    pub fn dark(mut self) -> Plot<K> {
        self.scheme = Scheme::Dark;
        self
    }

    /// Fits the SVG to a web page, light or dark: see [`Figure::inline`].
    pub fn inline(mut self) -> Plot<K> {
        self.scheme = Scheme::Inline;
        self
    }

    /// Sets the size in points. Default: 800 wide, and as high as suits the plot.
    pub fn size(mut self, width: u32, height: u32) -> Plot<K> {
        self.size = Some((width, height));
        self
    }

    /// Sets the number of pixels per point in a PNG, from 0.5 to 4. Default: 2.
    pub fn pixels_per_point(mut self, pixels: f64) -> Plot<K> {
        self.pixels = Some(pixels);
        self
    }

    /// Writes the picture to a file, whose ending, `.svg` or `.png`, says the format.
    ///
    /// # Errors
    /// [`PlotError`] for another ending, a size that no picture has, data that do not fit the plot,
    /// and a file that cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.figure().save(path)
    }

    /// The picture as an SVG document.
    ///
    /// # Errors
    /// [`PlotError`] for a size that no picture has, and data that do not fit the plot.
    pub fn to_svg(&self) -> Result<String> {
        self.figure().to_svg()
    }

    /// The picture as a PNG.
    ///
    /// # Errors
    /// [`PlotError`] for a size that no picture has, and data that do not fit the plot.
    pub fn to_png(&self) -> Result<Vec<u8>> {
        self.figure().to_png()
    }

    /// Notes a mistake, for saving to return.
    pub(super) fn note(&mut self, problem: PlotError) {
        self.problem.get_or_insert(problem);
    }

    fn figure(&self) -> Figure {
        let Plot { caption, .. } = self.clone();
        let mut panel = Panel::from(self.clone());
        panel.caption.title.clear();
        Figure {
            title: caption.title,
            subtitle: self.subtitle.clone(),
            scheme: self.scheme,
            size: self.size,
            pixels: self.pixels,
            ..Figure::new().plot(panel)
        }
    }
}

#[allow(private_bounds, reason = "kinds of plots are not for users to add")]
impl<K: Draw + 'static> From<Plot<K>> for Panel {
    fn from(plot: Plot<K>) -> Panel {
        Panel {
            caption: plot.caption,
            content: Box::new(plot.kind),
            problem: plot.problem,
        }
    }
}

/// A picture between two axes.
pub(super) trait ChartKind: Send + Sync {
    fn chart(&self, theme: &Theme) -> Chart;

    /// The height that suits it at this width, in points.
    fn chart_height(&self, _width: f64) -> f64 {
        280.0
    }
}

impl<K: ChartKind> Draw for K {
    fn as_chart(&self, caption: &Caption, theme: &Theme) -> Option<Chart> {
        let mut chart = self.chart(theme);
        if let Some(label) = &caption.x_label {
            chart.x.label.clone_from(label);
        }
        if let Some(label) = &caption.y_label {
            chart.y.label.clone_from(label);
        }
        Some(chart)
    }

    fn height(&self, width: f64) -> f64 {
        self.chart_height(width)
    }
}
