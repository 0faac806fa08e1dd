//! Shiu et al. (2024): the brain of the fly, 138,639 neurons.
//!
//! ```text
//! cargo run --release --example fly -- [--scale S] [--threads N] [--time MS] [--seed N] [--driven N] [--rate HZ]
//!     [--connectivity FILE]
//! ```

fn main() -> anyhow::Result<()> {
    lava_benchmarks::main(
        "Shiu et al. (2024): the brain of the fly, 138,639 neurons.",
        lava_benchmarks::fly,
    )
}
