//! The macros find the library by the manifest, which gives it another name.

use neuro::prelude::*;

/// Counts steps.
#[process]
pub struct Counter {
    /// The count.
    #[var(init = 0)]
    count: Var<i32>,
}

#[implements(proc = Counter, protocol = Loihi)]
struct CounterModel {
    count: Vec<i32>,
}

impl LoihiModel for CounterModel {
    fn run_spk(&mut self) -> neuro::Result<()> {
        self.count.iter_mut().for_each(|count| *count += 1);
        Ok(())
    }
}

network! {
    /// A counter.
    pub fn counters(number: usize) -> neuro::Result<Counters>;
    Loihi1SimCfg;
    counter: Counter = Counter::shape([number]);
}
