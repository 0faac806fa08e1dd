//! Learning rules, as users hold them.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};

use lava_rules::{Decay, Rule, RuleError};

use super::engine::TraceParameters;
use crate::model::PersistError;
use crate::process::{Init, ProcessSeed};

/// The tau of a received trace: Lava lets third factors decay by it within an epoch.
const RECEIVED_TAU: f64 = 65_535.0;

/// A learning rule: equations for the variables of a synapse, and the traces that they read.
///
/// The macro [`learning_rule!`](crate::learning_rule) checks a rule when the program is compiled;
/// [`str::parse`] reads the same text at run time. The [module](super) has the grammar.
///
/// ```
/// use lava::learning_rule;
/// use lava::proc::learning::LearningRule;
///
/// let rule = learning_rule! {
///     dw = 2^-1 * x1 * y0 - 2^-1 * x0 * y1;
///     x1: impulse 16, tau 20;
///     y1: impulse 16, tau 20;
///     epoch 4;
/// };
/// assert_eq!(rule.epoch(), 4);
///
/// let tau = 20.0;
/// let rule: LearningRule = format!("dw = x1 * y0; x1: impulse 16, tau {tau};").parse()?;
/// assert_eq!(rule.epoch(), 1);
/// # Ok::<(), lava::Error>(())
/// ```
#[derive(Clone)]
pub struct LearningRule {
    rule: Arc<Rule>,
    text: Arc<str>,
    as_in_lava: bool,
}

impl LearningRule {
    /// The rule that `learning_rule!` has checked.
    #[doc(hidden)]
    pub fn checked(text: &str) -> LearningRule {
        match text.parse() {
            Ok(rule) => rule,
            Err(error) => unreachable!("`learning_rule!` has checked this: {error}"),
        }
    }

    /// Parses a rule that is evaluated with the defects of Intel's Lava, for comparisons with it: a
    /// rule may read traces that are not declared or have a tau of 0. These are NaN after an epoch
    /// in floating point, and 0 but for the impulses of the epoch in fixed point.
    ///
    /// # Errors
    /// [`RuleError`] if the text is not a rule.
    pub fn as_in_lava(text: &str) -> Result<LearningRule, RuleError> {
        Ok(LearningRule {
            rule: Arc::new(lava_rules::parse_with_any_traces(text)?),
            text: text.into(),
            as_in_lava: true,
        })
    }

    /// Number of steps between two learning phases.
    pub fn epoch(&self) -> u32 {
        self.rule.epoch
    }

    /// Returns the seed of stochastic rounding, or `None` if the rule has none.
    pub fn seed(&self) -> Option<u64> {
        self.rule.seed
    }

    /// The rule as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn parsed(&self) -> &Rule {
        &self.rule
    }

    pub(super) fn is_as_in_lava(&self) -> bool {
        self.as_in_lava
    }

    /// `true` for each of y1, y2 and y3 that is a third factor.
    pub(super) fn received(&self) -> [bool; 3] {
        std::array::from_fn(|trace| match &self.rule.traces[2 + trace] {
            Some(trace) => trace.decay == Decay::Received,
            None => false,
        })
    }

    /// The impulse and tau of a trace: x1, x2, y1, y2, y3.
    pub(super) fn impulse(&self, trace: usize) -> f64 {
        let trace = self.rule.traces[trace].as_ref();
        trace.map_or(0.0, |trace| trace.impulse)
    }

    /// The tau of a trace, infinite for `no decay`.
    pub(super) fn tau(&self, trace: usize) -> f64 {
        match self.rule.traces[trace].as_ref().map(|trace| trace.decay) {
            Some(Decay::Tau(tau)) => tau,
            Some(Decay::None) => f64::INFINITY,
            Some(Decay::Received) => RECEIVED_TAU,
            None => 0.0,
        }
    }

    /// Returns `true` if an equation reads the trace.
    pub(super) fn reads(&self, trace: usize) -> bool {
        self.rule
            .factors()
            .any(|factor| factor.variable.trace() == Some(trace))
    }

    /// Returns `true` if an equation depends on spikes of post-synaptic neurons.
    pub(super) fn needs_post_spikes(&self) -> bool {
        let products = self.rule.equations.iter().flatten();
        let depends = products.into_iter().any(|product| {
            product.dependency == lava_rules::Dependency::Y0
                || product
                    .factors
                    .iter()
                    .any(|factor| factor.variable == lava_rules::Variable::Y0)
        });
        let received = self.received();
        depends || (0..3).any(|y| !received[y] && self.reads(2 + y))
    }
}

impl FromStr for LearningRule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<LearningRule, RuleError> {
        Ok(LearningRule {
            rule: Arc::new(lava_rules::parse_text(text)?),
            text: text.into(),
            as_in_lava: false,
        })
    }
}

impl fmt::Display for LearningRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for LearningRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LearningRule").field(&self.text).finish()
    }
}

