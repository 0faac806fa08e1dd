//! Each integrator shows its order on problems with known solutions.

use lava::prelude::*;
use lava::units::ms;

/// A nonlinear equation, the logistic one, by every method.
macro_rules! logistic {
    ($name:ident, $method:ident) => {
        neuron! {
            $name {
                dx/dt = x*(1 - x)/(1 ms) : 1 = 0.1;
                integrate by $method;
            }
        }
    };
}

logistic!(ByEuler, euler);
logistic!(ByHeun, heun);
logistic!(ByRk4, rk4);

neuron! {
    /// A decay whose rate changes: linear in its own variable.
    ByExponential {
        dx/dt = -x*y/(1 ms) : 1 = 1.0;
        dy/dt = -y/(1 ms) : 1 = 1.0;
        integrate by exponential_euler;
    }
}

neuron! {
    /// A damped oscillation under a constant force.
    Exactly {
        dx/dt = y/(1 ms) : 1 = 1.0;
        dy/dt = (force - 2*damping*y - x)/(1 ms) : 1;
        param damping: 1 = 0.3;
        param force: 1 = 0.5;
        integrate by exact;
    }
}

/// The error after 4 ms in steps of `4/steps` ms.
fn error<P, B>(build: impl Fn() -> B, x: impl Fn(&P) -> Var<f64>, steps: u64, exact: f64) -> f64
where
    B: Build<Process = P>,
    P: lava::network::HasChosenModel<B::Choice, Loihi1SimCfg> + Process,
{
    let net = Network::<Loihi1SimCfg>::new();
    net.set_dt(4.0 / steps as f64 * ms).expect("a time step");
    let neuron = net.add(build()).expect("a neuron");
    net.run(RunSteps(steps)).expect("it runs");
    let value = x(&neuron).get().expect("a value")[[0]];
    net.stop().expect("it ends");
    (value - exact).abs()
}

/// Checks that the error falls with the power `order` of the time step.
fn assert_order(order: f64, error: impl Fn(u64) -> f64) {
    let (coarse, fine) = (error(40), error(80));
    let found = (coarse / fine).log2();
    assert!(
        (found - order).abs() < 0.15,
        "order {found}: {coarse:e}, {fine:e}"
    );
}

/// The solution of the logistic equation.
fn logistic() -> f64 {
    1.0 / (1.0 + 9.0 * (-4.0_f64).exp())
}

#[test]
fn euler_is_of_first_order() {
    assert_order(1.0, |steps| {
        error(
            || ByEuler::<f64>::shape([1]),
            |neuron: &ByEuler<f64>| neuron.x.clone(),
            steps,
            logistic(),
        )
    });
}

#[test]
fn heun_is_of_second_order() {
    assert_order(2.0, |steps| {
        error(
            || ByHeun::<f64>::shape([1]),
            |neuron: &ByHeun<f64>| neuron.x.clone(),
            steps,
            logistic(),
        )
    });
}

#[test]
fn rk4_is_of_fourth_order() {
    assert_order(4.0, |steps| {
        error(
            || ByRk4::<f64>::shape([1]),
            |neuron: &ByRk4<f64>| neuron.x.clone(),
            steps,
            logistic(),
        )
    });
}

#[test]
fn exponential_euler_is_of_first_order() {
    // x = exp(−∫ exp(−s) ds).
    let exact = (-(1.0 - (-4.0_f64).exp())).exp();
    assert_order(1.0, |steps| {
        error(
            || ByExponential::<f64>::shape([1]),
            |neuron: &ByExponential<f64>| neuron.x.clone(),
            steps,
            exact,
        )
    });
}

