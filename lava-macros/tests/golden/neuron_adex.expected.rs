/// Adaptive exponential integrate-and-fire neurons.
///
/// ```text
/// dv/dt = (g_l*(e_l - v) + g_l*delta_t*exp((min(v, v_peak) - v_t)/delta_t) - w + i)/c_m    [mV]
/// dw/dt = (a*(v - e_l) - w)/tau_w    [pA]
/// spike when v > v_peak: v ← v_r, w += b
/// ```
///
/// A step, in this order: (1) `v` and `w` are integrated by Heun's method, of second order in `dt`: as declared; (2) events are tested, in the order of their declaration.
///
/// Ports and Vars have the shape of the population; every parameter but `dt` may differ from neuron to neuron.
#[::lava::process]
pub struct AdEx<T: ::lava::proc::Real = f32> {
    /// Input current, in nA.
    #[port(unit = ::lava::units::symbol::nA)]
    i: ::lava::InPort<T>,
    /// Spikes.
    s_out: ::lava::OutPort<::lava::Spike>,
    /// `v`, in mV.
    #[var(init = T::of(-70.6), finite)]
    v: ::lava::Var<T>,
    /// `w`, in pA.
    #[var(init = T::ZERO, finite)]
    w: ::lava::Var<T>,
    /// `c_m`, in pF.
    #[var(init = T::of(281.0), finite)]
    c_m: ::lava::Var<T>,
    /// `g_l`, in nS.
    #[var(init = T::of(30.0), finite)]
    g_l: ::lava::Var<T>,
    /// `e_l`, in mV.
    #[var(init = T::of(-70.6), finite)]
    e_l: ::lava::Var<T>,
    /// `v_t`, in mV.
    #[var(init = T::of(-50.4), finite)]
    v_t: ::lava::Var<T>,
    /// `delta_t`, in mV.
    #[var(init = T::of(2.0), finite)]
    delta_t: ::lava::Var<T>,
    /// `tau_w`, in ms.
    #[var(init = T::of(144.0), finite)]
    tau_w: ::lava::Var<T>,
    /// `a`, in nS.
    #[var(init = T::of(4.0), finite)]
    a: ::lava::Var<T>,
    /// `b`, in pA.
    #[var(init = T::of(80.5), finite)]
    b: ::lava::Var<T>,
    /// `v_peak`, in mV.
    #[var(init = T::of(20.0), finite)]
    v_peak: ::lava::Var<T>,
    /// `v_r`, in mV.
    #[var(init = T::of(-70.6), finite)]
    v_r: ::lava::Var<T>,
    /// Time step, in ms: that of the network.
    #[param(
        default = ::lava::process::TimeStep::network_or(0.1*::lava::units::ms),
        into
    )]
    dt: ::lava::Param<::lava::process::TimeStep>,
}
/// The floating-point model of [`AdEx`].
#[::lava::implements(proc = AdEx<T>, protocol = ::lava::model::Loihi, shardable)]
#[tag(::lava::network::FloatingPt)]
#[allow(dead_code)]
struct AdExModel<T: ::lava::proc::Real> {
    i: ::lava::model::In<T>,
    s_out: ::lava::model::Out<::lava::Spike>,
    v: ::std::vec::Vec<T>,
    w: ::std::vec::Vec<T>,
    c_m: ::lava::model::PerNeuron<T>,
    g_l: ::lava::model::PerNeuron<T>,
    e_l: ::lava::model::PerNeuron<T>,
    v_t: ::lava::model::PerNeuron<T>,
    delta_t: ::lava::model::PerNeuron<T>,
    tau_w: ::lava::model::PerNeuron<T>,
    a: ::lava::model::PerNeuron<T>,
    b: ::lava::model::PerNeuron<T>,
    v_peak: ::lava::model::PerNeuron<T>,
    v_r: ::lava::model::PerNeuron<T>,
    dt: f64,
    /// Coefficients of each neuron, in coherent units:
    /// `k0` = 0.5*dt *(1.0/c_m);
    /// `k1` = g_l*delta_t;
    /// `k2` = 1.0/delta_t;
    /// `k3` = dt *(1.0/c_m);
    /// `k4` = dt *(1.0/tau_w);
    /// `k5` = 0.5*dt *(1.0/tau_w);
    #[local(rebuilt)]
    coefficients: ::lava::__private_0_1_0::equations::NeuronCoefficients<T, 6>,
    #[local(rebuilt)]
    fired: ::lava::__private_0_1_0::equations::Fired,
    #[local]
    context: ::lava::model::Context,
    #[local]
    sleep: ::lava::model::Sleep,
}
#[allow(clippy::all)]
impl<T: ::lava::proc::Real> AdExModel<T> {
    /// Computes what follows from parameters.
    fn derive(&mut self) -> ::lava::Result<()> {
        #[allow(unused_imports)]
        use ::lava::__private_0_1_0::equations::*;
        let dt = time_step(self.dt)?;
        self.coefficients = NeuronCoefficients::new(
            &self.context,
            [
                ("c_m", &self.c_m),
                ("g_l", &self.g_l),
                ("delta_t", &self.delta_t),
                ("tau_w", &self.tau_w),
            ],
            [
                "0.5*dt *(1.0/c_m)",
                "g_l*delta_t",
                "1.0/delta_t",
                "dt *(1.0/c_m)",
                "dt *(1.0/tau_w)",
                "0.5*dt *(1.0/tau_w)",
            ],
            |[c_m, g_l, delta_t, tau_w]| {
                let x0 = 0.5 * dt;
                let x1 = 1.0 / c_m;
                let x2 = 1.0 / tau_w;
                [x0 * x1, g_l * delta_t, 1.0 / delta_t, dt * x1, dt * x2, x0 * x2]
            },
        )?;
        ::core::result::Result::Ok(())
    }
}
#[allow(clippy::all)]
impl<T: ::lava::proc::Real> ::lava::model::LoihiModel for AdExModel<T> {
    const USES_AVX512: bool = true;
    fn start(&mut self) -> ::lava::Result<()> {
        self.derive()
    }
    fn on_var_update(&mut self, var: &str) -> ::lava::Result<()> {
        match var {
            "v" | "w" => ::core::result::Result::Ok(()),
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
            w_block: &mut [T],
            spikes_of_s_out: &mut [bool],
            i: &[T],
            g_l: &[T],
            e_l: &[T],
            v_t: &[T],
            a: &[T],
            b: &[T],
            v_peak: &[T],
            v_r: &[T],
            k0: &[T],
            k1: &[T],
            k2: &[T],
            k3: &[T],
            k4: &[T],
            k5: &[T],
        ) -> bool {
            let v_block = &mut v_block[..len];
            let w_block = &mut w_block[..len];
            let spikes_of_s_out = &mut spikes_of_s_out[..len];
            let i = &i[..len];
            let g_l = Coefficient::<T, UNIFORM>::new(g_l, len);
            let e_l = Coefficient::<T, UNIFORM>::new(e_l, len);
            let v_t = Coefficient::<T, UNIFORM>::new(v_t, len);
            let a = Coefficient::<T, UNIFORM>::new(a, len);
            let b = Coefficient::<T, UNIFORM>::new(b, len);
            let v_peak = Coefficient::<T, UNIFORM>::new(v_peak, len);
            let v_r = Coefficient::<T, UNIFORM>::new(v_r, len);
            let k0 = Coefficient::<T, UNIFORM>::new(k0, len);
            let k1 = Coefficient::<T, UNIFORM>::new(k1, len);
            let k2 = Coefficient::<T, UNIFORM>::new(k2, len);
            let k3 = Coefficient::<T, UNIFORM>::new(k3, len);
            let k4 = Coefficient::<T, UNIFORM>::new(k4, len);
            let k5 = Coefficient::<T, UNIFORM>::new(k5, len);
            let mut is_wrong = false;
            for n in 0..len {
                let v = v_block[n];
                let w = w_block[n];
                let x0 = g_l[n] * (e_l[n] - v)
                    + k1[n] * exp(k2[n] * (min(v, v_peak[n]) - v_t[n])) - w;
                let x1 = v + k3[n] * (x0 + T::of(1000.0) * i[n]);
                let x2 = a[n] * (v - e_l[n]) - w;
                let x3 = w + k4[n] * x2;
                let x4 = v
                    + k0[n]
                        * (x0
                            + (g_l[n] * (e_l[n] - x1)
                                + k1[n] * exp(k2[n] * (min(x1, v_peak[n]) - v_t[n])) - x3)
                            + T::of(2000.0) * i[n]);
                let spikes = x4 > v_peak[n];
                let x6 = w + k5[n] * (x2 + (a[n] * (x1 - e_l[n]) - x3));
                v_block[n] = select(spikes, v_r[n], x4);
                w_block[n] = select(spikes, x6 + b[n], x6);
                spikes_of_s_out[n] = spikes;
                is_wrong
                    |= (v_block[n] - v_block[n]) + (w_block[n] - w_block[n]) != T::ZERO;
            }
            is_wrong
        }
        let is_uniform = self.coefficients.is_uniform() && self.g_l.uniform().is_some()
            && self.e_l.uniform().is_some() && self.v_t.uniform().is_some()
            && self.a.uniform().is_some() && self.b.uniform().is_some()
            && self.v_peak.uniform().is_some() && self.v_r.uniform().is_some();
        let mut i = self.i.recv_blocks();
        self.fired.clear();
        let step = self.context.time_step();
        let mut awake = self.sleep.blocks(self.v.len(), step, &[&i]);
        while let ::core::option::Option::Some((start, len)) = awake.next() {
            if awake.look() {
                awake.before(&[&self.v, &self.w]);
            }
            let i = i.block(start, len);
            let g_l = self.g_l.block(start, len);
            let e_l = self.e_l.block(start, len);
            let v_t = self.v_t.block(start, len);
            let a = self.a.block(start, len);
            let b = self.b.block(start, len);
            let v_peak = self.v_peak.block(start, len);
            let v_r = self.v_r.block(start, len);
            let [k0, k1, k2, k3, k4, k5] = self.coefficients.blocks(start, len);
            let mut spikes_of_s_out = [false; BLOCK];
            if match is_uniform {
                true => {
                    update::<
                        T,
                        true,
                    >(
                        len,
                        &mut self.v[start..][..len],
                        &mut self.w[start..][..len],
                        &mut spikes_of_s_out[..len],
                        i,
                        g_l,
                        e_l,
                        v_t,
                        a,
                        b,
                        v_peak,
                        v_r,
                        k0,
                        k1,
                        k2,
                        k3,
                        k4,
                        k5,
                    )
                }
                false => {
                    update::<
                        T,
                        false,
                    >(
                        len,
                        &mut self.v[start..][..len],
                        &mut self.w[start..][..len],
                        &mut spikes_of_s_out[..len],
                        i,
                        g_l,
                        e_l,
                        v_t,
                        a,
                        b,
                        v_peak,
                        v_r,
                        k0,
                        k1,
                        k2,
                        k3,
                        k4,
                        k5,
                    )
                }
            } {
                let variables = [
                    ("v", "mV", &self.v[start..][..len]),
                    ("w", "pA", &self.w[start..][..len]),
                ];
                return ::core::result::Result::Err(
                    diverged(&self.context, self.dt, start, &variables),
                );
            }
            self.fired.collect(start, &spikes_of_s_out[..len]);
            if awake.look() {
                awake.after(&[&self.v, &self.w], self.fired.has_fired_from(start));
            }
        }
        self.s_out.send_indices(&self.fired.neurons)?;
        ::core::result::Result::Ok(())
    }
}