crate::from_cause!(RuleError);

/// The rules of a connection: the one that it was built with, and those that were set later. The Var
/// `rule` is the number of the present one.
#[derive(Clone, Debug)]
pub struct LearningRules(Arc<Mutex<Vec<LearningRule>>>);

impl LearningRules {
    /// Returns the rule with this number, or `None` if there are fewer.
    pub fn get(&self, number: u32) -> Option<LearningRule> {
        self.lock().get(number as usize).cloned()
    }

    /// Appends a rule and returns its number.
    pub(super) fn push(&self, rule: LearningRule) -> u32 {
        let mut rules = self.lock();
        rules.push(rule);
        rules.len() as u32 - 1
    }

    /// The rules that were set later, each with whether it is as in Lava, for snapshots.
    pub(super) fn set_later(&self) -> Vec<(String, bool)> {
        let rules = self.lock();
        let later = rules.iter().skip(1);
        later
            .map(|rule| (rule.text.to_string(), rule.as_in_lava))
            .collect()
    }

    /// Appends the rules that were set later where these are not the same already.
    pub(super) fn restore(&self, later: Vec<(String, bool)>) -> crate::Result<()> {
        let mut rules = self.lock();
        let own: Vec<LearningRule> = rules.iter().skip(1).cloned().collect();
        for (number, (text, as_in_lava)) in later.into_iter().enumerate() {
            match own.get(number) {
                None if as_in_lava => rules.push(LearningRule::as_in_lava(&text)?),
                None => rules.push(text.parse()?),
                Some(rule) if *rule.text == *text => {}
                Some(rule) => {
                    return Err(PersistError::Unfit(format!(
                        "its rule {} is `{text}`, that of this network `{}`",
                        number + 1,
                        rule.text
                    ))
                    .into());
                }
            }
        }
        Ok(())
    }

    /// The rule that the connection was built with.
    pub(super) fn first(&self) -> LearningRule {
        self.lock()[0].clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<LearningRule>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The initial value of the Var `seed`: that of the rule, or of the process.
    pub(super) fn seed(&self) -> Init<u64> {
        match self.first().seed() {
            Some(seed) => Init::new(seed),
            None => Init::new(ProcessSeed::default()),
        }
    }

    /// The initial value of the Var of a tau.
    pub(super) fn tau(&self, trace: usize) -> f64 {
        self.first().tau(trace)
    }

    /// The initial value of the Var of an impulse; x1 has none if `is_graded`.
    pub(super) fn impulse(&self, trace: usize, is_graded: bool) -> f64 {
        match (trace, is_graded) {
            (0, true) => 0.0,
            _ => self.first().impulse(trace),
        }
    }
}

#[cfg(feature = "store")]
impl crate::schema::Storable for LearningRules {
    fn store(&self) -> Result<crate::schema::StoredValue, crate::schema::ValueError> {
        let rules: Vec<(String, bool)> = {
            let rules = self.lock();
            let rules = rules.iter();
            rules
                .map(|rule| (rule.text.to_string(), rule.as_in_lava))
                .collect()
        };
        rules.store()
    }

    fn restore(
        value: &crate::schema::StoredValue,
    ) -> Result<LearningRules, crate::schema::ValueError> {
        let rule = |(text, as_in_lava): (String, bool)| match as_in_lava {
            true => LearningRule::as_in_lava(&text),
            false => text.parse(),
        };
        let rules = Vec::restore(value)?.into_iter().map(rule);
        let rules: Result<Vec<LearningRule>, RuleError> = rules.collect();
        let rules = rules.map_err(|error| crate::schema::ValueError::new(error.to_string()))?;
        match rules.is_empty() {
            true => Err(crate::schema::ValueError::new("there is no rule")),
            false => Ok(LearningRules(Arc::new(Mutex::new(rules)))),
        }
    }
}

impl From<LearningRule> for LearningRules {
    fn from(rule: LearningRule) -> LearningRules {
        LearningRules(Arc::new(Mutex::new(vec![rule])))
    }
}

/// Values that a connection takes as its rule.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a learning rule [E3401]",
    label = "not a `LearningRule`",
    note = "write it with `learning_rule! {{ … }}`; a text is parsed first, `\"…\".parse::<LearningRule>()?`, and `Stdp {{ … }}` of the library becomes a rule by `.rule()?`"
)]
pub trait IntoLearningRules: Into<LearningRules> {}

impl IntoLearningRules for LearningRule {}

impl IntoLearningRules for LearningRules {}

impl TraceParameters {
    /// The mistakes of a rule with these parameters, as far as they concern taus.
    pub(super) fn silent_trace(&self, rule: &LearningRule) -> Option<usize> {
        let is_silent = |trace: &usize| rule.reads(*trace) && self.taus[*trace] == 0.0;
        (0..5).find(is_silent).filter(|_| !rule.is_as_in_lava())
    }
}
