//! Pictures show what they are made of, in small files, and mistakes are errors.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use lava::plot::{
    Figure, Panel, PlotError, curves, histogram, images, matrix, raster, rasters, tuning,
};
use lava::prelude::*;
use lava::proc::{Dense, Lif};
use lava::statistics::{Bins, RateKernel, SpikeTrains};
use lava::units::ms;
use ndarray::{Array2, Array3};

/// The file of a picture, whose name is that of the test.
fn path(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).expect("the folder can be created");
    folder.join(name)
}

/// Numbers from 0 to 1 that look as if they were random.
fn noise(seed: u64) -> impl Iterator<Item = f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    })
}

/// Trains of neurons that fire with a probability that rises and falls.
fn trains(neurons: usize, steps: u64, probability: f64) -> SpikeTrains {
    let mut numbers = noise(7);
    let mut events = Vec::new();
    for step in 1..=steps {
        let wave = 1.0 + (step as f64 * 0.06).sin();
        for neuron in 0..neurons {
            if numbers.next().expect("it never ends") < probability * wave {
                events.push((step, neuron));
            }
        }
    }
    SpikeTrains::new(neurons, 1..=steps, events)
}

/// Saves a plot in both formats, draws it dark as well, and returns the SVG.
macro_rules! saved {
    ($name:expr, $plot:expr) => {{
        let plot = $plot;
        let name = $name;
        plot.save(path(&format!("{name}.svg")))?;
        plot.save(path(&format!("{name}.png")))?;
        let dark = plot.clone().dark().to_svg()?;
        assert!(dark.contains("#161a21"), "the background is dark");
        let svg = std::fs::read_to_string(path(&format!("{name}.svg")))?;
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        let png = std::fs::read(path(&format!("{name}.png")))?;
        assert_eq!(&png[1..4], b"PNG");
        assert!(svg.len() < 300_000, "{} bytes", svg.len());
        assert!(png.len() < 900_000, "{} bytes", png.len());
        svg
    }};
}

#[test]
fn a_raster_shows_every_spike_and_the_rates_of_populations() -> lava::Result<()> {
    let all = trains(50, 400, 0.02).with_dt(0.5 * ms);
    let plot = raster(&all)
        .populations([("excitatory", 0..40), ("inhibitory", 40..50)])
        .title("Two populations");
    let svg = saved!("raster", plot);
    let ticks: usize = svg.matches('v').count();
    assert!(ticks >= all.spikes(), "{ticks} of {}", all.spikes());
    let rate = all.select(40..50).mean_rate();
    for text in [
        "Two populations",
        "excitatory",
        "time (ms)",
        &format!("{rate:.1} spikes/s"),
    ] {
        assert!(svg.contains(text), "no `{text}`");
    }
    let several = [
        ("first", trains(8, 200, 0.1)),
        ("second", trains(3, 200, 0.1)),
        ("third", trains(1, 200, 0.2)),
    ];
    let svg = saved!("rasters", rasters(several));
    assert!(svg.contains("time (steps)") && svg.contains("spikes/step"));
    Ok(())
}

#[test]
fn a_raster_of_a_million_spikes_is_small() -> lava::Result<()> {
    let all = trains(1000, 10_000, 0.1).with_dt(0.1 * ms);
    assert!(all.spikes() > 900_000);
    let svg = saved!(
        "raster-million",
        raster(&all).populations([("E", 0..800), ("I", 800..1000)])
    );
    assert!(svg.contains("data:image/png;base64,"));
    Ok(())
}

#[test]
fn rasters_without_much_to_show_say_so() -> lava::Result<()> {
    let svg = saved!("raster-empty", raster(&SpikeTrains::new(10, 1..=100, [])));
    assert!(svg.contains("no spikes of 10 neurons"));
    saved!("raster-one", raster(&SpikeTrains::new(1, 1..=1, [(1, 0)])));
    saved!(
        "raster-none",
        raster(&SpikeTrains::new(0, RangeInclusive::new(5, 2), []))
    );
    let sparse = [(1, 0), (40, 0), (100, 0)];
    saved!(
        "raster-one-neuron",
        raster(&SpikeTrains::new(1, 1..=100, sparse)).title("One neuron")
    );
    Ok(())
}

