//! Choices that a circuit leaves to the one who runs it.

/// The choices with which a circuit is built.
///
/// | choice | default |
/// |---|---|
/// | [`dt`](SonataOptions::dt) | that of the simulation, else 0.1 ms |
/// | [`voltage`](SonataOptions::voltage) | [`InitialVoltage::Simulation`] |
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SonataOptions {
    /// Time step, in ms; `None` for that of the simulation.
    pub dt: Option<f64>,
    /// The voltage of neurons at the begin.
    pub voltage: InitialVoltage,
}

/// The voltage at the begin of neurons whose parameters have no `V_m`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum InitialVoltage {
    /// `conditions/v_init` of the simulation, as the format has it; where there is none, that of the model.
    #[default]
    Simulation,
    /// The default of the model in NEST, −70 mV for most, as the simulator PointNet of BMTK has it, which passes
    /// over `v_init`.
    Model,
    /// A voltage, in mV.
    Value(f64),
}

impl SonataOptions {
    /// The default choices.
    pub fn new() -> SonataOptions {
        SonataOptions::default()
    }

    /// Sets the time step, in ms.
    pub fn dt(mut self, ms: f64) -> SonataOptions {
        self.dt = Some(ms);
        self
    }

    /// Sets the voltage of neurons at the begin.
    pub fn voltage(mut self, voltage: InitialVoltage) -> SonataOptions {
        self.voltage = voltage;
        self
    }
}
