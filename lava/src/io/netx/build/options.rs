//! Choices that a file leaves open.

/// Choices that a file leaves open.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NetxOptions {
    /// The layers that are built, counted from the first of the file, those that are skipped included;
    /// `None` for all.
    pub num_layers: Option<usize>,
    /// The first layers of the file, which are not built.
    pub skip_layers: usize,
    /// Bits of the messages that come in, if the first layer is no input; 0 for spikes.
    pub input_message_bits: i32,
    /// The shape of the input, columns, rows, channels, if the file does not state it.
    pub input_shape: Option<Vec<usize>>,
    /// The steps between resets of the neurons' state; `None` for no resets.
    pub reset_interval: Option<i32>,
    /// The step of the interval in which the first layer is reset; each layer is reset a step later than
    /// the one before it.
    pub reset_offset: i32,
    /// Extra bits of the messages of sigma-delta neurons; default 6.
    pub spike_exp: i32,
}

impl Default for NetxOptions {
    fn default() -> NetxOptions {
        NetxOptions {
            num_layers: None,
            skip_layers: 0,
            input_message_bits: 0,
            input_shape: None,
            reset_interval: None,
            reset_offset: 0,
            spike_exp: 6,
        }
    }
}

impl NetxOptions {
    /// The default choices.
    pub fn new() -> NetxOptions {
        NetxOptions::default()
    }

    /// Sets the number of layers that are built.
    pub fn num_layers(mut self, layers: usize) -> NetxOptions {
        self.num_layers = Some(layers);
        self
    }

    /// Sets the number of first layers that are left out.
    pub fn skip_layers(mut self, layers: usize) -> NetxOptions {
        self.skip_layers = layers;
        self
    }

    /// Sets the bits of the messages that come in.
    pub fn input_message_bits(mut self, bits: i32) -> NetxOptions {
        self.input_message_bits = bits;
        self
    }

    /// Sets the shape of the input.
    pub fn input_shape(mut self, shape: impl Into<Vec<usize>>) -> NetxOptions {
        self.input_shape = Some(shape.into());
        self
    }

    /// Sets the interval between resets, and the step of it in which the first layer is reset.
    pub fn reset(mut self, interval: i32, offset: i32) -> NetxOptions {
        self.reset_interval = Some(interval);
        self.reset_offset = offset;
        self
    }

    /// Sets the extra bits of the messages of sigma-delta neurons.
    pub fn spike_exp(mut self, spike_exp: i32) -> NetxOptions {
        self.spike_exp = spike_exp;
        self
    }
}