#[test]
fn traces_show_values_spikes_and_levels() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    net.set_dt(1.0 * ms)?;
    let lif: Lif = net.add(
        Lif::shape([8])
            .bias_mant([1.0, 1.4, 1.9, 2.2, 3.0, 3.5, 4.0, 5.0])
            .dv(0.1)
            .vth(8.0),
    )?;
    let (voltage, spikes) = (net.probe(&lif.v)?, net.probe(&lif.s_out)?);
    net.run(RunSteps(120))?;
    let plot = voltage
        .traces()
        .spikes(&spikes.trains())
        .level("threshold", 8.0)
        .y_label("v (mV)");
    let svg = saved!("traces", plot.title("Membrane potentials"));
    for text in ["and 3 more", "threshold", "v (mV)", "time (ms)"] {
        assert!(svg.contains(text), "no `{text}`");
    }
    let one = voltage.traces().select([3]).spikes(&spikes.trains());
    let svg = saved!("traces-one", one);
    assert!(svg.contains(">v<") && svg.contains("spikes"));
    saved!("traces-matrix", voltage.matrix().title("All potentials"));
    saved!("raster-probe", spikes.raster());
    net.stop()
}

#[test]
fn a_long_trace_is_small() -> lava::Result<()> {
    let values: Vec<f64> = noise(3).take(500_000).collect();
    let svg = saved!(
        "trace-long",
        curves("time (ms)", "v (mV)").samples("noise", 0.1, &values)
    );
    assert!(svg.len() < 60_000, "{} bytes", svg.len());
    Ok(())
}

#[test]
fn values_that_are_not_finite_interrupt_a_curve() -> lava::Result<()> {
    let values = [1.0, 2.0, f64::NAN, 3.0, f64::INFINITY, 2.0, 1.5];
    let svg = saved!(
        "curve-nan",
        curves("x", "y").samples("with gaps", 1.0, &values)
    );
    assert!(svg.contains("<circle"), "a point alone is a dot");
    let svg = saved!(
        "curve-all-nan",
        curves("x", "y").samples("nothing", 1.0, &[f64::NAN; 3])
    );
    assert!(svg.contains("no values"));
    saved!(
        "curve-point",
        curves("x", "y").curve("a point", &[3.0], &[7.0])
    );
    saved!(
        "curve-flat",
        curves("x", "y").samples("flat", 1.0, &[5.0; 10])
    );
    saved!(
        "curve-large",
        curves("x (m)", "y").curve("", &[1e6, 2e6, 4e6], &[1e-7, 3e-7, -2e-7])
    );
    Ok(())
}

#[test]
fn histograms_and_curves_of_trains() -> lava::Result<()> {
    let all = trains(100, 2000, 0.02).with_dt(0.5 * ms);
    saved!("rate-histogram", all.rate_histogram());
    saved!("interval-histogram", all.interval_histogram());
    saved!("rate-curve", all.rate_curve(RateKernel::Gaussian(5.0)));
    saved!("spectrum", all.spectrum(256.0));
    saved!("correlogram", all.correlogram(0, 1, 2.0, 60.0));
    saved!("correlations", all.select(0..20).correlation_matrix(5.0));
    let svg = saved!(
        "interval-empty",
        SpikeTrains::new(3, 1..=10, []).interval_histogram()
    );
    assert!(svg.contains("no neuron has two spikes"));
    let values: Vec<f64> = noise(5).take(500).chain([f64::NAN]).collect();
    let svg = saved!(
        "histogram",
        histogram("weight (pA)", &values, Bins::Number(20))
    );
    assert!(svg.contains("1 are not finite"));
    Ok(())
}

