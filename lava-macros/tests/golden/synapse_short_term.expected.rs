/// Short-term plasticity.
///
/// ```text
/// weight    w    [mV]
/// source    du/dt = -u/tau_f
/// source    dx/dt = (1 - x)/tau_d
/// where     released = u*x
/// on pre:   u += use_0*(1 - u), transmits w*released, x -= released
/// ```
///
/// Equations are solved exactly between spikes. The spikes of the targets have no effect.
#[derive(Clone, Debug)]
#[must_use = "a plasticity does nothing until a projection is given it"]
pub struct ShortTerm {
    use_0: f64,
    tau_f: f64,
    tau_d: f64,
    kernel: ShortTermKernel,
}
::lava::__private_0_1_0::storable_rule!(
    struct ShortTerm { use_0, tau_f, tau_d } with { kernel :
    ::core::default::Default::default() }
);
/// The variables of a source of [`ShortTerm`], as its last spike has left them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShortTermSource {
    u: f32,
    x: f32,
    released: f32,
}
impl ::core::default::Default for ShortTermSource {
    fn default() -> ShortTermSource {
        ShortTermSource {
            u: 0.0,
            x: 1.0,
            released: 0.0,
        }
    }
}
impl ::lava::model::Persist for ShortTermSource {
    fn layout() -> ::std::string::String {
        <[f32; 3] as ::lava::model::Persist>::layout()
    }
    fn save(&self, bytes: &mut ::std::vec::Vec<u8>) {
        ::lava::model::Persist::save(&[self.u, self.x, self.released], bytes);
    }
    fn load(
        bytes: &mut &[u8],
    ) -> ::core::result::Result<Self, ::lava::model::PersistError> {
        let [u, x, released]: [f32; 3] = ::lava::model::Persist::load(bytes)?;
        ::core::result::Result::Ok(ShortTermSource { u, x, released })
    }
}
/// The numbers that [`ShortTerm`] computes with, for a time step.
#[derive(Clone, Debug, Default)]
struct ShortTermKernel {
    /// Decay with the time constant `tau_f`, in ms.
    decay_u: ::lava::proc::plasticity::Decay,
    /// Decay with the time constant `tau_d`, in ms.
    decay_x: ::lava::proc::plasticity::Decay,
    use_0: f32,
}
#[allow(dead_code, clippy::all)]
impl ShortTerm {
    /// The rule with its defaults.
    pub fn new() -> Self {
        ShortTerm {
            use_0: 0.5,
            tau_f: 50.0,
            tau_d: 800.0,
            kernel: ::core::default::Default::default(),
        }
    }
    /// `use_0`.
    ///
    /// Default: 0.5.
    pub fn use_0(mut self, use_0: f64) -> Self {
        self.use_0 = use_0;
        self
    }
    /// `tau_f`, in ms.
    ///
    /// Default: 50 ms.
    pub fn tau_f(mut self, tau_f: f64) -> Self {
        self.tau_f = tau_f;
        self
    }
    /// `tau_d`, in ms.
    ///
    /// Default: 800 ms.
    pub fn tau_d(mut self, tau_d: f64) -> Self {
        self.tau_d = tau_d;
        self
    }
}
impl ::core::default::Default for ShortTerm {
    fn default() -> ShortTerm {
        ShortTerm::new()
    }
}
#[allow(unused_variables, clippy::all)]
impl ::lava::proc::plasticity::Plasticity for ShortTerm {
    type Factors = ::lava::proc::plasticity::OneFactor;
    type Synapse = ();
    type Source = ShortTermSource;
    type Target = ();
    fn prepare(
        &mut self,
        dt: f64,
    ) -> ::core::result::Result<(), ::lava::proc::plasticity::PlasticityError> {
        #[allow(unused_imports)]
        use ::lava::__private_0_1_0::equations::synapse::*;
        let use_0 = finite("use_0", self.use_0)?;
        let tau_f = positive("tau_f", self.tau_f)?;
        let tau_d = positive("tau_d", self.tau_d)?;
        self.kernel = ShortTermKernel {
            decay_u: ::lava::proc::plasticity::Decay::new(tau_f, dt),
            decay_x: ::lava::proc::plasticity::Decay::new(tau_d, dt),
            use_0: single("use_0", use_0)?,
        };
        ::core::result::Result::Ok(())
    }
    #[inline(always)]
    fn source_fires(
        &self,
        source: ::lava::proc::plasticity::Past<ShortTermSource>,
    ) -> ShortTermSource {
        let u = source.state.u * self.kernel.decay_u.over(source.steps);
        let x = 1.0 + (source.state.x - 1.0) * self.kernel.decay_x.over(source.steps);
        let x0 = u + self.kernel.use_0 * (1.0 - u);
        let x1 = x0 * x;
        ShortTermSource {
            u: x0,
            x: x - x1,
            released: x1,
        }
    }
    #[inline(always)]
    fn target_fires(&self, target: ::lava::proc::plasticity::Past<()>) -> () {}
    #[inline(always)]
    fn pre(
        &self,
        synapse: &mut ::lava::proc::plasticity::SynapseState<()>,
        spike: ::lava::proc::plasticity::PreSpike<Self>,
    ) {}
    #[inline(always)]
    fn post(
        &self,
        synapse: &mut ::lava::proc::plasticity::SynapseState<()>,
        spike: ::lava::proc::plasticity::PostSpike<Self>,
    ) {}
    #[inline(always)]
    fn transmitted(&self, weight: f32, source: &ShortTermSource) -> f32 {
        weight * source.released
    }
}
