//! The grammar of learning rules: text or tokens → [`Rule`], a sum of products for each synaptic
//! variable.
//!
//! The macro `learning_rule!` and the library parse with the same code. A [`Mistake`] names the
//! [tokens](Token) that it concerns; their owner knows where these are.
//!
//! ```
//! let rule = lava_rules::parse_text("dw = 2^-1 * x1 * y0; x1: impulse 16, tau 20;")?;
//! assert_eq!(rule.epoch, 1);
//! # Ok::<(), lava_rules::RuleError>(())
//! ```

mod check;
mod error;
mod expression;
mod literal;
mod parse;
mod rule;
mod token;

pub use error::{Mistake, RuleError};
pub use rule::{Decay, Dependency, Factor, Product, Rule, Target, Trace, Variable};
pub use token::{Kind, Token};

/// Parses a rule from tokens, and checks the traces that it reads.
///
/// # Errors
/// All mistakes, in the order of the tokens.
pub fn parse(tokens: &[Token]) -> Result<Rule, Vec<Mistake>> {
    let (rule, mut mistakes) = parse::rule(tokens);
    mistakes.extend(check::traces(&rule));
    mistakes.sort_by_key(|mistake| mistake.tokens.start);
    if mistakes.is_empty() {
        Ok(rule)
    } else {
        Err(mistakes)
    }
}

/// Parses a rule from text, and checks the traces that it reads.
///
/// # Errors
/// All mistakes, with their places in the text.
pub fn parse_text(text: &str) -> Result<Rule, RuleError> {
    let (tokens, places) = token::tokens(text)?;
    parse(&tokens).map_err(|mistakes| RuleError::new(text, mistakes, &places))
}

/// Parses a rule from text, which may read traces that are not declared, or that decay at once.
///
/// # Errors
/// All mistakes, with their places in the text.
pub fn parse_with_any_traces(text: &str) -> Result<Rule, RuleError> {
    let (tokens, places) = token::tokens(text)?;
    match parse::rule(&tokens) {
        (rule, mistakes) if mistakes.is_empty() => Ok(rule),
        (_, mistakes) => Err(RuleError::new(text, mistakes, &places)),
    }
}

#[cfg(test)]
mod tests;
