/// Neurons with a measured current, and a gate that is a table.
///
/// ```text
/// dv/dt = (e_l - v)/tau_m + g*open(v)*(e_na - v)/(250 pF) + recorded(t)/(250 pF)    [mV]
/// recorded(t) is a table    [pA]
/// open(v) is a table
/// e_na = 50    [mV]
/// spike when v >= -(55 mV): v ← e_l
/// ```
///
/// A step, in this order: (1) `v` is integrated by the Runge–Kutta method of fourth order, of fourth order in `dt`: `open(v)` in the equation of `v` is not linear in `v`; (2) events are tested, in the order of their declaration.
///
/// Ports and Vars have the shape of the population; every parameter but `dt` may differ from neuron to neuron.
#[::lava::process]
pub struct Measured<T: ::lava::proc::Real = f32> {
    /// Spikes.
    s_out: ::lava::OutPort<::lava::Spike>,
    /// `v`, in mV.
    #[var(init = T::of(-70.0), finite)]
    v: ::lava::Var<T>,
    /// `tau_m`, in ms.
    #[var(init = T::of(10.0), range = T::POSITIVE)]
    tau_m: ::lava::Var<T>,
    /// `g`, in nS.
    #[var(init = T::of(3.0), finite)]
    g: ::lava::Var<T>,
    /// `e_l`, in mV.
    #[var(init = T::of(-70.0), finite)]
    e_l: ::lava::Var<T>,
    /// The current over time, in pA.
    ///
    /// A table over `t` in ms.
    recorded: ::lava::Param<::lava::proc::LookupTable>,
    /// The share of open gates.
    ///
    /// A table over `v` in mV.
    #[param(
        default = ::lava::__private_0_1_0::equations::table(&[(-80.0, 0.0), (0.0, 1.0)])
    )]
    open: ::lava::Param<::lava::proc::LookupTable>,
    /// Time step, in ms: that of the network.
    #[param(
        default = ::lava::process::TimeStep::network_or(0.1*::lava::units::ms),
        into
    )]
    dt: ::lava::Param<::lava::process::TimeStep>,
}
/// The floating-point model of [`Measured`].
#[::lava::implements(proc = Measured<T>, protocol = ::lava::model::Loihi, shardable)]
#[tag(::lava::network::FloatingPt)]
#[allow(dead_code)]
struct MeasuredModel<T: ::lava::proc::Real> {
    s_out: ::lava::model::Out<::lava::Spike>,
    v: ::std::vec::Vec<T>,
    tau_m: ::lava::model::PerNeuron<T>,
    g: ::lava::model::PerNeuron<T>,
    e_l: ::lava::model::PerNeuron<T>,
    recorded: ::lava::Param<::lava::proc::LookupTable>,
    open: ::lava::Param<::lava::proc::LookupTable>,
    dt: f64,
    /// Coefficients of each neuron, in coherent units:
    /// `k0` = 1.0/tau_m;
    /// `k1` = 0.004*g;
    #[local(rebuilt)]
    coefficients: ::lava::__private_0_1_0::equations::NeuronCoefficients<T, 2>,
    #[local(rebuilt)]
    fired: ::lava::__private_0_1_0::equations::Fired,
    #[local]
    context: ::lava::model::Context,
}
#[allow(clippy::all)]
impl<T: ::lava::proc::Real> MeasuredModel<T> {
    /// Computes what follows from parameters.
    fn derive(&mut self) -> ::lava::Result<()> {
        #[allow(unused_imports)]
        use ::lava::__private_0_1_0::equations::*;
        let dt = time_step(self.dt)?;
        self.coefficients = NeuronCoefficients::new(
            &self.context,
            [("tau_m", &self.tau_m), ("g", &self.g)],
            ["1.0/tau_m", "0.004*g"],
            |[tau_m, g]| { [1.0 / tau_m, 0.004 * g] },
        )?;
        ::core::result::Result::Ok(())
    }
}
#[allow(clippy::all)]
impl<T: ::lava::proc::Real> ::lava::model::LoihiModel for MeasuredModel<T> {
    const USES_AVX512: bool = true;
    fn start(&mut self) -> ::lava::Result<()> {
        self.derive()
    }
    fn on_var_update(&mut self, var: &str) -> ::lava::Result<()> {
        match var {
            "v" => ::core::result::Result::Ok(()),
            _ => self.derive(),
        }
    }
    #[inline(always)]
    fn run_spk(&mut self) -> ::lava::Result<()> {
        #[allow(unused_imports)]
        use ::lava::__private_0_1_0::equations::*;
        #[inline(always)]
        fn update<T: Real, const UNIFORM: bool>(
            len: usize,
            v_block: &mut [T],
            spikes_of_s_out: &mut [bool],
            e_l: &[T],
            k0: &[T],
            k1: &[T],
            open: &LookupTable,
            c0: T,
            c1: T,
            c2: T,
            c3: T,
            c4: T,
            c5: T,
            c6: T,
        ) -> bool {
            let v_block = &mut v_block[..len];
            let spikes_of_s_out = &mut spikes_of_s_out[..len];
            let e_l = Coefficient::<T, UNIFORM>::new(e_l, len);
            let k0 = Coefficient::<T, UNIFORM>::new(k0, len);
            let k1 = Coefficient::<T, UNIFORM>::new(k1, len);
            let mut is_wrong = false;
            for n in 0..len {
                let v = v_block[n];
                let x0 = k0[n] * (e_l[n] - v) + k1[n] * (open.at(v) * (T::of(50.0) - v));
                let x1 = v + c2 * (x0 + c3);
                let x2 = k0[n] * (e_l[n] - x1)
                    + k1[n] * (open.at(x1) * (T::of(50.0) - x1));
                let x3 = v + c2 * (x2 + c4);
                let x4 = k0[n] * (e_l[n] - x3)
                    + k1[n] * (open.at(x3) * (T::of(50.0) - x3));
                let x5 = v + c1 * (x4 + c4);
                let x6 = v
                    + c0
                        * (x0
                            + (k0[n] * (e_l[n] - x5)
                                + k1[n] * (open.at(x5) * (T::of(50.0) - x5)))
                            + T::of(2.0) * (x2 + x4 + c5) + c6);
                let spikes = x6 >= T::of(-55.0);
                v_block[n] = select(spikes, e_l[n], x6);
                spikes_of_s_out[n] = spikes;
                is_wrong |= (v_block[n] - v_block[n]) != T::ZERO;
            }
            is_wrong
        }
        let is_uniform = self.coefficients.is_uniform() && self.e_l.uniform().is_some();
        let recorded = &self.recorded;
        let open = &self.open;
        let dt = self.dt;
        let t = (self.context.time_step() - 1) as f64 * self.dt;
        let c0 = T::of(dt / 6.0);
        let c1 = T::of(dt);
        let c2 = T::of(0.5 * dt);
        let c3 = T::of(0.004 * recorded.at(t));
        let c4 = T::of(0.004 * recorded.at(t + 0.5 * dt));
        let c5 = T::of(0.008 * recorded.at(t + 0.5 * dt));
        let c6 = T::of(0.004 * (recorded.at(t + dt) + recorded.at(t)));
        self.fired.clear();
        for (start, len) in blocks(self.v.len()) {
            let e_l = self.e_l.block(start, len);
            let [k0, k1] = self.coefficients.blocks(start, len);
            let mut spikes_of_s_out = [false; BLOCK];
            if match is_uniform {
                true => {
                    update::<
                        T,
                        true,
                    >(
                        len,
                        &mut self.v[start..][..len],
                        &mut spikes_of_s_out[..len],
                        e_l,
                        k0,
                        k1,
                        open,
                        c0,
                        c1,
                        c2,
                        c3,
                        c4,
                        c5,
                        c6,
                    )
                }
                false => {
                    update::<
                        T,
                        false,
                    >(
                        len,
                        &mut self.v[start..][..len],
                        &mut spikes_of_s_out[..len],
                        e_l,
                        k0,
                        k1,
                        open,
                        c0,
                        c1,
                        c2,
                        c3,
                        c4,
                        c5,
                        c6,
                    )
                }
            } {
                let variables = [("v", "mV", &self.v[start..][..len])];
                return ::core::result::Result::Err(
                    diverged(&self.context, self.dt, start, &variables),
                );
            }
            self.fired.collect(start, &spikes_of_s_out[..len]);
        }
        self.s_out.send_indices(&self.fired.neurons)?;
        ::core::result::Result::Ok(())
    }
}
