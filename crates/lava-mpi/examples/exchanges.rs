//! The time of an exchange between ranks: `mpirun -n 8 exchanges`.
//!
//! Prints, for messages of several lengths to each other rank, the microseconds of an exchange, as the middle of
//! many. The dry run of a benchmark takes what follows of them: `microcircuit --dry-run 1000 --measured …`.

use std::time::Instant;

use anyhow::Result;
use lava::ranks::Communicator as _;

/// The exchanges of one length.
const COUNT: usize = 300;

fn main() -> Result<()> {
    let world = lava_mpi::world()?;
    let (rank, size) = (world.rank(), world.size());
    let mut received = vec![Vec::new(); size];
    for bytes in [16, 1_000, 10_000, 60_000] {
        let sent = vec![vec![0; bytes]; size];
        let mut times = Vec::with_capacity(COUNT);
        for _ in 0..COUNT {
            let start = Instant::now();
            world.post(&sent)?;
            world.complete(&sent, &mut received)?;
            times.push(start.elapsed().as_secs_f64() * 1e6);
        }
        times.sort_by(f64::total_cmp);
        if rank == 0 {
            println!(
                "{size} ranks, {bytes} bytes to each: {:.1} µs",
                times[COUNT / 2]
            );
        }
    }
    Ok(())
}
