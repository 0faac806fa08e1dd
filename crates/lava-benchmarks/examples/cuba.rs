//! Vogels & Abbott (2005): 4,000 neurons with synaptic currents.
//!
//! ```text
//! cargo run --release --example cuba -- [--scale S] [--threads N] [--time MS] [--seed N]
//! ```

fn main() -> anyhow::Result<()> {
    lava_benchmarks::main(
        "Vogels & Abbott (2005): 4,000 neurons with synaptic currents.",
        lava_benchmarks::cuba,
    )
}
