//! From an image to spikes.

use lava::prelude::*;

/// The brightness of a pixel that fires in every step.
const FULL: u8 = 16;

/// Input neurons, one per pixel: the brighter the pixel, the more often its neuron fires.
///
/// Every step a neuron gains `pixel / 16`; on reaching 1 it fires and loses 1. It counts in
/// sixteenths, so nothing is rounded, and spikes carry no number: the same process feeds
/// synapses in floating point and in fixed point.
#[process]
pub struct Pixels {
    /// The spikes of the pixels.
    s_out: OutPort<Spike>,
    /// The image, dark 0 to bright 16.
    #[var(init = 0, range = 0..=FULL)]
    pixels: Var<u8>,
    /// The sum of each neuron's input since it last fired.
    #[var(init = 0)]
    charge: Var<u8>,
}

#[cfg(feature = "files")]
lava::register_process!(Pixels);

#[implements(proc = Pixels, protocol = Loihi, batch)]
struct PixelsModel {
    s_out: Out<Spike>,
    pixels: Vec<u8>,
    charge: Vec<u8>,
    #[local]
    fired: Vec<u32>,
}

impl LoihiModel for PixelsModel {
    fn run_spk(&mut self) -> lava::Result<()> {
        self.fired.resize(self.charge.len(), 0);
        let mut count = 0;
        for (neuron, (charge, pixel)) in (0..).zip(self.charge.iter_mut().zip(&self.pixels)) {
            *charge += pixel;
            // Without a branch, which could not be predicted.
            let fires = *charge >= FULL;
            *charge -= FULL * u8::from(fires);
            self.fired[count] = neuron;
            count += usize::from(fires);
        }
        self.s_out.send_indices(&self.fired[..count])
    }
}