#[test]
fn matrices_and_images() -> lava::Result<()> {
    let weights = Array2::from_shape_fn((20, 30), |(row, column)| {
        (row as f64 - 10.0) * (column as f64 / 30.0)
    });
    let plot = matrix(weights.view())
        .quantity("weight (pA)")
        .x_label("source")
        .y_label("target");
    saved!("matrix", plot.title("Weights"));
    let large = Array2::from_shape_fn((2000, 1500), |(row, column)| ((row * column) % 97) as f32);
    saved!("matrix-large", matrix(large.view()));
    saved!("matrix-row", matrix(ndarray::arr1(&[1, 2, 3, 4]).view()));
    saved!(
        "matrix-nan",
        matrix(ndarray::arr2(&[[1.0, f64::NAN], [2.0, -1.0]]).view())
    );
    saved!("matrix-same", matrix(Array2::<f64>::ones((3, 3)).view()));
    let fields = Array3::from_shape_fn((12, 8, 8), |(image, row, column)| {
        ((row as f64 - 4.0).powi(2) + (column as f64 - (image as f64 / 2.0)).powi(2))
            .sqrt()
            .cos()
    });
    let names: Vec<String> = (0..12).map(|n| format!("neuron {n}")).collect();
    saved!(
        "images",
        images(fields.view()).names(names).title("Receptive fields")
    );
    saved!(
        "images-none",
        images(Array3::<f64>::zeros((0, 8, 8)).view())
    );
    Ok(())
}

#[test]
fn tuning_curves_and_logarithmic_axes() -> lava::Result<()> {
    let currents: Vec<f64> = (0..12).map(|n| f64::from(n) * 50.0).collect();
    let mut numbers = noise(11);
    let trial = |numbers: &mut dyn Iterator<Item = f64>| -> Vec<f64> {
        let rate = |current: &f64| (current - 150.0).max(0.0) / 5.0;
        currents
            .iter()
            .map(|current| rate(current) + 8.0 * numbers.next().unwrap_or(0.0))
            .collect()
    };
    let trials: Vec<Vec<f64>> = (0..5).map(|_| trial(&mut numbers)).collect();
    let svg = saved!(
        "tuning",
        tuning("current (pA)", "rate (spikes/s)", &currents, &trials)
    );
    assert!(svg.contains("mean ± SD of 5 trials"));
    let x: Vec<f64> = (1..=1000).map(f64::from).collect();
    let y: Vec<f64> = x.iter().map(|x| 1.0 / x).collect();
    saved!(
        "log",
        curves("neurons", "error")
            .curve("1/n", &x, &y)
            .log_x()
            .log_y()
    );
    Ok(())
}

#[test]
fn a_figure_has_several_plots() -> lava::Result<()> {
    let all = trains(60, 600, 0.02).with_dt(0.5 * ms);
    let figure = || {
        Figure::new()
            .title("A figure of several plots")
            .subtitle("60 neurons, 300 ms")
            .plot(raster(&all).title("Spikes"))
            .row([
                Panel::from(all.rate_curve(RateKernel::Gaussian(5.0)).title("Rate")),
                all.interval_histogram().title("Intervals").into(),
            ])
    };
    figure().save(path("figure.png"))?;
    figure().dark().save(path("figure-dark.png"))?;
    let svg = figure().to_svg()?;
    for text in [
        "A figure of several plots",
        "60 neurons, 300 ms",
        "Spikes",
        "Intervals",
    ] {
        assert!(svg.contains(text), "no `{text}`");
    }
    assert!(Figure::new().title("Nothing").to_svg()?.contains("Nothing"));
    Ok(())
}

#[test]
fn an_inline_picture_is_light_or_dark_as_its_page() -> lava::Result<()> {
    let svg = raster(&trains(5, 50, 0.1))
        .title("Spikes")
        .inline()
        .to_svg()?;
    assert!(
        svg.contains("fill=\"currentColor\">Spikes"),
        "texts have the page's colour"
    );
    let as_image = "svg:root{color-scheme:light dark;color:CanvasText}";
    assert!(
        svg.contains(as_image),
        "an image takes that of a light or dark page"
    );
    assert!(!svg.contains("#ffffff"), "there is no background");
    Ok(())
}

