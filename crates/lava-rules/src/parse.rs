//! Statements: equations, traces, epoch and seed.

use std::ops::Range;

use crate::error::Mistake;
use crate::expression::Sum;
use crate::literal::Literal;
use crate::rule::{Decay, Rule, Target, Trace, Variable};
use crate::token::{Kind, Token};

/// A rule as far as it could be read, and the mistakes.
pub(crate) fn rule(tokens: &[Token]) -> (Rule, Vec<Mistake>) {
    let rule = Rule {
        epoch: 1,
        ..Rule::default()
    };
    let mut parser = Parser {
        tokens,
        position: 0,
        rule,
        epoch: None,
    };
    let mut mistakes = Vec::new();
    while parser.position < tokens.len() {
        if let Err(mistake) = parser.statement() {
            mistakes.push(mistake);
            parser.skip_statement();
        }
    }
    let has_equation = parser.rule.equations.iter().any(|sum| !sum.is_empty());
    if !has_equation && mistakes.is_empty() {
        let end = tokens.len();
        mistakes.push(Mistake::new(
            "a learning rule needs an equation: `dw = 2^-1 * x1 * y0;`",
            end..end,
        ));
    }
    (parser.rule, mistakes)
}

/// The first words of the settings of a trace.
const SETTINGS: [&str; 4] = ["impulse", "tau", "no", "third"];

/// A result that fails with a mistake.
pub(crate) type Parsed<T> = Result<T, Mistake>;

/// The tokens, and what they said so far.
pub(crate) struct Parser<'a> {
    pub(crate) tokens: &'a [Token],
    pub(crate) position: usize,
    pub(crate) rule: Rule,
    epoch: Option<usize>,
}

