//! A short run of the stress program: see [`lava_tests::stress`].

use lava_tests::stress::Stress;

/// The operations of each number of workers; by hand, `cargo run --release -p lava-tests --bin stress`
/// makes more.
const OPERATIONS: u64 = 3_000;

#[test]
fn random_operations_on_one_two_and_three_workers() {
    for workers in 1..=3 {
        let report = Stress {
            seed: workers as u64,
            operations: OPERATIONS,
            workers,
        }
        .run();
        let made: u64 = report.outcomes.values().sum();
        assert_eq!(made, OPERATIONS);
        assert!(report.networks > 1);
    }
}
