//! Neurons with every statement and function, without prelude.

#![no_implicit_prelude]

::neuro::neuron! {
    crate = ::neuro;
    /// Cells.
    pub Cell {
        /// Voltage.
        dv/dt = (e - v)/tau + sum*mV/ms + w/(10 ms) + sigma*xi : mV = -70;
        /// Recovery.
        dw/dt = -w/tau + current/(1 pA)*sin(t/tau)*mV/ms : V = 0.001;
        /// Of the functions.
        let sum = exp(x) + expm1(x) + exprel(x) + log(2 + x^2) + sqrt(abs(x)) + cos(x) + tanh(x)
            + cosh(x) + sinh(x) + min(x, 1) + max(x, 0.5) + clip(x, 0, 1) + abs(x)^0.3 + n^x;
        let x = if v > e && !(v > 0) || w > 1 mV { v/mV/100 } else { 0 };
        /// Current.
        input current: nA;
        /// Jumps.
        input jump: mV { v += jump; w = v; }
        /// Sent.
        output sent: mV = v;
        /// Count.
        var spikes: 1 = 0;
        /// Rest.
        param e: mV = -70;
        /// Time constant.
        param tau: ms = 10 where tau > 0;
        /// Base.
        param n: 1 = 2;
        /// Noise.
        param sigma: mV*ms^-0.5 = 0.1 where sigma >= 0;
        /// Constant.
        const peak: mV = 20;
        /// Bursts.
        spike burst when rises(v > peak) { v *= 0.5; }
        spike with rate 10 Hz { v = e; spikes += 1; }
        when spikes > 10 { spikes = 0; }
        /// Period.
        refractory t_ref: ms = 2;
        integrate v, w by heun;
    }
}

::neuro::neuron! {
    crate = ::neuro;
    /// Integrated exactly.
    pub Exact {
        /// Voltage.
        dv/dt = (e - v)/tau + (i + drive)/(100 pF) : mV = -70;
        /// Current.
        di/dt = -i/tau : pA;
        /// Jumps.
        input jump: pA { i += jump; }
        /// Current.
        input drive: pA;
        /// Rest.
        param e: mV = -70;
        /// Time constant.
        param tau: ms = 5;
        spike when v > -50 mV { v = e; }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cell, Exact};

    #[::core::prelude::v1::test]
    fn run() -> ::neuro::Result<()> {
        let net = ::neuro::Network::<::neuro::network::Loihi1SimCfg>::new();
        let cell: Cell<f64> = net.add(Cell::shape([300]))?;
        let exact: Exact = net.add(Exact::shape([2]).tau(10.0))?;
        net.run(::neuro::RunSteps(100))?;
        ::core::assert_eq!(exact.v.get()?[[0]], -70.0);
        ::core::assert!(cell.v.get()?[[0]].is_finite());
        net.stop()
    }
}
