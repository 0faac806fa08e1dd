//! The picture of a process: its input, its state and its output over the steps of a run, one below the other.

use lava::Result;
use lava::monitor::{Probe, Probed, SpikeProbe};
use lava::plot::{Figure, Panel, curves, matrix, raster};
use lava::prelude::*;
use lava::proc::Sink;
use lava::process::Element;
use ndarray::{Array1, Array2, ArrayD, Axis};

/// The width of a picture, and the height of a row of it.
const WIDTH: u32 = 600;
const ROW: u32 = 125;
/// The label of the axis of steps, below the last row.
const FOOT: u32 = 20;

/// The drawing of a network: rows, each with a name.
pub(crate) struct Sheet<'n> {
    net: &'n Network<Loihi1SimCfg>,
    rows: Vec<Row>,
    /// The length of a step, in milliseconds.
    step: Option<f64>,
}

struct Row {
    name: String,
    look: Look,
    lines: Vec<Line>,
    levels: Vec<(String, f64)>,
    spikes: Option<SpikeProbe>,
}

/// The look of the numbers of a row.
#[derive(Clone, Copy, PartialEq)]
enum Look {
    Lines,
    Bars,
    Colours,
    Raster,
}

struct Line {
    name: String,
    read: Box<dyn Fn() -> ArrayD<f64>>,
}

impl<'n> Sheet<'n> {
    pub(crate) fn of(net: &'n Network<Loihi1SimCfg>) -> Sheet<'n> {
        Sheet {
            net,
            rows: Vec::new(),
            step: None,
        }
    }

    /// Sets the length of a step in milliseconds, for the network and for the axis.
    pub(crate) fn dt(mut self, step: f64) -> Result<Sheet<'n>> {
        self.net.set_dt(step * lava::units::ms)?;
        self.step = Some(step);
        Ok(self)
    }

    /// Adds a row of lines through the values of a Var or port.
    pub(crate) fn lines<T, P>(self, name: &str, lines: &[(&str, &P)]) -> Result<Sheet<'n>>
    where
        T: Element + Into<f64>,
        P: Probed<Probe = Probe<T>>,
    {
        self.row(name, Look::Lines, lines)
    }

    /// Adds a row of bars, one for each message that is not 0.
    pub(crate) fn bars<T, P>(self, name: &str, port: &P) -> Result<Sheet<'n>>
    where
        T: Element + Into<f64>,
        P: Probed<Probe = Probe<T>>,
    {
        self.row(name, Look::Bars, &[("", port)])
    }

    /// Adds a row in which each element has a line, whose colours are its values.
    pub(crate) fn colours<T, P>(self, name: &str, port: &P) -> Result<Sheet<'n>>
    where
        T: Element + Into<f64>,
        P: Probed<Probe = Probe<T>>,
    {
        self.row(name, Look::Colours, &[("", port)])
    }

    /// Adds a row of bars for numbers that are known after the run: those of each step.
    pub(crate) fn seen(
        mut self,
        name: &str,
        read: impl Fn() -> Vec<f64> + 'static,
    ) -> Result<Sheet<'n>> {
        self = self.row::<f32, OutPort<f32>>(name, Look::Bars, &[])?;
        if let Some(row) = self.rows.last_mut() {
            row.lines.push(Line {
                name: String::new(),
                read: Box::new(move || Array1::from_vec(read()).into_dyn()),
            });
        }
        Ok(self)
    }

    /// Adds a row of what a sink has kept at the end: bars, or colours for several elements.
    pub(crate) fn kept(mut self, name: &str, sink: &Sink) -> Result<Sheet<'n>> {
        let look = if sink.a_in.shape() == [1] {
            Look::Bars
        } else {
            Look::Colours
        };
        self = self.row::<f32, OutPort<f32>>(name, look, &[])?;
        let data = sink.data.clone();
        if let Some(row) = self.rows.last_mut() {
            row.lines.push(Line {
                name: String::new(),
                read: Box::new(move || data.get().unwrap_or_default().mapv(f64::from)),
            });
        }
        Ok(self)
    }

    /// Adds a row of spikes, each neuron with a line.
    pub(crate) fn spikes<P>(mut self, name: &str, port: &P) -> Result<Sheet<'n>>
    where
        P: Probed<Probe = SpikeProbe>,
    {
        self = self.row::<f32, OutPort<f32>>(name, Look::Raster, &[])?;
        self.marked(port)
    }

    /// Marks the spikes of a port in the row before.
    pub(crate) fn marked<P>(mut self, port: &P) -> Result<Sheet<'n>>
    where
        P: Probed<Probe = SpikeProbe>,
    {
        let probe = self.net.probe(port)?;
        if let Some(row) = self.rows.last_mut() {
            row.spikes = Some(probe);
        }
        Ok(self)
    }

    /// Draws a level into the row before.
    pub(crate) fn level(mut self, name: &str, value: f64) -> Sheet<'n> {
        if let Some(row) = self.rows.last_mut() {
            row.levels.push((name.to_owned(), value));
        }
        self
    }

    fn row<T, P>(mut self, name: &str, look: Look, lines: &[(&str, &P)]) -> Result<Sheet<'n>>
    where
        T: Element + Into<f64>,
        P: Probed<Probe = Probe<T>>,
    {
        let mut row = Row {
            name: name.to_owned(),
            look,
            lines: Vec::new(),
            levels: Vec::new(),
            spikes: None,
        };
        for (name, target) in lines {
            let probe = self.net.probe(*target)?;
            row.lines.push(Line {
                name: (*name).to_owned(),
                read: Box::new(move || probe.data().mapv(Into::into)),
            });
        }
        self.rows.push(row);
        Ok(self)
    }

    /// Runs the network, and draws what it has done.
    pub(crate) fn run(self, steps: u64) -> Result<Figure> {
        self.net.run(RunSteps(steps))?;
        self.draw()
    }

    /// Draws what the network has done.
    pub(crate) fn draw(self) -> Result<Figure> {
        let rows = self.rows.len() as u32;
        let mut figure = Figure::new().size(WIDTH, ROW * rows + FOOT).inline();
        for (index, row) in self.rows.iter().enumerate() {
            let is_last = index + 1 == self.rows.len();
            let label = match (is_last, self.step) {
                (false, _) => "",
                (true, None) => "step",
                (true, Some(_)) => "time (ms)",
            };
            figure = figure.plot(row.panel(self.step.unwrap_or(1.0), label));
        }
        self.net.stop()?;
        Ok(figure)
    }
}

