//! Brunel (2000): a random network of 10,000 neurons.
//!
//! ```text
//! cargo run --release --example brunel -- [--scale S] [--threads N] [--time MS] [--seed N]
//! ```

use lava_examples::networks;

fn main() -> anyhow::Result<()> {
    networks::main(
        "Brunel (2000): a random network of 10,000 neurons.",
        networks::brunel,
    )
}
