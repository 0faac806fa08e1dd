//! A million neurons without synapses.
//!
//! ```text
//! cargo run --release --example lif_only -- [--scale S] [--threads N] [--time MS] [--seed N]
//! ```

fn main() -> anyhow::Result<()> {
    lava_benchmarks::main(
        "A million neurons without synapses.",
        lava_benchmarks::lif_only,
    )
}