#[test]
fn texts_are_escaped_and_long_ones_cut() -> lava::Result<()> {
    let title = "a < b & c ".repeat(30);
    let svg = saved!(
        "long-texts",
        raster(&trains(5, 50, 0.1))
            .title(title)
            .y_label("é".repeat(200))
    );
    assert!(svg.contains("a &lt; b &amp; c") && svg.contains('…'));
    assert!(!svg.contains("a < b"));
    Ok(())
}

#[track_caller]
fn error<T: std::fmt::Debug>(result: lava::Result<T>) -> PlotError {
    let error = result.expect_err("it is a mistake");
    error
        .downcast_ref::<PlotError>()
        .expect("of a picture")
        .clone()
}

#[test]
fn mistakes_are_errors_that_say_what_to_do() {
    let plot = || raster(&trains(5, 50, 0.1));
    let text = |result: lava::Result<()>| result.expect_err("it is a mistake").to_string();
    assert_eq!(
        text(plot().save("raster.jpg")),
        "a picture cannot be written to `raster.jpg`: name it `….svg` or `….png` [E1901]"
    );
    assert!(matches!(
        error(plot().save("raster")),
        PlotError::Ending { .. }
    ));
    let missing = path("no-such-folder").join("raster.svg");
    assert!(matches!(
        error(plot().save(missing)),
        PlotError::File { .. }
    ));
    assert!(matches!(
        error(plot().size(10, 10).to_svg()),
        PlotError::Size { .. }
    ));
    assert!(matches!(
        error(plot().size(100_000, 400).to_png()),
        PlotError::Size { .. }
    ));
    let cube = Array3::<f64>::zeros((2, 2, 2));
    assert!(matches!(
        error(matrix(cube.view()).to_svg()),
        PlotError::Dimensions { .. }
    ));
    let flat = Array2::<f64>::zeros((2, 2));
    assert!(matches!(
        error(images(flat.view()).to_svg()),
        PlotError::Dimensions { .. }
    ));
    let uneven = curves("x", "y").curve("", &[1.0], &[1.0, 2.0]);
    assert!(matches!(error(uneven.to_svg()), PlotError::Lengths { .. }));
    let uneven = tuning("x", "y", &[1.0, 2.0], &[[1.0]]);
    assert!(matches!(
        error(Figure::new().plot(uneven).to_svg()),
        PlotError::Lengths { .. }
    ));
}

#[test]
fn a_network_is_drawn_with_its_connections_and_load() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input:   Lif   = Lif::shape([50]).bias_mant(0.5).vth(3.0);
        forward: Dense = Dense::weights(Array2::from_elem((20, 50), 0.1));
        lateral: Dense = Dense::weights(Array2::from_elem((20, 20), -0.1));
        skip:    Dense = Dense::weights(Array2::from_elem((5, 50), 0.1));
        output:  Lif   = Lif::shape([20]);
        readout: Dense = Dense::weights(Array2::from_elem((5, 20), 0.1));
        last:    Lif   = Lif::shape([5]);
        input.s_out -> forward.s_in;
        [forward.a_out, lateral.a_out] -> output.a_in;
        output.s_out -> [lateral.s_in, readout.s_in];
        input.s_out -> skip.s_in;
        [readout.a_out, skip.a_out] -> last.a_in;
    }?;
    let svg = saved!("network-before", net.picture());
    assert!(svg.contains("DenseFloat") && !svg.contains("worker"));
    net.set_profiling(true)?;
    net.run(RunSteps(200))?;
    let svg = saved!("network", net.picture().title("Seven processes"));
    for text in [
        "input",
        "forward",
        "s_out → s_in",
        "[50]",
        "delay 1",
        "worker 0",
        " %",
    ] {
        assert!(svg.contains(text), "no `{text}`");
    }
    net.stop()?;
    let empty = Network::<Loihi1SimCfg>::new();
    assert!(saved!("network-empty", empty.picture()).contains("no processes"));
    Ok(())
}
