//! Brunel (2000) with plastic synapses: a random network of 10,000 neurons, of which 6.4 million synapses
//! learn.
//!
//! ```text
//! cargo run --release --example brunel_stdp -- [--scale S] [--threads N] [--time MS] [--seed N]
//! ```

fn main() -> anyhow::Result<()> {
    lava_benchmarks::main(
        "Brunel (2000) with STDP: 10,000 neurons, 6.4 million plastic synapses.",
        lava_benchmarks::brunel_stdp,
    )
}
