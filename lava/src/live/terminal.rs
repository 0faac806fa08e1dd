//! The view in the terminal.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Style, Stylize};
use ratatui::symbols::Marker;
use ratatui::text::Line;
use ratatui::widgets::canvas::{Canvas, Points};
use ratatui::widgets::{Axis, Block, Chart, Dataset, GraphType, List};
use ratatui::{DefaultTerminal, Frame};

use super::error::LiveError;
use super::frame::{LiveFrame, LiveLayout, PanelFrame, PanelLayout, RunState};
use super::session::{LiveSession, SAMPLE};
use super::view::Live;
use crate::Result;

/// The time between two pictures.
const REFRESH: Duration = Duration::from_millis(50);
/// The part of its range by which a key moves a slider.
const SLIDER_STEP: f64 = 0.02;
/// The steps that are shown.
const SPAN: u64 = 1000;
const COLOURS: [Color; 6] = [
    Color::Cyan,
    Color::Yellow,
    Color::Green,
    Color::Magenta,
    Color::Blue,
    Color::Red,
];

impl<C: 'static> Live<C> {
    /// Shows the view in the terminal, on the calling thread, until the key `q` is pressed. The network
    /// is run by another thread, or by [`Network::start`](crate::Network::start). The space bar holds it
    /// and lets it go, `s` makes a step, the arrows choose and move sliders.
    ///
    /// ```no_run
    /// # use lava::prelude::*;
    /// # use lava::proc::Lif;
    /// # fn main() -> lava::Result<()> {
    /// let net = network! { Loihi1SimCfg;
    ///     lif: Lif = Lif::shape([50]).bias_mant(1.0).vth(30.0);
    /// }?;
    /// net.start(RunContinuous)?;
    /// net.live().raster("lif", &net.lif.s_out).in_terminal()?;
    /// net.stop()
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of `serve`, and [`LiveError::Terminal`] if there is no terminal.
    pub fn in_terminal(self) -> Result<()> {
        let session = self.session()?;
        let shown = TerminalView::new(Arc::clone(&session)).show();
        session.close();
        Ok(shown?)
    }
}

/// The contents of the terminal.
struct TerminalView {
    session: Arc<LiveSession>,
    layout: LiveLayout,
    frame: LiveFrame,
    panels: Vec<ShownPanel>,
    /// The number of the chosen slider, among the sliders.
    chosen: usize,
}

/// The points of a panel.
#[derive(Default)]
struct ShownPanel {
    /// Step and neuron, or step and value.
    points: Vec<VecDeque<(f64, f64)>>,
    value: Option<f64>,
}

impl ShownPanel {
    fn add(&mut self, frame: &PanelFrame) {
        match frame {
            PanelFrame::Raster { events } => {
                let points = events
                    .iter()
                    .map(|(step, neuron)| (*step as f64, f64::from(*neuron)));
                self.line(0).extend(points);
            }
            PanelFrame::Trace { steps, values } => {
                for (step, row) in steps.iter().zip(values) {
                    for (index, value) in row.iter().enumerate() {
                        self.line(index)
                            .push_back((*step as f64, f64::from(*value)));
                    }
                }
            }
            PanelFrame::Slider { value } => self.value = *value,
        }
    }

    fn line(&mut self, index: usize) -> &mut VecDeque<(f64, f64)> {
        if self.points.len() <= index {
            self.points.resize_with(index + 1, VecDeque::new);
        }
        &mut self.points[index]
    }

    /// Forgets the points before a step.
    fn forget(&mut self, first: f64) {
        for line in &mut self.points {
            let past = line.partition_point(|(step, _)| *step < first);
            line.drain(..past);
        }
    }

    /// The lowest and the highest value.
    fn range(&self) -> (f64, f64) {
        let mut values = self.points.iter().flatten().map(|(_, value)| *value);
        let first = values.next().unwrap_or_default();
        let (low, high) = values.fold((first, first), |(low, high), value| {
            (low.min(value), high.max(value))
        });
        if low < high {
            (low, high)
        } else {
            (low - 1.0, low + 1.0)
        }
    }
}

impl TerminalView {
    fn new(session: Arc<LiveSession>) -> TerminalView {
        let (layout, frame) = (session.layout(), session.frame(0, 0));
        let panels = layout
            .panels
            .iter()
            .map(|_| ShownPanel::default())
            .collect();
        TerminalView {
            session,
            layout,
            frame,
            panels,
            chosen: 0,
        }
    }

    fn show(mut self) -> Result<(), LiveError> {
        let failed = |cause: std::io::Error| LiveError::Terminal {
            reason: cause.to_string(),
        };
        let mut terminal = ratatui::try_init().map_err(failed)?;
        let shown = self.run(&mut terminal);
        ratatui::restore();
        shown.map_err(failed)
    }

