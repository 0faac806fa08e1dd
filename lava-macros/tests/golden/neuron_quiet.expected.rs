/// Neurons that are computed when something arrives.
///
/// ```text
/// dv/dt = (e_l - v)/(10 ms) + i/(250 pF)    [mV]
/// di/dt = -i/tau_syn    [pA]
/// a_in arrives: i += a_in
/// spike when v >= -(55 mV): v ← e_l
/// ```
///
/// A step, in this order: (1) `v` and `i` are integrated exactly, by a propagator that is computed when a parameter changes: the equations are linear with constant coefficients; (2) the input of this step at `a_in` is added; (3) events are tested, in the order of their declaration.
///
/// Ports and Vars have the shape of the population; every parameter but `dt` may differ from neuron to neuron.
#[::lava::process]
pub struct Quiet<T: ::lava::proc::Real = f32> {
    /// `a_in`, in pA.
    #[port(unit = ::lava::units::symbol::pA)]
    a_in: ::lava::InPort<T>,
    /// Spikes.
    s_out: ::lava::OutPort<::lava::Spike>,
    /// `v`, in mV.
    #[var(init = T::of(-70.0), finite)]
    v: ::lava::Var<T>,
    /// `i`, in pA.
    #[var(init = T::ZERO, finite)]
    i: ::lava::Var<T>,
    /// `tau_syn`, in ms.
    #[var(init = T::of(2.0), range = T::POSITIVE)]
    tau_syn: ::lava::Var<T>,
    /// `e_l`, in mV.
    #[var(init = T::of(-70.0), finite)]
    e_l: ::lava::Var<T>,
    /// Time step, in ms: that of the network.
    #[param(
        default = ::lava::process::TimeStep::network_or(0.1*::lava::units::ms),
        into
    )]
    dt: ::lava::Param<::lava::process::TimeStep>,
    /// The update: event-driven, the default, which computes a neuron when something arrives, or clock-driven.
    #[param(default = ::lava::model::Update::EventDriven)]
    update: ::lava::Param<::lava::model::Update>,
}
/// The floating-point model of [`Quiet`].
#[::lava::implements(proc = Quiet<T>, protocol = ::lava::model::Loihi, shardable)]
#[tag(::lava::network::FloatingPt)]
#[allow(dead_code)]
struct QuietModel<T: ::lava::proc::Real> {
    a_in: ::lava::model::In<T>,
    s_out: ::lava::model::Out<::lava::Spike>,
    v: ::std::vec::Vec<T>,
    i: ::std::vec::Vec<T>,
    tau_syn: ::lava::model::PerNeuron<T>,
    e_l: ::lava::model::PerNeuron<T>,
    dt: f64,
    update: ::lava::model::Update,
    /// Steps without input in closed form.
    #[local(rebuilt)]
    closed_form: ::lava::__private_0_1_0::equations::ClosedForms<2, 1>,
    #[local(rebuilt)]
    events: ::lava::model::EventDriven<[T; 2]>,
    /// Coefficients of each neuron, in coherent units:
    /// `k0` = propagator0[0][0];
    /// `k1` = propagator0[0][1];
    /// `k2` = response0[0][0] *(0.1*e_l);
    /// `k3` = (-(1.0/tau_syn*dt)).exp();
    #[local(rebuilt)]
    coefficients: ::lava::__private_0_1_0::equations::NeuronCoefficients<T, 4>,
    #[local(rebuilt)]
    fired: ::lava::__private_0_1_0::equations::Fired,
    #[local]
    context: ::lava::model::Context,
    #[local]
    sleep: ::lava::model::Sleep,
}
#[allow(clippy::all)]
impl<T: ::lava::proc::Real> QuietModel<T> {
    /// Computes what follows from parameters.
    fn derive(&mut self) -> ::lava::Result<()> {
        #[allow(unused_imports)]
        use ::lava::__private_0_1_0::equations::*;
        let dt = time_step(self.dt)?;
        self.coefficients = NeuronCoefficients::new(
            &self.context,
            [("tau_syn", &self.tau_syn), ("e_l", &self.e_l)],
            [
                "propagator0[0][0]",
                "propagator0[0][1]",
                "response0[0][0] *(0.1*e_l)",
                "(-(1.0/tau_syn*dt)).exp()",
            ],
            |[tau_syn, e_l]| {
                let x0 = 1.0 / tau_syn;
                let (propagator0, response0) = propagators(
                    [[-0.1, 0.004], [0.0, -x0]],
                    dt,
                );
                [
                    propagator0[0][0],
                    propagator0[0][1],
                    response0[0][0] * (0.1 * e_l),
                    (-(x0 * dt)).exp(),
                ]
            },
        )?;
        if self.update == ::lava::model::Update::EventDriven {
            self.closed_form = ClosedForms::new::<
                T,
                _,
            >(
                &self.context,
                dt,
                [1.0, 1.0],
                [&self.tau_syn, &self.e_l],
                |[tau_syn, e_l]| {
                    (
                        [[-0.1, 0.004], [0.0, -(1.0 / tau_syn)]],
                        [0.1 * e_l, 0.0],
                        [([1.0, 0.0], 55.0)],
                    )
                },
            );
        }
        ::core::result::Result::Ok(())
    }
}
#[allow(clippy::all, unused_variables)]
impl<T: ::lava::proc::Real> ::lava::model::ClosedForm for QuietModel<T> {
    type State = [T; 2];
    fn state(&self, neuron: usize) -> [T; 2] {
        [self.v[neuron], self.i[neuron]]
    }
    fn set_state(&mut self, neuron: usize, state: [T; 2]) {
        [self.v[neuron], self.i[neuron]] = state;
    }
    fn advanced(&self, neuron: usize, state: [T; 2], steps: u64) -> [T; 2] {
        self.closed_form.advanced(neuron, state, steps)
    }
    fn stays_below_threshold(&self, neuron: usize, state: [T; 2]) -> bool {
        let stays = |condition| {
            self.closed_form.stays_negative(neuron, condition, state)
        };
        stays(0)
    }
    fn events(&mut self) -> &mut ::lava::model::EventDriven<[T; 2]> {
        &mut self.events
    }
}
#[allow(clippy::all)]
impl<T: ::lava::proc::Real> ::lava::model::LoihiModel for QuietModel<T> {
    const USES_AVX512: bool = true;
    ::lava::__private_0_1_0::equations::event_methods!();
    fn start(&mut self) -> ::lava::Result<()> {
        self.derive()
    }
    fn on_var_update(&mut self, var: &str) -> ::lava::Result<()> {
        self.events.accept();
        match var {
            "v" | "i" => ::core::result::Result::Ok(()),
            _ => self.derive(),
        }
    }
    #[inline(always)]
    fn run_spk(&mut self) -> ::lava::Result<()> {
        #[allow(unused_imports)]
        use ::lava::__private_0_1_0::equations::*;
        #[inline(always)]
        fn update<T: Real, const UNIFORM: bool, const IDLE: usize>(
            len: usize,
            v_block: &mut [T],
            i_block: &mut [T],
            spikes_of_s_out: &mut [bool],
            a_in: &[T],
            e_l: &[T],
            k0: &[T],
            k1: &[T],
            k2: &[T],
            k3: &[T],
        ) {
            let v_block = &mut v_block[..len];
            let i_block = &mut i_block[..len];
            let spikes_of_s_out = &mut spikes_of_s_out[..len];
            let a_in = &a_in[..len];
            let e_l = Coefficient::<T, UNIFORM>::new(e_l, len);
            let k0 = Coefficient::<T, UNIFORM>::new(k0, len);
            let k1 = Coefficient::<T, UNIFORM>::new(k1, len);
            let k2 = Coefficient::<T, UNIFORM>::new(k2, len);
            let k3 = Coefficient::<T, UNIFORM>::new(k3, len);
            for n in 0..len {
                let v = v_block[n];
                let i = if IDLE & 1 == 0 { i_block[n] } else { T::ZERO };
                let x0 = k0[n] * v + k1[n] * i + k2[n];
                let spikes = x0 >= T::of(-55.0);
                v_block[n] = select(spikes, e_l[n], x0);
                if IDLE & 1 == 0 {
                    i_block[n] = settled(k3[n] * i) + a_in[n];
                }
                spikes_of_s_out[n] = spikes;
            }
        }
        if self.update == ::lava::model::Update::EventDriven {
            begin_events!(self, self.v.len(), a_in);
        }
        let is_uniform = self.coefficients.is_uniform() && self.e_l.uniform().is_some();
        let has_a_in = self.a_in.is_connected();
        let mut a_in = self.a_in.recv_blocks();
        self.fired.clear();
        let step = self.context.time_step();
        let mut awake = match self.update {
            ::lava::model::Update::EventDriven => self.events.blocks(),
            _ => self.sleep.blocks(self.v.len(), step, &[&a_in]),
        };
        while let ::core::option::Option::Some((start, len)) = awake.next() {
            if awake.look() {
                awake.before(&[&self.v, &self.i]);
            }
            let a_in = a_in.block(start, len);
            let e_l = self.e_l.block(start, len);
            let [k0, k1, k2, k3] = self.coefficients.blocks(start, len);
            let idle = if is_uniform && !has_a_in && are_zero(&self.i[start..][..len]) {
                1
            } else {
                0
            };
            let mut spikes_of_s_out = [false; BLOCK];
            {
                macro_rules! update {
                    ($uniform:literal, $idle:literal) => {
                        update:: < T, $uniform, $idle > (len, & mut self.v[start..]
                        [..len], & mut self.i[start..] [..len], & mut
                        spikes_of_s_out[..len], a_in, e_l, k0, k1, k2, k3)
                    };
                }
                match (is_uniform, idle) {
                    (true, 1) => update!(true, 1),
                    (true, _) => update!(true, 0),
                    (false, _) => update!(false, 0),
                }
            }
            self.fired.collect(start, &spikes_of_s_out[..len]);
            if awake.look() {
                awake.after(&[&self.v, &self.i], self.fired.has_fired_from(start));
            }
        }
        end_events!(self; fired);
        self.s_out.send_indices(&self.fired.neurons)?;
        ::core::result::Result::Ok(())
    }
}
