//! A million neurons and ten billion synapses (Brunel 2000), none of which is stored.
//!
//! ```text
//! cargo run --release --example million -- [--scale S] [--threads N] [--time MS] [--seed N]
//! ```

fn main() -> anyhow::Result<()> {
    lava_benchmarks::main(
        "A million neurons and ten billion synapses (Brunel 2000), none of which is stored.",
        lava_benchmarks::million,
    )
}
