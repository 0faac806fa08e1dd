//! The recorded traces in `conformance/`, on one worker and on two.

use std::path::Path;

use lava_tests::conformance::{Outcome, check_file, name, traces};

#[test]
fn every_trace_is_reproduced() -> anyhow::Result<()> {
    let traces = traces(&Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance"))?;
    let mut failures = Vec::new();
    for workers in [1, 2] {
        for path in &traces {
            let outcome = check_file(path, Some(workers));
            if outcome != Outcome::Pass {
                failures.push(format!("{workers} workers: {}", outcome.line(&name(path))));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(())
}
