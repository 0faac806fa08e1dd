//! Vogels & Abbott (2005): 4,000 neurons with synaptic conductances.
//!
//! ```text
//! cargo run --release --example coba -- [--scale S] [--threads N] [--time MS] [--seed N]
//! ```

fn main() -> anyhow::Result<()> {
    lava_benchmarks::main(
        "Vogels & Abbott (2005): 4,000 neurons with synaptic conductances.",
        lava_benchmarks::coba,
    )
}
