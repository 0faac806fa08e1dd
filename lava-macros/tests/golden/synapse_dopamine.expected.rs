/// Dopamine-modulated plasticity.
///
/// ```text
/// weight    dw/dt = c*(n - b)
/// synapse   dc/dt = -c/tau_c
/// source    dx/dt = -x/tau_plus
/// target    dy/dt = -y/tau_minus
/// signal    dn/dt = -n/tau_n    [1/ms]
/// released: n += released/tau_n
/// where     w >= 0 && w <= 1
/// on pre:   c -= a_minus*y, x += 1
/// on post:  c += a_plus*x, y += 1
/// ```
///
/// Equations are solved exactly between spikes. The projection receives the spikes of its targets at `s_in_bap`, and the third factor at `s_in_third`.
#[derive(Clone, Debug)]
#[must_use = "a plasticity does nothing until a projection is given it"]
pub struct Rewarded {
    tau_plus: f64,
    tau_minus: f64,
    tau_c: f64,
    tau_n: f64,
    a_plus: f64,
    a_minus: f64,
    b: f64,
    kernel: RewardedKernel,
}
::lava::__private_0_1_0::storable_rule!(
    struct Rewarded { tau_plus, tau_minus, tau_c, tau_n, a_plus, a_minus, b } with {
    kernel : ::core::default::Default::default() }
);
/// The variables of a synapse of [`Rewarded`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RewardedSynapse {
    c: f32,
}
impl ::lava::model::Persist for RewardedSynapse {
    fn layout() -> ::std::string::String {
        <[f32; 1] as ::lava::model::Persist>::layout()
    }
    fn save(&self, bytes: &mut ::std::vec::Vec<u8>) {
        ::lava::model::Persist::save(&[self.c], bytes);
    }
    fn load(
        bytes: &mut &[u8],
    ) -> ::core::result::Result<Self, ::lava::model::PersistError> {
        let [c]: [f32; 1] = ::lava::model::Persist::load(bytes)?;
        ::core::result::Result::Ok(RewardedSynapse { c })
    }
}
/// The variables of a source of [`Rewarded`], as its last spike has left them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RewardedSource {
    x: f32,
}
impl ::lava::model::Persist for RewardedSource {
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
        ::core::result::Result::Ok(RewardedSource { x })
    }
}
/// The variables of a target of [`Rewarded`], as its last spike has left them.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RewardedTarget {
    y: f32,
}
impl ::lava::model::Persist for RewardedTarget {
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
        ::core::result::Result::Ok(RewardedTarget { y })
    }
}
/// The numbers that [`Rewarded`] computes with, for a time step.
#[derive(Clone, Debug, Default)]
struct RewardedKernel {
    /// Decay with the time constant `tau_plus`, in ms.
    decay_x: ::lava::proc::plasticity::Decay,
    /// Decay with the time constant `tau_minus`, in ms.
    decay_y: ::lava::proc::plasticity::Decay,
    /// `1.0/tau_n`.
    k0: f64,
    a_minus: f32,
    a_plus: f32,
    modulation: ::lava::proc::plasticity::Modulation,
}
#[allow(dead_code, clippy::all)]
impl Rewarded {
    /// The rule with its defaults.
    pub fn new() -> Self {
        Rewarded {
            tau_plus: 20.0,
            tau_minus: 20.0,
            tau_c: 1000.0,
            tau_n: 200.0,
            a_plus: 0.1,
            a_minus: 0.15,
            b: 0.0,
            kernel: ::core::default::Default::default(),
        }
    }
    /// `tau_plus`, in ms.
    ///
    /// Default: 20 ms.
    pub fn tau_plus(mut self, tau_plus: f64) -> Self {
        self.tau_plus = tau_plus;
        self
    }
    /// `tau_minus`, in ms.
    ///
    /// Default: 20 ms.
    pub fn tau_minus(mut self, tau_minus: f64) -> Self {
        self.tau_minus = tau_minus;
        self
    }
    /// `tau_c`, in ms.
    ///
    /// Default: 1000 ms.
    pub fn tau_c(mut self, tau_c: f64) -> Self {
        self.tau_c = tau_c;
        self
    }
    /// `tau_n`, in ms.
    ///
    /// Default: 200 ms.
    pub fn tau_n(mut self, tau_n: f64) -> Self {
        self.tau_n = tau_n;
        self
    }
    /// `a_plus`.
    ///
    /// Default: 0.1.
    pub fn a_plus(mut self, a_plus: f64) -> Self {
        self.a_plus = a_plus;
        self
    }
    /// `a_minus`.
    ///
    /// Default: 0.15.
    pub fn a_minus(mut self, a_minus: f64) -> Self {
        self.a_minus = a_minus;
        self
    }
    /// `b`, in 1/ms.
    ///
    /// Default: 0 1/ms.
    pub fn b(mut self, b: f64) -> Self {
        self.b = b;
        self
    }
}
impl ::core::default::Default for Rewarded {
    fn default() -> Rewarded {
        Rewarded::new()
    }
}
#[allow(unused_variables, clippy::all)]
impl ::lava::proc::plasticity::Plasticity for Rewarded {
    type Factors = ::lava::proc::plasticity::ThreeFactors;
    type Synapse = RewardedSynapse;
    type Source = RewardedSource;
    type Target = RewardedTarget;
    fn prepare(
        &mut self,
        dt: f64,
    ) -> ::core::result::Result<(), ::lava::proc::plasticity::PlasticityError> {
        #[allow(unused_imports)]
        use ::lava::__private_0_1_0::equations::synapse::*;
        let tau_plus = positive("tau_plus", self.tau_plus)?;
        let tau_minus = positive("tau_minus", self.tau_minus)?;
        let tau_c = positive("tau_c", self.tau_c)?;
        let tau_n = positive("tau_n", self.tau_n)?;
        let a_plus = finite("a_plus", self.a_plus)?;
        let a_minus = finite("a_minus", self.a_minus)?;
        let b = finite("b", self.b)?;
        self.kernel = RewardedKernel {
            decay_x: ::lava::proc::plasticity::Decay::new(tau_plus, dt),
            decay_y: ::lava::proc::plasticity::Decay::new(tau_minus, dt),
            k0: finite("1.0/tau_n", 1.0 / tau_n)?,
            a_minus: single("a_minus", a_minus)?,
            a_plus: single("a_plus", a_plus)?,
            modulation: ::lava::proc::plasticity::Modulation::new(tau_c, dt)
                .decaying(tau_n)
                .effect(1.0, -b),
        };
        ::core::result::Result::Ok(())
    }
    #[inline(always)]
    fn source_fires(
        &self,
        source: ::lava::proc::plasticity::Past<RewardedSource>,
    ) -> RewardedSource {
        let x = source.state.x * self.kernel.decay_x.over(source.steps);
        RewardedSource { x: x + 1.0 }
    }
    #[inline(always)]
    fn target_fires(
        &self,
        target: ::lava::proc::plasticity::Past<RewardedTarget>,
    ) -> RewardedTarget {
        let y = target.state.y * self.kernel.decay_y.over(target.steps);
        RewardedTarget { y: y + 1.0 }
    }
    #[inline(always)]
    fn pre(
        &self,
        synapse: &mut ::lava::proc::plasticity::SynapseState<RewardedSynapse>,
        spike: ::lava::proc::plasticity::PreSpike<Self>,
    ) {
        let c = synapse.variables.c;
        let y = spike.target.state.y * self.kernel.decay_y.over(spike.target.steps);
        synapse.variables.c = c - self.kernel.a_minus * y;
    }
    #[inline(always)]
    fn post(
        &self,
        synapse: &mut ::lava::proc::plasticity::SynapseState<RewardedSynapse>,
        spike: ::lava::proc::plasticity::PostSpike<Self>,
    ) {
        let c = synapse.variables.c;
        let x = spike.source.state.x * self.kernel.decay_x.over(spike.source.steps);
        synapse.variables.c = c + self.kernel.a_plus * x;
    }
}
#[allow(unused_variables, clippy::all)]
impl ::lava::proc::plasticity::ThirdFactor for Rewarded {
    type Signal = ::lava::proc::plasticity::Dopamine;
    type Interval = ::lava::proc::plasticity::DopamineInterval;
    fn period(&self) -> u32 {
        self.kernel.modulation.period()
    }
    fn begin_period(
        &self,
        signal: ::lava::proc::plasticity::Past<::lava::proc::plasticity::Dopamine>,
    ) -> ::lava::proc::plasticity::Dopamine {
        self.kernel.modulation.begin_period(signal)
    }
    fn receive(
        &self,
        signal: ::lava::proc::plasticity::Past<::lava::proc::plasticity::Dopamine>,
        received: f32,
    ) -> ::core::option::Option<::lava::proc::plasticity::Dopamine> {
        if received == 0.0 {
            return ::core::option::Option::None;
        }
        let released = f64::from(received);
        let signal = self.kernel.modulation.later(signal);
        let n = signal.concentration();
        ::core::option::Option::Some(
            signal.with_concentration(n + self.kernel.k0 * released),
        )
    }
    #[inline(always)]
    fn interval(
        &self,
        signal: ::lava::proc::plasticity::SignalSpan<::lava::proc::plasticity::Dopamine>,
    ) -> ::lava::proc::plasticity::DopamineInterval {
        self.kernel.modulation.interval(signal)
    }
    #[inline(always)]
    fn elapse(
        &self,
        synapse: &mut ::lava::proc::plasticity::SynapseState<RewardedSynapse>,
        interval: &::lava::proc::plasticity::DopamineInterval,
    ) {
        let change = synapse.variables.c * interval.change();
        synapse.weight = ::lava::__private_0_1_0::equations::clip(
            synapse.weight + change,
            0.0,
            1.0,
        );
        synapse.variables.c *= interval.decay();
    }
}
