//! Potjans & Diesmann (2014): the cortical microcircuit, 77,169 neurons.
//!
//! ```text
//! cargo run --release --example microcircuit -- [--scale S] [--threads N] [--time MS] [--seed N]
//! ```

fn main() -> anyhow::Result<()> {
    lava_benchmarks::main(
        "Potjans & Diesmann (2014): the cortical microcircuit, 77,169 neurons.",
        lava_benchmarks::microcircuit,
    )
}