#[test]
fn exact_integration_is_exact_in_steps_of_any_length() {
    let (damping, t) = (0.3_f64, 4.0_f64);
    let omega = (1.0 - damping * damping).sqrt();
    let wave = (omega * t).cos() + damping / omega * (omega * t).sin();
    let exact = 0.5 + 0.5 * (-damping * t).exp() * wave;
    for steps in [1, 4, 1000] {
        let error = error(
            || Exactly::<f64>::shape([1]),
            |neuron: &Exactly<f64>| neuron.x.clone(),
            steps,
            exact,
        );
        assert!(error < 1e-12, "{steps} steps: {error:e}");
    }
}

/// Geometric Brownian motion, whose solution is a function of the Wiener process, which `w` is.
macro_rules! brownian {
    ($name:ident, $method:ident) => {
        neuron! {
            $name {
                dx/dt = mu*x + sigma*x*xi : 1 = 1.0;
                dw/dt = xi : ms^0.5;
                const mu: 1/ms = 0.3;
                const sigma: ms^-0.5 = 0.4;
                integrate by $method;
            }
        }
    };
}

brownian!(Maruyama, euler);
brownian!(StratonovichHeun, heun);

/// The mean error of 2,000 paths at their ends, after 1 ms: the strong error.
macro_rules! strong_error {
    ($process:ident, $steps:expr, $drift:expr) => {{
        let net = Network::<Loihi1SimCfg>::new();
        net.set_dt(1.0 / $steps as f64 * ms).expect("a time step");
        net.set_seed(3).expect("a seed");
        let neuron: $process<f64> = net.add($process::shape([2000])).expect("neurons");
        net.run(RunSteps($steps)).expect("it runs");
        let (x, w) = (
            neuron.x.get().expect("values"),
            neuron.w.get().expect("values"),
        );
        let exact = |w: f64| ($drift + 0.4 * w).exp();
        let errors = x.iter().zip(&w).map(|(x, w)| (x - exact(*w)).abs());
        let mean = errors.sum::<f64>() / 2000.0;
        net.stop().expect("it ends");
        mean
    }};
}

#[test]
fn euler_maruyama_is_of_strong_order_one_half_in_itos_sense() {
    let drift = 0.3 - 0.4 * 0.4 / 2.0;
    let (coarse, fine) = (
        strong_error!(Maruyama, 16, drift),
        strong_error!(Maruyama, 256, drift),
    );
    let order = (coarse / fine).log2() / 4.0;
    assert!((order - 0.5).abs() < 0.1, "order {order}: {coarse}, {fine}");
}

#[test]
fn stochastic_heun_is_of_strong_order_one_in_stratonovichs_sense() {
    let (coarse, fine) = (
        strong_error!(StratonovichHeun, 16, 0.3),
        strong_error!(StratonovichHeun, 256, 0.3),
    );
    let order = (coarse / fine).log2() / 4.0;
    assert!(
        (order - 1.0).abs() < 0.15,
        "order {order}: {coarse}, {fine}"
    );
}

neuron! {
    /// An Ornstein–Uhlenbeck process.
    Ou {
        dx/dt = -x/tau + sigma*sqrt(2/tau)*xi : mV;
        const tau: ms = 5.0;
        const sigma: mV = 2.0;
    }
}

#[test]
fn noise_has_its_variance_and_is_the_same_on_any_number_of_workers() -> lava::Result<()> {
    let values = |workers, shards: usize| -> lava::Result<Vec<f64>> {
        let net = Network::<Loihi1SimCfg>::new();
        net.set_workers(workers)?;
        net.set_shards(shards)?;
        let process: Ou<f64> = net.add(Ou::shape([4000]).seed(11))?;
        net.run(RunSteps(500))?;
        let values = process.x.get()?.iter().copied().collect();
        net.stop()?;
        Ok(values)
    };
    let one = values(1, 1)?;
    let variance = one.iter().map(|x| x * x).sum::<f64>() / 4000.0;
    // 4·(1 + dt/(2·tau)) by Euler and Maruyama, with a standard error of 0.09.
    assert!((variance - 4.04).abs() < 0.3, "{variance}");
    assert_eq!(one, values(2, 4)?);
    Ok(())
}
