//! A million neurons without synapses.
//!
//! ```text
//! cargo run --release --example lif_only -- [--scale S] [--threads N] [--time MS] [--seed N]
//! ```

use lava_examples::networks;

fn main() -> anyhow::Result<()> {
    networks::main("A million neurons without synapses.", networks::lif_only)
}