impl<'a> Parser<'a> {
    pub(crate) fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.position)
    }

    pub(crate) fn next_is(&self, text: &str) -> bool {
        self.peek().is_some_and(|token| token.is(text))
    }

    /// Takes this word or symbol if it is next.
    pub(crate) fn take(&mut self, text: &str) -> bool {
        let is_next = self.next_is(text);
        self.position += usize::from(is_next);
        is_next
    }

    /// Takes the next token if it is of this kind.
    pub(crate) fn take_kind(&mut self, kind: Kind) -> Option<&'a str> {
        let token = self.peek().filter(|token| token.kind == kind)?;
        self.position += 1;
        Some(&token.text)
    }

    /// Returns `true` if a statement seems to begin with the next token.
    pub(crate) fn begins_statement(&self) -> bool {
        let text = |position: usize| self.tokens.get(position).map_or("", |token| &token.text);
        let (word, next) = (text(self.position), text(self.position + 1));
        matches!(word, "epoch" | "seed") || matches!(next, "=" | ":")
    }

    /// A mistake at the next token; behind the last one at the end.
    pub(crate) fn here<T>(&self, message: impl Into<String>) -> Parsed<T> {
        let start = self.position;
        let end = (start + 1).min(self.tokens.len()).max(start);
        Err(Mistake::new(message, start..end))
    }

    /// A mistake from `start` to the last token that was read.
    pub(crate) fn since<T>(&self, start: usize, message: impl Into<String>) -> Parsed<T> {
        Err(Mistake::new(message, start..self.position.max(start + 1)))
    }

    /// The next token as messages quote it.
    pub(crate) fn found(&self) -> String {
        self.peek()
            .map_or_else(|| "the end".to_owned(), |token| format!("`{}`", token.text))
    }

    fn skip_statement(&mut self) {
        while self.position < self.tokens.len() && !self.take(";") {
            self.position += 1;
        }
    }

    fn statement(&mut self) -> Parsed<()> {
        let start = self.position;
        if self.take(";") {
            return Ok(());
        }
        let Some(word) = self.take_kind(Kind::Word) else {
            return self.here(format!(
                "expected an equation, a trace, `epoch` or `seed`, found {}",
                self.found()
            ));
        };
        match word {
            "epoch" => self.epoch(start)?,
            "seed" => self.seed(start)?,
            _ => {
                if let Some(target) = Target::ALL.into_iter().find(|t| t.name() == word) {
                    self.equation(target, start)?;
                } else if let Some(index) = Variable::TRACES.iter().position(|t| *t == word) {
                    self.trace(index, start)?;
                } else {
                    return self.since(start, unknown_statement(word));
                }
            }
        }
        if self.position < self.tokens.len() && !self.take(";") {
            return self.here(format!("expected `;`, found {}", self.found()));
        }
        Ok(())
    }

    fn equation(&mut self, target: Target, start: usize) -> Parsed<()> {
        let name = target.name();
        let next = self.tokens.get(self.position + 1);
        if (self.next_is("+") || self.next_is("-")) && next.is_some_and(|token| token.is("=")) {
            let sign = if self.next_is("-") { "-" } else { "" };
            self.position += 2;
            return self.since(
                self.position - 2,
                format!("`{name}` is what is added already: write `{name} = {sign}…;`"),
            );
        }
        if !self.take("=") {
            return self.here(format!(
                "expected `=` after `{name}`, found {}",
                self.found()
            ));
        }
        if !self.rule.equations[target as usize].is_empty() {
            return self.since(
                start,
                format!("`{name}` has two equations; add the products of both: `{name} = … + …;`"),
            );
        }
        self.rule.equations[target as usize] = Sum::parse(self)?;
        Ok(())
    }

    fn trace(&mut self, index: usize, start: usize) -> Parsed<()> {
        let name = Variable::TRACES[index];
        if !self.take(":") {
            if self.next_is("=") {
                return self.since(
                    start,
                    format!(
                        "`{name}` is a trace, which has no equation; declare it: `{name}: impulse 16, tau 20;`"
                    ),
                );
            }
            return self.here(format!(
                "expected `:` after `{name}`, found {}",
                self.found()
            ));
        }
        if self.rule.traces[index].is_some() {
            return self.since(start, format!("`{name}` is declared twice"));
        }
        // Declared even where a setting is wrong: equations may read it.
        self.rule.traces[index] = Some(Trace {
            has_impulse: true,
            decay: Decay::None,
            ..Trace::default()
        });
        let trace = self.settings(name, start)?;
        self.rule.traces[index] = Some(trace);
        Ok(())
    }

    fn settings(&mut self, name: &str, start: usize) -> Parsed<Trace> {
        let (mut impulse, mut decay) = (None, None);
        loop {
            let setting = self.position;
            if self.take("impulse") {
                let number = self.not_negative("an impulse")?;
                if impulse.replace(number).is_some() {
                    return self.since(setting, format!("`{name}` has two impulses"));
                }
            } else {
                let of_setting = self.decay(name)?;
                if decay.replace(of_setting).is_some() {
                    return self.since(
                        setting,
                        format!("`{name}` decays in two ways; keep one of them"),
                    );
                }
            }
            if matches!(self.peek(), Some(token) if SETTINGS.contains(&token.text.as_str())) {
                return self.here(format!("expected `,` before {}", self.found()));
            }
            if !self.take(",") {
                break;
            }
        }
        let decay = decay.unwrap_or(Decay::Tau(0.0));
        if decay == Decay::Received && impulse.is_some() {
            return self.since(
                start,
                format!("`{name}` is received as a third factor, so spikes add no impulse; leave out `impulse`"),
            );
        }
        Ok(Trace {
            impulse: impulse.unwrap_or(0.0),
            has_impulse: impulse.is_some(),
            decay,
            tokens: start..start + 1,
        })
    }

    fn decay(&mut self, name: &str) -> Parsed<Decay> {
        let start = self.position;
        if self.take("tau") {
            return Ok(Decay::Tau(self.not_negative("a tau")?));
        }
        if self.take("no") {
            return match self.take("decay") {
                true => Ok(Decay::None),
                false => self.here(format!(
                    "expected `decay` after `no`, found {}",
                    self.found()
                )),
            };
        }
        if self.take("third") {
            if !self.take("factor") {
                return self.here(format!(
                    "expected `factor` after `third`, found {}",
                    self.found()
                ));
            }
            return match name.starts_with('y') {
                true => Ok(Decay::Received),
                false => self.since(
                    start,
                    format!("`{name}` is a trace of the pre-synaptic neuron; third factors are y1, y2 and y3"),
                ),
            };
        }
        self.here(format!(
            "expected `impulse N`, `tau N`, `no decay` or `third factor`, found {}",
            self.found()
        ))
    }

    /// A number from 0 on.
    fn not_negative(&mut self, what: &str) -> Parsed<f64> {
        let start = self.position;
        let is_negative = self.take("-");
        let number = self.number(what)?;
        if is_negative {
            return self.since(start, format!("{what} is 0 or more"));
        }
        Ok(number)
    }

    /// A number without a sign.
    pub(crate) fn number(&mut self, what: &str) -> Parsed<f64> {
        let start = self.position;
        let Some(text) = self.take_kind(Kind::Number) else {
            let hint = match self.peek() {
                Some(token) if token.kind == Kind::Word => {
                    format!("; {}", at_run_time(&token.text))
                }
                _ => String::new(),
            };
            return self.here(format!("{what} is a number, found {}{hint}", self.found()));
        };
        let number = text.replace('_', "").parse::<f64>().ok();
        match number.filter(|number| number.is_finite()) {
            Some(number) => Ok(number),
            None => {
                let digits = text.trim_end_matches(|last: char| last.is_ascii_alphabetic());
                let way = match text.strip_prefix(digits) {
                    Some("s" | "ms" | "us") => "times are numbers of steps, as `20`",
                    _ => "write it without a suffix, as `16` or `0.5`",
                };
                self.since(start, format!("`{text}` is not a decimal number; {way}"))
            }
        }
    }

    /// A whole number that fits `T`.
    pub(crate) fn whole<T: TryFrom<i128>>(&mut self, what: &str, range: &str) -> Parsed<T> {
        let start = self.position;
        let is_negative = self.take("-");
        self.take("+");
        let number = Literal::of(self.number(what)?);
        let sign = if is_negative { -1 } else { 1 };
        let whole = (number.exponent == 0).then_some(number.mantissa * sign);
        match whole.and_then(|whole| T::try_from(whole).ok()) {
            Some(number) => Ok(number),
            None => self.since(start, format!("{what} is a whole number {range}")),
        }
    }

    fn epoch(&mut self, start: usize) -> Parsed<()> {
        let number = self.position;
        let epoch: u32 = self.whole("the length of an epoch", "of steps, 1 or more")?;
        if epoch == 0 {
            return self.since(number, "an epoch has 1 step or more");
        }
        if self.epoch.replace(start).is_some() {
            return self.since(start, "`epoch` is given twice");
        }
        self.rule.epoch = epoch;
        Ok(())
    }

    fn seed(&mut self, start: usize) -> Parsed<()> {
        let text = self.peek().map(|token| token.text.replace('_', ""));
        let exact = text.and_then(|text| text.parse::<u64>().ok());
        let Some(seed) = exact else {
            self.whole::<u64>("a seed", "from 0 to 18446744073709551615")?;
            return self.since(start, "a seed is a whole number, without a point");
        };
        self.position += 1;
        if self.rule.seed.replace(seed).is_some() {
            return self.since(start, "`seed` is given twice");
        }
        Ok(())
    }
}

