//! Reports say what ran and what to do.

use lava::monitor::Report;
use lava::prelude::*;
use lava::proc::{Dense, IafPscExp, Lif};
use lava::units::ms;
use ndarray::Array2;

/// Returns `true` if a report advises a remedy.
fn advises(report: &Report, remedy: &str) -> bool {
    report
        .advice()
        .iter()
        .any(|advice| advice.to_string().contains(remedy))
}

#[test]
fn a_report_counts_operations() -> lava::Result<()> {
    let net = network! { Loihi1SimCfg;
        input:  Lif   = Lif::shape([10]).bias_mant(1.0).vth(0.5);
        dense:  Dense = Dense::weights(Array2::from_elem((4, 10), 0.1));
        output: Lif   = Lif::shape([4]).vth(100.0);
        input.s_out -> dense.s_in;
        dense.a_out -> output.a_in;
    }?;
    net.set_seed(42)?;
    net.set_profiling(true)?;
    net.run(RunSteps(200))?;
    let report = net.report()?;
    assert_eq!(
        (report.seed, report.steps, report.time_step),
        (42, 200, 200)
    );
    assert_eq!(report.configuration, "Loihi1SimCfg");
    let [input, dense, output] = &report.processes[..] else {
        panic!("three processes");
    };
    assert_eq!(
        (input.neuron_updates, input.sent, input.synaptic_operations),
        (2000, 2000, 0)
    );
    assert_eq!(
        (
            dense.received,
            dense.synaptic_operations,
            dense.neuron_updates
        ),
        (2000, 8000, 0)
    );
    assert_eq!((dense.synapses, dense.zero_synapses), (40, 0.0));
    assert!(dense.bytes_moved > 8000 && dense.memory >= 160);
    assert!(output.time > std::time::Duration::ZERO);
    let shares: f64 = report
        .processes
        .iter()
        .map(|process| report.share(process))
        .sum();
    assert!((shares - 1.0).abs() < 1e-9);
    assert!(
        advises(&report, "the threshold"),
        "`output` is silent: {report}"
    );
    assert!(
        report
            .advice()
            .iter()
            .any(|advice| advice.finding.contains("`input` fire in 100 %"))
    );
    net.stop()
}

#[test]
fn a_report_is_a_text_and_a_page() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    net.set_dt(0.1 * ms)?;
    let _: IafPscExp = net.add(IafPscExp::shape([20]).i_e(400.0).name("cells"))?;
    net.set_profiling(true)?;
    net.run(RunFor(100.0 * ms))?;
    let report = net.report()?;
    let model_time = report.model_time().expect("there is a time step");
    assert!((model_time.in_ms() - 100.0).abs() < 1e-9);
    let (text, page) = (report.to_string(), report.to_html());
    for part in [
        "1000 steps in",
        "real-time factor",
        "cells",
        "syn. ops/step",
        "100 %",
    ] {
        assert!(text.contains(part), "no `{part}` in {text}");
        assert!(page.contains(part), "no `{part}` in the page");
    }
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    assert_eq!(
        page.matches("<tr>").count(),
        3,
        "a head, a process and the sum"
    );
    net.set_profiling(true)?;
    assert_eq!(net.report()?.steps, 0, "measurements begin again");
    net.stop()
}

#[test]
fn without_profiling_a_report_says_how_to_measure() -> lava::Result<()> {
    let net = Network::<Loihi1SimCfg>::new();
    let _: Lif = net.add(Lif::shape([3]).name("a<b"))?;
    let before = net.report()?;
    assert!(advises(&before, "set_profiling(true)"));
    assert!(before.to_html().contains("a&lt;b"));
    net.run(RunSteps(10))?;
    let report = net.report()?;
    assert_eq!((report.steps, report.time_step), (0, 10));
    assert!(report.real_time_factor().is_none());
    assert!(report.to_string().contains("nothing was measured"));
    net.stop()?;
    assert!(net.report().is_err(), "a stopped network has no processes");
    Ok(())
}

#[test]
fn a_matrix_of_zeros_should_be_sparse() -> lava::Result<()> {
    let weights =
        Array2::from_shape_fn(
            (100, 100),
            |(row, column)| {
                if (row + column) % 10 == 0 { 0.5 } else { 0.0 }
            },
        );
    let net = network! { Loihi1SimCfg;
        input:  Lif   = Lif::shape([100]).bias_mant(0.1);
        dense:  Dense = Dense::weights(weights);
        output: Lif   = Lif::shape([100]);
        input.s_out -> dense.s_in;
        dense.a_out -> output.a_in;
    }?;
    net.set_workers(2)?;
    net.set_profiling(true)?;
    net.run(RunSteps(50))?;
    let report = net.report()?;
    assert!(advises(&report, "`Sparse` instead of `Dense`"), "{report}");
    assert!(report.advice()[0].finding.contains("optimis") || report.is_optimised);
    net.stop()
}
