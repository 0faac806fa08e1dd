//! Rules of the literature, as Lava has them.

use lava_rules::RuleError;

use super::rule::LearningRule;

/// Spike-timing dependent plasticity of pairs of spikes: Lava's `STDPLoihi`.
///
/// ```text
/// dw = learning_rate · a_minus · x0 · y1 + learning_rate · a_plus · y0 · x1
/// ```
///
/// x1 decays with `tau_plus`, y1 with `tau_minus`, in steps. Depression has a negative `a_minus`.
///
/// As in Lava, `learning_rate`, `a_plus` and `a_minus` are each taken as *m*·2^*e*, with *m* the whole
/// part of the number, at least 1, and *e* rounded.
///
/// Source: Song, Miller & Abbott (2000), *Competitive Hebbian learning through
/// spike-timing-dependent synaptic plasticity*, Nature Neuroscience 3; as in Intel's Lava.
///
/// ```
/// use lava::proc::learning::Stdp;
///
/// let rule = Stdp { tau_plus: 20.0, tau_minus: 20.0, ..Stdp::default() }.rule()?;
/// assert!(rule.text().starts_with("dw = (1) * (-1) * x0 * y1 + (1) * (1) * y0 * x1;"));
/// # Ok::<(), lava::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Stdp {
    /// Factor of both terms; default 1.
    pub learning_rate: f64,
    /// Factor of potentiation, when the post-synaptic neuron fires; default 1.
    pub a_plus: f64,
    /// Factor of depression, when the pre-synaptic neuron fires; default −1.
    pub a_minus: f64,
    /// Time constant of x1, in steps; default 10.
    pub tau_plus: f64,
    /// Time constant of y1, in steps; default 10.
    pub tau_minus: f64,
    /// Impulse of x1; default 16.
    pub x1_impulse: f64,
    /// Impulse of y1; default 16.
    pub y1_impulse: f64,
    /// Steps between two learning phases; default 1.
    pub epoch: u32,
    /// Seed of stochastic rounding; default: from the network's seed and the name of the process.
    pub seed: Option<u64>,
}

impl Default for Stdp {
    fn default() -> Stdp {
        Stdp {
            learning_rate: 1.0,
            a_plus: 1.0,
            a_minus: -1.0,
            tau_plus: 10.0,
            tau_minus: 10.0,
            x1_impulse: 16.0,
            y1_impulse: 16.0,
            epoch: 1,
            seed: None,
        }
    }
}

impl Stdp {
    /// The rule.
    ///
    /// # Errors
    /// [`RuleError`] if a number is out of range.
    pub fn rule(&self) -> Result<LearningRule, RuleError> {
        let [rate, plus, minus] = [self.learning_rate, self.a_plus, self.a_minus].map(as_literal);
        let text = format!(
            "dw = {rate} * {minus} * x0 * y1 + {rate} * {plus} * y0 * x1;\n\
             x1: impulse {}, tau {};\n\
             y1: impulse {}, tau {};\n{}",
            self.x1_impulse,
            self.tau_plus,
            self.y1_impulse,
            self.tau_minus,
            schedule(self.epoch, self.seed),
        );
        text.parse()
    }
}

/// Reward-modulated plasticity: Lava's `RewardModulatedSTDP`. Pairs of spikes change an eligibility,
/// the tag, and the third factor y2 turns it into weights.
///
/// ```text
/// dt = learning_rate · a_minus · x0 · y1 + learning_rate · a_plus · y0 · x1 − u0 · t · tau_e
/// dw = u0 · t · y2
/// ```
///
/// The neurons send y1, their own trace, and y2, the reward: see
/// [`LearningLif`](crate::proc::LearningLif). Numbers are taken as in [`Stdp`].
///
/// Source: Izhikevich (2007), *Solving the distal reward problem through linkage of STDP and dopamine
/// signaling*, Cerebral Cortex 17; as in Intel's Lava.
///
/// ```
/// use lava::proc::learning::RewardModulatedStdp;
///
/// let rule = RewardModulatedStdp { tau_e: 0.5, ..RewardModulatedStdp::default() }.rule()?;
/// assert!(rule.text().contains("dw = u0 * t * y2;"));
/// # Ok::<(), lava::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct RewardModulatedStdp {
    /// Factor of both terms; default 1.
    pub learning_rate: f64,
    /// Factor of potentiation; default 1.
    pub a_plus: f64,
    /// Factor of depression; default −1.
    pub a_minus: f64,
    /// Time constant of x1, in steps; default 10.
    pub tau_plus: f64,
    /// Impulse of x1; default 16.
    pub x1_impulse: f64,
    /// Fraction of the eligibility lost per epoch (Lava's `eligibility_trace_decay_tau`); default
    /// 0.5.
    pub tau_e: f64,
    /// Steps between two learning phases; default 1.
    pub epoch: u32,
    /// Seed of stochastic rounding; default: from the network's seed and the name of the process.
    pub seed: Option<u64>,
}

impl Default for RewardModulatedStdp {
    fn default() -> RewardModulatedStdp {
        RewardModulatedStdp {
            learning_rate: 1.0,
            a_plus: 1.0,
            a_minus: -1.0,
            tau_plus: 10.0,
            x1_impulse: 16.0,
            tau_e: 0.5,
            epoch: 1,
            seed: None,
        }
    }
}

impl RewardModulatedStdp {
    /// The rule.
    ///
    /// # Errors
    /// [`RuleError`] if a number is out of range.
    pub fn rule(&self) -> Result<LearningRule, RuleError> {
        let [rate, plus, minus, tau] =
            [self.learning_rate, self.a_plus, self.a_minus, self.tau_e].map(as_literal);
        let text = format!(
            "dw = u0 * t * y2;\n\
             dt = {rate} * {minus} * x0 * y1 + {rate} * {plus} * y0 * x1 - u0 * t * {tau};\n\
             x1: impulse {}, tau {};\n\
             y1: third factor;\n\
             y2: third factor;\n{}",
            self.x1_impulse,
            self.tau_plus,
            schedule(self.epoch, self.seed),
        );
        text.parse()
    }
}

fn schedule(epoch: u32, seed: Option<u64>) -> String {
    let seed = seed.map_or_else(String::new, |seed| format!("\nseed {seed};"));
    format!("epoch {epoch};{seed}")
}

/// A number as Lava writes it into rules.
fn as_literal(number: f64) -> String {
    if number == 0.0 {
        return "0".to_owned();
    }
    let sign = if number < 0.0 { "-" } else { "" };
    let mantissa = number.abs().trunc().max(1.0);
    let exponent = (number.abs() / mantissa).log2().round_ties_even();
    match number.abs() == mantissa {
        true => format!("({sign}{mantissa})"),
        false => format!("({sign}{mantissa}) * 2^{exponent}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_in_lava() {
        for (number, literal) in [
            (0.0, "0"),
            (2.0, "(2)"),
            (-2.0, "(-2)"),
            (0.5, "(1) * 2^-1"),
            (-0.3, "(-1) * 2^-2"),
            (2.5, "(2) * 2^0"),
        ] {
            assert_eq!(as_literal(number), literal);
        }
    }

    #[test]
    fn a_number_that_is_not_finite_is_refused() {
        let rule = Stdp {
            a_plus: f64::NAN,
            ..Stdp::default()
        }
        .rule();
        assert!(rule.is_err());
        let rule = Stdp {
            tau_plus: -1.0,
            ..Stdp::default()
        }
        .rule();
        assert!(rule.unwrap_err().to_string().contains("a tau is 0 or more"));
    }
}
