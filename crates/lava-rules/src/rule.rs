//! Parsed rules.

use std::ops::Range;

/// A learning rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    /// The products of the equation for each [`Target`]; none without an equation.
    pub equations: [Vec<Product>; 3],
    /// The traces x1, x2, y1, y2, y3, by [`Variable::trace`]; `None` if not declared.
    pub traces: [Option<Trace>; 5],
    /// Steps between two learning phases.
    pub epoch: u32,
    /// `K` of all `uK`; `None` without one.
    pub period: Option<u32>,
    /// Seed of stochastic rounding; `None` if not given.
    pub seed: Option<u64>,
}

/// A synaptic variable with an equation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// `dw`: the weight.
    Weight,
    /// `dd`: the delay, tag 2.
    Delay,
    /// `dt`: the tag, tag 1.
    Tag,
}

impl Target {
    /// All targets, in the order of [`Rule::equations`].
    pub const ALL: [Target; 3] = [Target::Weight, Target::Delay, Target::Tag];

    /// The left side of its equation.
    pub fn name(self) -> &'static str {
        ["dw", "dd", "dt"][self as usize]
    }
}

/// A product of a sum: `mantissa * 2^exponent * dependency * factors`.
#[derive(Clone, Debug, PartialEq)]
pub struct Product {
    /// The first dependency: decides when the product is evaluated, and at which times its traces
    /// are read.
    pub dependency: Dependency,
    /// −8 to 7.
    pub mantissa: i32,
    /// −7 to 8.
    pub exponent: i32,
    /// The other factors, in the order in which they were written.
    pub factors: Vec<Factor>,
}

/// A dependency of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dependency {
    /// `x0`: the pre-synaptic neuron has fired in the epoch.
    X0,
    /// `y0`: the post-synaptic neuron has fired in the epoch.
    Y0,
    /// `uK`: once in 2^K epochs.
    U,
}

/// A factor: `variable + constant`, or its sign.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// The variable.
    pub variable: Variable,
    /// The number that is added to it.
    pub constant: f64,
    /// `true` for `sgn(…)`.
    pub sign: bool,
    /// The tokens of the variable.
    pub tokens: Range<usize>,
}

/// A variable of a factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as in rules")]
pub enum Variable {
    X0,
    Y0,
    U,
    X1,
    X2,
    Y1,
    Y2,
    Y3,
    W,
    D,
    T,
}

impl Variable {
    /// The names of the traces, by their index.
    pub const TRACES: [&'static str; 5] = ["x1", "x2", "y1", "y2", "y3"];

    /// The index of a trace: x1, x2, y1, y2, y3.
    pub fn trace(self) -> Option<usize> {
        match self {
            Variable::X1 => Some(0),
            Variable::X2 => Some(1),
            Variable::Y1 => Some(2),
            Variable::Y2 => Some(3),
            Variable::Y3 => Some(4),
            _ => None,
        }
    }

    /// The index of a synaptic variable, as of the [`Target`]s.
    pub fn synaptic(self) -> Option<usize> {
        match self {
            Variable::W => Some(0),
            Variable::D => Some(1),
            Variable::T => Some(2),
            _ => None,
        }
    }
}

/// A trace: a variable of a neuron that spikes raise, and that decays.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The number that a spike adds.
    pub impulse: f64,
    /// `true` if the impulse is stated, be it 0.
    pub has_impulse: bool,
    /// The change between spikes.
    pub decay: Decay,
    /// The tokens of its name.
    pub tokens: Range<usize>,
}

/// The change of a trace between spikes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decay {
    /// Multiplied by `exp(-1/tau)` in every step; 0 at once if `tau` is 0.
    Tau(f64),
    /// None: `no decay`.
    None,
    /// A value that is received in every step: `third factor`.
    Received,
}

impl Default for Trace {
    fn default() -> Trace {
        Trace {
            impulse: 0.0,
            has_impulse: false,
            decay: Decay::Tau(0.0),
            tokens: 0..0,
        }
    }
}

impl Rule {
    /// All factors of all products.
    pub fn factors(&self) -> impl Iterator<Item = &Factor> {
        self.equations
            .iter()
            .flatten()
            .flat_map(|product| &product.factors)
    }
}