    fn run(&mut self, terminal: &mut DefaultTerminal) -> std::io::Result<()> {
        loop {
            self.update();
            terminal.draw(|frame| self.draw(frame))?;
            let next = Instant::now() + REFRESH;
            while Instant::now() < next {
                self.session.tick();
                if event::poll(SAMPLE)?
                    && let Event::Key(key) = event::read()?
                    && !self.heed(key)
                {
                    return Ok(());
                }
            }
        }
    }

    /// Heeds a key. Returns `false` if it ends the view.
    fn heed(&mut self, key: KeyEvent) -> bool {
        if key.kind == KeyEventKind::Release {
            return true;
        }
        match key.code {
            KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => return false,
            KeyCode::Char('q') | KeyCode::Esc => return false,
            KeyCode::Char(' ') if self.frame.state == RunState::Held => self.session.resume(),
            KeyCode::Char(' ') => self.session.hold(),
            KeyCode::Char('s') => self.session.step(),
            KeyCode::Up => self.chosen = self.chosen.saturating_sub(1),
            KeyCode::Down => self.chosen += 1,
            KeyCode::Left => self.slide(-SLIDER_STEP),
            KeyCode::Right => self.slide(SLIDER_STEP),
            _ => {}
        }
        self.chosen = self.chosen.min(self.sliders().len().saturating_sub(1));
        true
    }

    /// The sliders: number of the panel, name, range.
    fn sliders(&self) -> Vec<(usize, String, f64, f64)> {
        let panels = self.layout.panels.iter().enumerate();
        let sliders = panels.filter_map(|(index, panel)| match panel {
            PanelLayout::Slider { name, low, high } => Some((index, name.clone(), *low, *high)),
            _ => None,
        });
        sliders.collect()
    }

    fn slide(&self, part: f64) {
        if let Some((panel, _, low, high)) = self.sliders().get(self.chosen) {
            let value = self.panels[*panel].value.unwrap_or(*low);
            let moved = (value + part * (high - low)).clamp(*low, *high);
            self.session.set(*panel, moved);
        }
    }

    fn update(&mut self) {
        let frame = self.session.frame(self.frame.epoch, self.frame.look);
        if frame.epoch != self.frame.epoch {
            self.panels
                .iter_mut()
                .for_each(|panel| *panel = ShownPanel::default());
        }
        let first = frame.step.saturating_sub(SPAN) as f64;
        for (panel, new) in self.panels.iter_mut().zip(&frame.panels) {
            panel.add(new);
            panel.forget(first);
        }
        self.frame = frame;
    }

    fn draw(&self, frame: &mut Frame<'_>) {
        let sliders = self.sliders();
        let status = self.frame.workers.len() + sliders.len();
        let [head, panels, foot] = Layout::vertical([
            Constraint::Length(1),
            Constraint::Fill(1),
            Constraint::Length(status as u16 + 2),
        ])
        .areas(frame.area());
        frame.render_widget(Line::from(self.head()).bold(), head);
        self.draw_panels(frame, panels);
        let [workers, parameters] = Layout::horizontal([Constraint::Fill(1); 2]).areas(foot);
        let load = |(index, worker): (usize, &super::frame::WorkerLoad)| {
            format!(
                "{index}: {:>3.0} %  {}",
                100.0 * worker.load,
                worker.process
            )
        };
        let loads: Vec<String> = self.frame.workers.iter().enumerate().map(load).collect();
        frame.render_widget(
            List::new(loads).block(Block::bordered().title("workers")),
            workers,
        );
        let keys = "space: pause, s: step, arrows: sliders, q: end";
        let block = Block::bordered().title("parameters").title_bottom(keys);
        frame.render_widget(
            List::new(self.slider_lines(&sliders)).block(block),
            parameters,
        );
    }

    fn head(&self) -> String {
        let state = match self.frame.state {
            RunState::Running => "running",
            RunState::Held => "paused",
            RunState::Idle => "between runs",
        };
        let mut head = format!("{}  {state}  step {}", self.layout.title, self.frame.step);
        if let Some(dt) = self.layout.dt {
            head += &format!(", {:.1} ms", self.frame.step as f64 * dt);
        }
        if let Some(factor) = self.frame.real_time_factor {
            head += &format!(", real-time factor {factor:.3}");
        } else if let Some(speed) = self.frame.steps_per_second {
            head += &format!(", {speed:.0} steps/s");
        }
        if let Some(error) = &self.frame.error {
            head += &format!("  {error}");
        }
        head
    }

