/// Spike-timing-dependent plasticity of pairs of spikes.
///
/// ```text
/// weight    w    [pA]
/// source    dx/dt = -x/tau_plus
/// target    dy/dt = -y/tau_minus
/// where     w >= 0 && w <= w_max
/// on pre:   w -= a_minus*y, x += 1
/// on post:  w += a_plus*x, y += 1
/// ```
///
/// Equations are solved exactly between spikes. The projection receives the spikes of its targets at `s_in_bap`.
#[derive(Clone, Debug)]
#[must_use = "a plasticity does nothing until a projection is given it"]
pub struct Stdp {
    tau_plus: f64,
    tau_minus: f64,
    a_plus: f64,
    a_minus: f64,
    w_max: f64,
    kernel: StdpKernel,
}
::lava::__private_0_1_0::storable_rule!(
    struct Stdp { tau_plus, tau_minus, a_plus, a_minus, w_max } with { kernel :
    ::core::default::Default::default() }
);
/// The variables of a source of [`Stdp`], as its last spike has left them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StdpSource {
    x: f32,
}
impl ::lava::model::Persist for StdpSource {
    fn layout() -> ::std::string::String {
        <[f32; 1] as ::lava::model::Persist>::layout()
    }
    fn save(&self, bytes: &mut ::std::vec::Vec<u8>) {
        ::lava::model::Persist::save(&[self.x], bytes);
    }
    fn load(
        bytes: &mut &[u8],
    ) -> ::core::result::Result<Self, ::lava::model::PersistError> {
        let [x]: [f32; 1] = ::lava::model::Persist::load(bytes)?;
        ::core::result::Result::Ok(StdpSource { x })
    }
}
/// The variables of a target of [`Stdp`], as its last spike has left them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StdpTarget {
    y: f32,
}
impl ::lava::model::Persist for StdpTarget {
    fn layout() -> ::std::string::String {
        <[f32; 1] as ::lava::model::Persist>::layout()
    }
    fn save(&self, bytes: &mut ::std::vec::Vec<u8>) {
        ::lava::model::Persist::save(&[self.y], bytes);
    }
    fn load(
        bytes: &mut &[u8],
    ) -> ::core::result::Result<Self, ::lava::model::PersistError> {
        let [y]: [f32; 1] = ::lava::model::Persist::load(bytes)?;
        ::core::result::Result::Ok(StdpTarget { y })
    }
}
/// The numbers that [`Stdp`] computes with, for a time step.
#[derive(Clone, Debug, Default)]
struct StdpKernel {
    /// Decay with the time constant `tau_plus`, in ms.
    decay_x: ::lava::proc::plasticity::Decay,
    /// Decay with the time constant `tau_minus`, in ms.
    decay_y: ::lava::proc::plasticity::Decay,
    a_minus: f32,
    w_max: f32,
    a_plus: f32,
}
#[allow(dead_code, clippy::all)]
impl Stdp {
    /// The rule with its defaults.
    pub fn new() -> Self {
        Stdp {
            tau_plus: 20.0,
            tau_minus: 20.0,
            a_plus: 0.01,
            a_minus: 0.0105,
            w_max: 1.0,
            kernel: ::core::default::Default::default(),
        }
    }
    /// Time constant of the source's trace, in ms.
    ///
    /// Default: 20 ms.
    pub fn tau_plus(mut self, tau_plus: f64) -> Self {
        self.tau_plus = tau_plus;
        self
    }
    /// Time constant of the target's trace, in ms.
    ///
    /// Default: 20 ms.
    pub fn tau_minus(mut self, tau_minus: f64) -> Self {
        self.tau_minus = tau_minus;
        self
    }
    /// Change by a pair in which the source fires first, in pA.
    ///
    /// Default: 0.01 pA.
    pub fn a_plus(mut self, a_plus: f64) -> Self {
        self.a_plus = a_plus;
        self
    }
    /// Change by a pair in which the target fires first, in pA.
    ///
    /// Default: 0.0105 pA.
    pub fn a_minus(mut self, a_minus: f64) -> Self {
        self.a_minus = a_minus;
        self
    }
    /// The greatest weight, in pA.
    ///
    /// Default: 1 pA.
    pub fn w_max(mut self, w_max: f64) -> Self {
        self.w_max = w_max;
        self
    }
}
impl ::core::default::Default for Stdp {
    fn default() -> Stdp {
        Stdp::new()
    }
}
#[allow(unused_variables, clippy::all)]
impl ::lava::proc::plasticity::Plasticity for Stdp {
    type Factors = ::lava::proc::plasticity::TwoFactors;
    type Synapse = ();
    type Source = StdpSource;
    type Target = StdpTarget;
    fn prepare(
        &mut self,
        dt: f64,
    ) -> ::core::result::Result<(), ::lava::proc::plasticity::PlasticityError> {
        #[allow(unused_imports)]
        use ::lava::__private_0_1_0::equations::synapse::*;
        let tau_plus = positive("tau_plus", self.tau_plus)?;
        let tau_minus = positive("tau_minus", self.tau_minus)?;
        let a_plus = finite("a_plus", self.a_plus)?;
        let a_minus = finite("a_minus", self.a_minus)?;
        let w_max = finite("w_max", self.w_max)?;
        self.kernel = StdpKernel {
            decay_x: ::lava::proc::plasticity::Decay::new(tau_plus, dt),
            decay_y: ::lava::proc::plasticity::Decay::new(tau_minus, dt),
            a_minus: single("a_minus", a_minus)?,
            w_max: single("w_max", w_max)?,
            a_plus: single("a_plus", a_plus)?,
        };
        ::core::result::Result::Ok(())
    }
    #[inline(always)]
    fn source_fires(
        &self,
        source: ::lava::proc::plasticity::Past<StdpSource>,
    ) -> StdpSource {
        let x = source.state.x * self.kernel.decay_x.over(source.steps);
        StdpSource { x: x + 1.0 }
    }
    #[inline(always)]
    fn target_fires(
        &self,
        target: ::lava::proc::plasticity::Past<StdpTarget>,
    ) -> StdpTarget {
        let y = target.state.y * self.kernel.decay_y.over(target.steps);
        StdpTarget { y: y + 1.0 }
    }
    #[inline(always)]
    fn pre(
        &self,
        synapse: &mut ::lava::proc::plasticity::SynapseState<()>,
        spike: ::lava::proc::plasticity::PreSpike<Self>,
    ) {
        #[allow(unused_imports)]
        use ::lava::__private_0_1_0::equations::*;
        let w = synapse.weight;
        let y = spike.target.state.y * self.kernel.decay_y.over(spike.target.steps);
        synapse.weight = clip(w - self.kernel.a_minus * y, 0.0, self.kernel.w_max);
    }
    #[inline(always)]
    fn post(
        &self,
        synapse: &mut ::lava::proc::plasticity::SynapseState<()>,
        spike: ::lava::proc::plasticity::PostSpike<Self>,
    ) {
        #[allow(unused_imports)]
        use ::lava::__private_0_1_0::equations::*;
        let w = synapse.weight;
        let x = spike.source.state.x * self.kernel.decay_x.over(spike.source.steps);
        synapse.weight = clip(w + self.kernel.a_plus * x, 0.0, self.kernel.w_max);
    }
}
