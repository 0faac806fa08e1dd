//! Brunel (2000): a random network of 10,000 neurons.
//!
//! ```text
//! cargo run --release --example brunel -- [--scale S] [--threads N] [--time MS] [--seed N]
//! ```

fn main() -> anyhow::Result<()> {
    lava_benchmarks::main(
        "Brunel (2000): a random network of 10,000 neurons.",
        lava_benchmarks::brunel,
    )
}