    fn slider_lines(&self, sliders: &[(usize, String, f64, f64)]) -> Vec<Line<'static>> {
        let line = |(index, (panel, name, low, high)): (usize, &(usize, String, f64, f64))| {
            let value = self.panels[*panel].value;
            let value = value.map_or("?".to_owned(), |value| format!("{value:.4}"));
            let text = format!("{name} = {value}  ({low} to {high})");
            match index == self.chosen {
                true => Line::from(text).reversed(),
                false => Line::from(text),
            }
        };
        sliders.iter().enumerate().map(line).collect()
    }

    fn draw_panels(&self, frame: &mut Frame<'_>, area: Rect) {
        let panels = self.layout.panels.iter().zip(&self.panels);
        let shown: Vec<_> = panels
            .filter(|(layout, _)| !matches!(layout, PanelLayout::Slider { .. }))
            .collect();
        let areas = Layout::vertical(vec![Constraint::Fill(1); shown.len()]).split(area);
        for (index, ((layout, past), area)) in shown.into_iter().zip(areas.iter()).enumerate() {
            let colour = COLOURS[index % COLOURS.len()];
            match layout {
                PanelLayout::Raster { name, neurons } => {
                    self.draw_raster(frame, *area, name, *neurons, past, colour);
                }
                PanelLayout::Trace { name, .. } => self.draw_trace(frame, *area, name, past),
                PanelLayout::Slider { .. } => {}
            }
        }
    }

    fn bounds(&self) -> [f64; 2] {
        let last = self.frame.step.max(SPAN) as f64;
        [last - SPAN as f64, last]
    }

    fn draw_raster(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        name: &str,
        neurons: usize,
        past: &ShownPanel,
        colour: Color,
    ) {
        let points: Vec<(f64, f64)> = past.points.iter().flatten().copied().collect();
        let canvas = Canvas::default()
            .block(Block::bordered().title(format!("{name}, {neurons} neurons")))
            .marker(Marker::Braille)
            .x_bounds(self.bounds())
            .y_bounds([0.0, neurons as f64])
            .paint(|context| {
                context.draw(&Points {
                    coords: &points,
                    color: colour,
                });
            });
        frame.render_widget(canvas, area);
    }

    fn draw_trace(&self, frame: &mut Frame<'_>, area: Rect, name: &str, past: &ShownPanel) {
        let lines: Vec<Vec<(f64, f64)>> = past
            .points
            .iter()
            .map(|line| line.iter().copied().collect())
            .collect();
        let data = lines.iter().enumerate().map(|(index, line)| {
            Dataset::default()
                .marker(Marker::Braille)
                .graph_type(GraphType::Line)
                .style(Style::new().fg(COLOURS[index % COLOURS.len()]))
                .data(line)
        });
        let (low, high) = past.range();
        let labels = [format!("{low:.3}"), format!("{high:.3}")];
        let chart = Chart::new(data.collect())
            .block(Block::bordered().title(name.to_owned()))
            .x_axis(Axis::default().bounds(self.bounds()))
            .y_axis(Axis::default().bounds([low, high]).labels(labels));
        frame.render_widget(chart, area);
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;
    use ratatui::buffer::Cell;

    use super::*;
    use crate::prelude::*;
    use crate::proc::Lif;

    fn shown(view: &TerminalView) -> String {
        let mut terminal = Terminal::new(TestBackend::new(100, 30)).unwrap();
        terminal.draw(|frame| view.draw(frame)).unwrap();
        let cells = terminal.backend().buffer().content();
        let lines = cells
            .chunks(100)
            .map(|line| line.iter().map(Cell::symbol).collect());
        lines.collect::<Vec<String>>().join("\n")
    }

    #[test]
    fn the_terminal_shows_points_holds_the_network_and_moves_sliders() {
        let net = Network::<Loihi1SimCfg>::new();
        let lif: Lif = net
            .add(Lif::shape([20]).bias_mant(1.0).vth(5.0).name("lif"))
            .unwrap();
        let live = net.live().title("Counting").raster("spikes", &lif.s_out);
        let live = live
            .trace("voltage", &lif.v.select([0]))
            .slider(&lif.vth, 0.0..=100.0);
        let mut view = TerminalView::new(live.session().unwrap());
        net.start(RunContinuous).unwrap();
        let until = |view: &mut TerminalView, is_wanted: &dyn Fn(&TerminalView) -> bool| {
            while !is_wanted(view) {
                view.session.tick();
                std::thread::sleep(SAMPLE);
                view.update();
            }
        };
        until(&mut view, &|view| {
            view.panels[..2]
                .iter()
                .all(|past| past.points.iter().any(|line| line.len() > 9))
        });
        let text = shown(&view);
        for part in [
            "Counting  running",
            "spikes, 20 neurons",
            "voltage",
            "lif.vth = 5.0000",
        ] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
        assert!(
            text.chars().any(|c| ('\u{2801}'..='\u{28ff}').contains(&c)),
            "{text}"
        );

        let key = |code| KeyEvent::new(code, KeyModifiers::NONE);
        assert!(view.heed(key(KeyCode::Char(' '))));
        until(&mut view, &|view| view.frame.state == RunState::Held);
        assert!(view.heed(key(KeyCode::Right)));
        until(&mut view, &|view| view.panels[2].value == Some(7.0));
        assert!(shown(&view).contains("Counting  paused"));
        assert!(!view.heed(key(KeyCode::Char('q'))));
        view.session.close();
        net.pause().unwrap();
        assert_eq!(lif.vth.get().unwrap()[0], 7.0);
    }
}