/// The way to a number of the program, by its name.
pub(crate) fn at_run_time(name: &str) -> String {
    format!(
        "a number that is known at run time is put into a text, which is parsed: `format!(\"… {{{name}}} …\").parse::<LearningRule>()`"
    )
}

fn unknown_statement(word: &str) -> String {
    let hint = match word {
        _ if word.ends_with("_impulse") || word.ends_with("_tau") => {
            "impulse and tau of a trace are declared together: `x1: impulse 16, tau 20;`"
        }
        "w" | "weight" | "weights" => "the equation of weights is `dw = …;`",
        "d" | "delay" | "delays" | "tag_2" => "the equation of delays is `dd = …;`",
        "t" | "tag" | "tags" | "tag_1" => "the equation of tags is `dt = …;`",
        "x0" | "y0" => "`x0` and `y0` say that a neuron has fired; they are not declared",
        "t_epoch" => "the length of an epoch is set by `epoch 4;`",
        "rng_seed" => "the seed is set by `seed 7;`",
        _ => {
            "a statement is an equation of `dw`, `dd` or `dt`, a trace (`x1`, `x2`, `y1`, `y2`, `y3`), `epoch` or `seed`"
        }
    };
    format!("unknown statement `{word}`; {hint}")
}

/// The tokens of a range that is not empty.
pub(crate) fn union(a: Option<Range<usize>>, b: Range<usize>) -> Range<usize> {
    match a {
        Some(a) => a.start.min(b.start)..a.end.max(b.end),
        None => b,
    }
}