impl Row {
    fn panel(&self, step: f64, x_label: &str) -> Panel {
        match (self.look, &self.spikes) {
            (Look::Raster, Some(spikes)) => {
                let trains = spikes.trains();
                let plot = raster(&trains).without_rates();
                return plot.x_label(x_label).y_label(&self.name).into();
            }
            (Look::Colours, _) => return self.colours(step, x_label),
            _ => {}
        }
        let mut plot = curves(x_label, &self.name);
        for line in &self.lines {
            for column in by_element(&(line.read)()).axis_iter(Axis(1)) {
                // A step is an interval: messages fill it, and the state is that at its end.
                let ends: Vec<f64> = (0..=column.len()).map(|n| n as f64 * step).collect();
                let values = column.iter().copied();
                plot = match self.look {
                    Look::Bars => plot.bars(&line.name, &ends, &values.collect::<Vec<_>>()),
                    _ => {
                        let values: Vec<f64> = std::iter::once(f64::NAN).chain(values).collect();
                        plot.curve(&line.name, &ends, &values)
                    }
                };
            }
        }
        for (name, value) in &self.levels {
            plot = plot.level(name, *value);
        }
        if let Some(spikes) = &self.spikes {
            let times = spikes.events().into_iter().map(|(at, _)| at as f64 * step);
            plot = plot.spikes("", &times.collect::<Vec<_>>());
        }
        plot.into()
    }

    fn colours(&self, step: f64, x_label: &str) -> Panel {
        let Some(line) = self.lines.first() else {
            return curves(x_label, &self.name).into();
        };
        let values = by_element(&(line.read)()).reversed_axes();
        let last = values.ncols() as f64;
        let plot = matrix(values.view());
        plot.columns(0.0, last * step)
            .x_label(x_label)
            .y_label(&self.name)
            .into()
    }
}

/// Steps by elements.
fn by_element(values: &ArrayD<f64>) -> Array2<f64> {
    let steps = values.shape()[0];
    let each = values.len() / steps.max(1);
    Array2::from_shape_fn((steps, each), |(step, element)| {
        values
            .as_slice()
            .map_or(0.0, |all| all[step * each + element])
    })
}

/// Numbers for one neuron: `value` of each step, the first of which is 1.
pub(crate) fn numbers<T>(steps: usize, value: impl Fn(usize) -> T) -> Array2<T> {
    Array2::from_shape_fn((steps, 1), |(index, _)| value(index + 1))
}

/// A number in some steps, and the default in the others.
pub(crate) fn pulses<T: Copy + Default>(steps: usize, value: T, at: &[usize]) -> Array2<T> {
    numbers(steps, |step| {
        if at.contains(&step) {
            value
        } else {
            T::default()
        }
    })
}

/// A wave around 0, of a period in steps.
pub(crate) fn wave(step: usize, period: f32) -> f32 {
    (std::f32::consts::TAU * step as f32 / period).sin()
}

/// Images side by side, each with a title.
pub(crate) fn images<const COUNT: usize>(images: [(&str, &Array2<f64>); COUNT]) -> Figure {
    let panel = |(title, values): (&str, &Array2<f64>)| -> Panel {
        matrix(values.view())
            .x_label("")
            .y_label("")
            .title(title)
            .into()
    };
    Figure::new()
        .row(images.map(panel))
        .size(WIDTH, 220)
        .inline()
}
