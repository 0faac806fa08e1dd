//! The synapses whose step is measured.

use lava::prelude::*;

synapse! {
    pub(crate) Pairs {
        weight w: 1 where w >= 0 && w <= 1;
        pre dx/dt = -x/(20 ms) : 1;
        post dy/dt = -y/(20 ms) : 1;
        on pre { w -= 0.0105*y; x += 1; }
        on post { w += 0.01*x; y += 1; }
    }
}

synapse! {
    pub(crate) Triplets {
        weight w: 1 where w >= 0 && w <= 1;
        pre dr1/dt = -r1/(16.8 ms) : 1;
        pre dr2/dt = -r2/(101 ms) : 1;
        post do1/dt = -o1/(33.7 ms) : 1;
        post do2/dt = -o2/(125 ms) : 1;
        on pre { w -= o1*(0.007 + 0.00023*r2); r1 += 1; r2 += 1; }
        on post { w += r1*(5e-10 + 0.0062*o2); o1 += 1; o2 += 1; }
    }
}

synapse! {
    pub(crate) Balance {
        weight w: 1 where w >= -1 && w <= 0;
        pre dx/dt = -x/(20 ms) : 1;
        post dy/dt = -y/(20 ms) : 1;
        on pre { w -= 0.001*(y - 0.2); x += 1; }
        on post { w -= 0.001*x; y += 1; }
    }
}

synapse! {
    pub(crate) Resources {
        weight w: 1;
        pre du/dt = -u/(50 ms) : 1;
        pre dx/dt = (1 - x)/(800 ms) : 1;
        let released = u*x;
        on pre { u += 0.5*(1 - u); transmit w*released; x -= released; }
    }
}

synapse! {
    pub(crate) Dopaminergic {
        weight dw/dt = c*n : 1 where w >= 0 && w <= 1;
        dc/dt = -c/(1 s) : 1;
        pre dx/dt = -x/(20 ms) : 1;
        post dy/dt = -y/(20 ms) : 1;
        signal dn/dt = -n/(200 ms) : 1/ms;
        input released: 1 { n += released/(200 ms); }
        on pre { c -= 0.15*y; x += 1; }
        on post { c += 0.1*x; y += 1; }
    }
}
