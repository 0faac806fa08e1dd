//! The effect of the numbers that pre-synaptic neurons send on traces.

/// The change of the trace x1 by a spike of a pre-synaptic neuron, depending on the number *s* that
/// it sent (1 for a spike without a number): Lava's `GradedSpikeCfg`.
///
/// With any but the first, the impulse of x1 is 0 unless the Var `x1_impulse` is set. The trace x2
/// has its regular impulse.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GradedSpikeCfg {
    /// The impulse of x1 is added, whatever the number.
    #[default]
    RegularImpulse,
    /// x1 becomes *s*/2.
    Overwrite,
    /// *s*/2 is added; in fixed point x1 saturates at 127.
    AddWithSaturation,
    /// *s*/2 is added; in fixed point 127 is taken off a sum above 127, and the spike counts, for
    /// x0 and x2, only then.
    AddWithoutSaturation,
}

#[cfg(feature = "store")]
crate::storable!(
    enum GradedSpikeCfg {
        RegularImpulse,
        Overwrite,
        AddWithSaturation,
        AddWithoutSaturation,
    }
);
