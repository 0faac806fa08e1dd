//! Vogels & Abbott (2005): 4,000 neurons with synaptic conductances.
//!
//! ```text
//! cargo run --release --example coba -- [--scale S] [--threads N] [--time MS] [--seed N]
//! ```

use lava_examples::networks;

fn main() -> anyhow::Result<()> {
    networks::main(
        "Vogels & Abbott (2005): 4,000 neurons with synaptic conductances.",
        networks::coba,
    )
}
