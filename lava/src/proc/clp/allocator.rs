//! Allocation of prototypes.

use crate::prelude::*;

/// Allocator of prototypes: for every request, sends the number of the next prototype, counted from
/// 1; otherwise 0. A request is any number but 0 on `trigger_in`.
///
#[cfg_attr(doc, doc = include_str!("../../../pictures/allocator.svg"))]
///
/// Numbers continue after the last prototype, as in Lava: they select none. Ports have shape `[1]`.
///
/// Source: Intel's Lava, `lava.proc.clp.nsm`.
///
/// ```
/// use lava::prelude::*;
/// use lava::proc::{Allocator, Source};
///
/// # fn main() -> lava::Result<()> {
/// let net = network! { Loihi1SimCfg;
///     trigger:   Source<i32> = Source::data([[0], [1], [0], [1]]);
///     allocator: Allocator   = Allocator::new();
///     trigger.s_out -> allocator.trigger_in;
/// }?;
/// let sent = net.probe(&net.allocator.allocate_out)?;
/// net.run(RunSteps(4))?;
/// assert_eq!(sent.data().into_raw_vec_and_offset().0, [0, 1, 0, 2]);
/// # net.stop()
/// # }
/// ```
#[process]
pub struct Allocator {
    /// Request: not 0 if a prototype is to be allocated.
    #[port(shape = [1])]
    trigger_in: InPort<i32>,
    /// Number of the allocated prototype, or 0.
    #[port(shape = [1])]
    allocate_out: OutPort<i32>,
    /// Number of the next prototype.
    #[var(scalar, init = 1, range = 1..)]
    next_alloc_id: Var<i32>,
}

#[implements(proc = Allocator, protocol = Loihi)]
#[tag(FixedPt)]
struct AllocatorModel {
    trigger_in: In<i32>,
    allocate_out: Out<i32>,
    next_alloc_id: i32,
}

impl LoihiModel for AllocatorModel {
    fn run_spk(&mut self) -> crate::Result<()> {
        let mut id = 0;
        if self.trigger_in.recv_slice()[0] != 0 {
            id = self.next_alloc_id;
            self.next_alloc_id = id.saturating_add(1);
        }
        self.allocate_out.send_slice(&[id])
    }
}
