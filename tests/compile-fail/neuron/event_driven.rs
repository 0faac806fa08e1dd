//! Neurons that cannot be event-driven, each for a reason of its own.

use lava::prelude::*;

neuron! {
    pub Nonlinear {
        dv/dt = (v*v/(10 mV) - w)/(10 ms) : mV;
        dw/dt = -w/(100 ms) : mV;
        spike when v > 30 mV { v = 0; }
        update event_driven;
    }
}

neuron! {
    pub Noisy {
        dv/dt = -v/(10 ms) + 1 mV*xi/sqrt(1 ms) : mV;
        spike when v > 30 mV { v = 0; }
        update event_driven;
    }
}

neuron! {
    pub ByChance {
        dv/dt = -v/(10 ms) : mV;
        spike with rate 1 Hz*exp(v/(1 mV)) { v = 0; }
        update event_driven;
    }
}

neuron! {
    pub Graded {
        dv/dt = -v/(10 ms) : mV;
        output v_out: mV = v;
        update event_driven;
    }
}

neuron! {
    pub Squared {
        dv/dt = -v/(10 ms) : mV;
        spike when v > -20 mV && v*v > 4 mV^2 { v = 0; }
        update event_driven;
    }
}

neuron! {
    pub ByHeun {
        dv/dt = -v/(10 ms) : mV;
        spike when v > 30 mV { v = 0; }
        integrate v by heun;
        update event_driven;
    }
}

neuron! {
    pub Timed {
        dv/dt = -v/(10 ms) : mV;
        var last: ms;
        spike when v > 30 mV { v = 0; last = t; }
        update event_driven;
    }
}

neuron! {
    pub Misspelt {
        dv/dt = -v/(10 ms) : mV;
        update events;
    }
}

fn main() {}
