//! Names and texts of any length can be shown.

use lava::prelude::*;
use lava::proc::Lif;
use lava::proc::learning::LearningRule;

/// More than `format!` pads.
const LONG: usize = 70_000;

#[test]
fn a_process_with_a_long_name_is_in_every_table() -> lava::Result<()> {
    let name = "n".repeat(LONG);
    let net = Network::<Loihi1SimCfg>::new();
    let _lif: Lif = net.add(Lif::shape([3]).name(name.as_str()))?;
    let _other: Lif = net.add(Lif::shape([3]).name("other"))?;
    net.set_profiling(true)?;
    net.run(RunSteps(3))?;
    let texts = [
        net.memory_estimate()?.to_string(),
        net.profile()?.to_string(),
        net.report()?.to_string(),
    ];
    for text in texts {
        assert!(text.contains(&name) && text.contains("other"));
        assert!(text.len() < 2 * LONG, "{} bytes", text.len());
    }
    net.stop()
}

#[test]
fn a_mistake_far_to_the_right_is_pointed_at() {
    let text = format!("dw = x0 * {}z", " ".repeat(LONG));
    let error = text.parse::<LearningRule>().unwrap_err().to_string();
    assert!(error.ends_with(" ^"), "the token is marked");
}
