//! 1,000 neurons, all their synapses to 1,000 others.
//!
//! ```text
//! cargo run --release --example dense_ff -- [--scale S] [--threads N] [--time MS] [--seed N]
//! ```

fn main() -> anyhow::Result<()> {
    lava_benchmarks::main(
        "1,000 neurons, all their synapses to 1,000 others.",
        lava_benchmarks::dense_ff,
    )
}
