/// Leaky integrate-and-fire neurons with exponential synaptic currents.
///
/// ```text
/// dv/dt = (e_l - v)/tau_m + (i + i_e)/c_m    [mV]
/// di/dt = -i/tau_syn    [pA]
/// a_in arrives: i += a_in
/// spike when v >= v_th: v ← e_l
/// ```
///
/// A step, in this order: (1) `v` and `i` are integrated exactly, by a propagator that is computed when a parameter changes: the equations are linear with constant coefficients; (2) the input of this step at `a_in` is added; (3) events are tested, in the order of their declaration. For `t_ref/dt` steps after a spike `v` is held, and there is no other spike.
///
/// Ports and Vars have the shape of the population; every parameter but `dt` may differ from neuron to neuron.
#[::lava::process]
pub struct Leaky<T: ::lava::proc::Real = f32> {
    /// Weighted spikes, in pA.
    #[port(unit = ::lava::units::symbol::pA)]
    a_in: ::lava::InPort<T>,
    /// Spikes.
    s_out: ::lava::OutPort<::lava::Spike>,
    /// Membrane voltage, in mV.
    #[var(init = T::of(-70.0), finite)]
    v: ::lava::Var<T>,
    /// Synaptic current, in pA.
    #[var(init = T::ZERO, finite)]
    i: ::lava::Var<T>,
    /// Membrane capacitance, in pF.
    #[var(init = T::of(250.0), range = T::POSITIVE)]
    c_m: ::lava::Var<T>,
    /// Membrane time constant, in ms.
    #[var(init = T::of(10.0), range = T::POSITIVE)]
    tau_m: ::lava::Var<T>,
    /// Time constant of the synaptic current, in ms.
    #[var(init = T::of(2.0), range = T::POSITIVE)]
    tau_syn: ::lava::Var<T>,
    /// Resting voltage, in mV.
    #[var(init = T::of(-70.0), finite)]
    e_l: ::lava::Var<T>,
    /// Threshold, in mV.
    #[var(init = T::of(-55.0), finite)]
    v_th: ::lava::Var<T>,
    /// Constant current, in pA.
    #[var(init = T::ZERO, finite)]
    i_e: ::lava::Var<T>,
    /// `t_ref`, in ms.
    #[var(init = T::of(2.0), range = T::NON_NEGATIVE)]
    t_ref: ::lava::Var<T>,
    /// Remaining refractory period, in steps.
    #[var(init = 0, range = 0..)]
    refractory: ::lava::Var<i32>,
    /// Time step, in ms: that of the network.
    #[param(
        default = ::lava::process::TimeStep::network_or(0.1*::lava::units::ms),
        into
    )]
    dt: ::lava::Param<::lava::process::TimeStep>,
}
/// The floating-point model of [`Leaky`].
#[::lava::implements(proc = Leaky<T>, protocol = ::lava::model::Loihi, shardable)]
#[tag(::lava::network::FloatingPt)]
#[allow(dead_code)]
struct LeakyModel<T: ::lava::proc::Real> {
    a_in: ::lava::model::In<T>,
    s_out: ::lava::model::Out<::lava::Spike>,
    v: ::std::vec::Vec<T>,
    i: ::std::vec::Vec<T>,
    c_m: ::lava::model::PerNeuron<T>,
    tau_m: ::lava::model::PerNeuron<T>,
    tau_syn: ::lava::model::PerNeuron<T>,
    e_l: ::lava::model::PerNeuron<T>,
    v_th: ::lava::model::PerNeuron<T>,
    i_e: ::lava::model::PerNeuron<T>,
    t_ref: ::lava::model::PerNeuron<T>,
    refractory: ::std::vec::Vec<i32>,
    dt: f64,
    /// Coefficients of each neuron, in coherent units:
    /// `k0` = propagator0[0][0];
    /// `k1` = propagator0[0][1];
    /// `k2` = response0[0][0] *(1.0/c_m*i_e + 1.0/tau_m*e_l);
    /// `k3` = (-(1.0/tau_syn*dt)).exp();
    #[local(rebuilt)]
    coefficients: ::lava::__private_0_1_0::equations::NeuronCoefficients<T, 4>,
    /// The refractory period in steps.
    #[local(rebuilt)]
    period: ::lava::__private_0_1_0::equations::Counts,
    #[local(rebuilt)]
    fired: ::lava::__private_0_1_0::equations::Fired,
    #[local]
    context: ::lava::model::Context,
    #[local]
    sleep: ::lava::model::Sleep,
}
#[allow(clippy::all)]
impl<T: ::lava::proc::Real> LeakyModel<T> {
    /// Computes what follows from parameters.
    fn derive(&mut self) -> ::lava::Result<()> {
        #[allow(unused_imports)]
        use ::lava::__private_0_1_0::equations::*;
        let dt = time_step(self.dt)?;
        self.coefficients = NeuronCoefficients::new(
            &self.context,
            [
                ("c_m", &self.c_m),
                ("tau_m", &self.tau_m),
                ("tau_syn", &self.tau_syn),
                ("e_l", &self.e_l),
                ("i_e", &self.i_e),
            ],
            [
                "propagator0[0][0]",
                "propagator0[0][1]",
                "response0[0][0] *(1.0/c_m*i_e + 1.0/tau_m*e_l)",
                "(-(1.0/tau_syn*dt)).exp()",
            ],
            |[c_m, tau_m, tau_syn, e_l, i_e]| {
                let x0 = 1.0 / tau_syn;
                let (propagator0, response0) = propagators(
                    [[-(1.0 / tau_m), 1.0 / c_m], [0.0, -x0]],
                    dt,
                );
                [
                    propagator0[0][0],
                    propagator0[0][1],
                    response0[0][0] * (1.0 / c_m * i_e + 1.0 / tau_m * e_l),
                    (-(x0 * dt)).exp(),
                ]
            },
        )?;
        self.period = Counts::new(&self.context, &self.t_ref, |t_ref| steps(t_ref, dt));
        ::core::result::Result::Ok(())
    }
}
#[allow(clippy::all)]
impl<T: ::lava::proc::Real> ::lava::model::LoihiModel for LeakyModel<T> {
    const USES_AVX512: bool = true;
    fn start(&mut self) -> ::lava::Result<()> {
        self.derive()
    }
    fn on_var_update(&mut self, var: &str) -> ::lava::Result<()> {
        match var {
            "v" | "i" | "refractory" => ::core::result::Result::Ok(()),
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
            refractory: &mut [i32],
            period: &[i32],
            a_in: &[T],
            e_l: &[T],
            v_th: &[T],
            k0: &[T],
            k1: &[T],
            k2: &[T],
            k3: &[T],
        ) {
            let v_block = &mut v_block[..len];
            let i_block = &mut i_block[..len];
            let spikes_of_s_out = &mut spikes_of_s_out[..len];
            let refractory = &mut refractory[..len];
            let period = Coefficient::<i32, UNIFORM>::new(period, len);
            let a_in = &a_in[..len];
            let e_l = Coefficient::<T, UNIFORM>::new(e_l, len);
            let v_th = Coefficient::<T, UNIFORM>::new(v_th, len);
            let k0 = Coefficient::<T, UNIFORM>::new(k0, len);
            let k1 = Coefficient::<T, UNIFORM>::new(k1, len);
            let k2 = Coefficient::<T, UNIFORM>::new(k2, len);
            let k3 = Coefficient::<T, UNIFORM>::new(k3, len);
            for n in 0..len {
                let v = v_block[n];
                let i = if IDLE & 1 == 0 { i_block[n] } else { T::ZERO };
                let held = refractory[n] > 0;
                let x0 = select(held, v, k0[n] * v + k1[n] * i + k2[n]);
                let spikes = (x0 >= v_th[n]) & !held;
                v_block[n] = select(spikes, e_l[n], x0);
                if IDLE & 1 == 0 {
                    i_block[n] = settled(k3[n] * i) + a_in[n];
                }
                spikes_of_s_out[n] = spikes;
                refractory[n] = select(
                    spikes,
                    period[n],
                    refractory[n] - i32::from(held),
                );
            }
        }
        let is_uniform = self.coefficients.is_uniform() && self.period.is_uniform()
            && self.e_l.uniform().is_some() && self.v_th.uniform().is_some();
        let has_a_in = self.a_in.is_connected();
        let mut a_in = self.a_in.recv_blocks();
        self.fired.clear();
        let step = self.context.time_step();
        let mut awake = self.sleep.blocks(self.v.len(), step, &[&a_in]);
        while let ::core::option::Option::Some((start, len)) = awake.next() {
            if awake.look() {
                awake.before(&[&self.v, &self.i, &self.refractory]);
            }
            let a_in = a_in.block(start, len);
            let e_l = self.e_l.block(start, len);
            let v_th = self.v_th.block(start, len);
            let [k0, k1, k2, k3] = self.coefficients.blocks(start, len);
            let period = self.period.block(start, len);
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
                        spikes_of_s_out[..len], & mut self.refractory[start..] [..len],
                        period, a_in, e_l, v_th, k0, k1, k2, k3)
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
                awake
                    .after(
                        &[&self.v, &self.i, &self.refractory],
                        self.fired.has_fired_from(start),
                    );
            }
        }
        self.s_out.send_indices(&self.fired.neurons)?;
        ::core::result::Result::Ok(())
    }
}
