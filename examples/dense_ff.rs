//! 1,000 neurons, all their synapses to 1,000 others.
//!
//! ```text
//! cargo run --release --example dense_ff -- [--scale S] [--threads N] [--time MS] [--seed N]
//! ```

use lava_examples::networks;

fn main() -> anyhow::Result<()> {
    networks::main(
        "1,000 neurons, all their synapses to 1,000 others.",
        networks::dense_ff,
    )
}
