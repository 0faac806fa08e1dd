//! Potjans & Diesmann (2014): the cortical microcircuit, 77,169 neurons.
//!
//! ```text
//! cargo run --release --example microcircuit -- [--scale S] [--threads N] [--time MS] [--seed N]
//! ```

use lava_examples::networks;

fn main() -> anyhow::Result<()> {
    networks::main(
        "Potjans & Diesmann (2014): the cortical microcircuit, 77,169 neurons.",
        networks::microcircuit,
    )
}
