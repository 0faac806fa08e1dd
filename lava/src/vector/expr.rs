//! Expressions, and the operators between them.

use std::fmt;
use std::ops::{Add, Mul, Shl};
use std::sync::Arc;

use super::net::Host;
use super::ports::{PairTarget, VectorOut, VectorSource, VectorTarget};
use super::vector::Vector;
use crate::process::InPort;

/// An expression: the right side of an equation, a sum of the outputs of vectors and matrices, with
/// `EXP` fractional bits.
///
/// The output of a vector arrives at another vector one step later, as through synapses of weight
/// 1; the output of synapses arrives in the same step. A product `a * b` is computed by a
/// [`ProdNeuron`](crate::proc::ProdNeuron), whose output is delayed by one step. A product whose
/// magnitude is at most 1 in the last place is 0.
#[derive(Clone)]
#[must_use = "an expression is connected by `<<` only"]
pub struct Expr<const EXP: u32 = 0> {
    host: Arc<dyn Host>,
    terms: Vec<Term>,
}

/// Output of one process.
#[derive(Clone, Debug)]
struct Term {
    output: VectorOut,
    /// `true` for an output that takes its step already: of synapses and products.
    weighted: bool,
}

impl<const EXP: u32> Expr<EXP> {
    fn from_output(output: VectorOut, weighted: bool, host: Arc<dyn Host>) -> Expr<EXP> {
        Expr {
            host,
            terms: vec![Term { output, weighted }],
        }
    }

    /// Reinterprets the integers with another number of fractional bits: multiplies the numbers by
    /// 2^(`EXP` − `OTHER`).
    pub fn read_as<const OTHER: u32>(self) -> Expr<OTHER> {
        Expr {
            host: self.host,
            terms: self.terms,
        }
    }

    /// Connects the terms to a vector.
    fn connect_to_vector(self, port: &InPort<i32>, host: &Arc<dyn Host>) {
        for Term { output, weighted } in self.terms {
            let output = if weighted { output } else { output.delayed() };
            host.note(output.connect(port));
        }
    }

    fn plus(mut self, other: Expr<EXP>) -> Expr<EXP> {
        self.terms.extend(other.terms);
        self
    }

    fn times(self, other: Expr<EXP>) -> Expr<EXP> {
        let host = Arc::clone(&self.host);
        let shape = self.terms.first().map(|term| term.output.shape().to_vec());
        // A factor without terms has failed, and its error is noted.
        let product = shape.and_then(|shape| host.product(&shape, EXP));
        let Some(product) = product else {
            let terms = Vec::new();
            return Expr { host, terms };
        };
        let [left, right] = product.inputs();
        self.connect_to_vector(left, &host);
        other.connect_to_vector(right, &host);
        Expr::from_output(product.output().delayed(), true, host)
    }
}

impl<const EXP: u32> fmt::Debug for Expr<EXP> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expr")
            .field("terms", &self.terms)
            .finish_non_exhaustive()
    }
}

/// An operand of an equation: a vector, by reference, or an [`Expr`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in an equation of vectors [E3210]",
    label = "not a vector, product or sum",
    note = "vectors are borrowed, `&x`; matrices multiply one, `w * &x`"
)]
pub trait Operand {
    /// The [`Expr`] with the operand's number of fractional bits.
    type Expr: AnyExpr;
    #[doc(hidden)]
    fn into_expr(self) -> Self::Expr;
}

/// An [`Expr`] with any number of fractional bits.
#[doc(hidden)]
pub trait AnyExpr: sealed::Sealed {
    fn connect_to_synapses(self, port: &InPort<i32>, host: &Arc<dyn Host>);
    fn from_synapses(output: VectorOut, host: Arc<dyn Host>) -> Self;
}

mod sealed {
    pub trait Sealed {}
    impl<const EXP: u32> Sealed for super::Expr<EXP> {}
}

impl<const EXP: u32> AnyExpr for Expr<EXP> {
    fn connect_to_synapses(self, port: &InPort<i32>, host: &Arc<dyn Host>) {
        for Term { output, .. } in self.terms {
            host.note(output.connect(port));
        }
    }

    fn from_synapses(output: VectorOut, host: Arc<dyn Host>) -> Expr<EXP> {
        Expr::from_output(output, true, host)
    }
}

impl<const EXP: u32> Operand for Expr<EXP> {
    type Expr = Expr<EXP>;

    fn into_expr(self) -> Expr<EXP> {
        self
    }
}

impl<P: VectorSource, const EXP: u32> Operand for &Vector<P, EXP> {
    type Expr = Expr<EXP>;

    fn into_expr(self) -> Expr<EXP> {
        Expr::from_output(self.process.output(), false, Arc::clone(&self.host))
    }
}

macro_rules! operators {
    ([$($generics:tt)*] $left:ty) => {
        impl<R: Operand<Expr = Expr<EXP>>, $($generics)* const EXP: u32> Add<R> for $left {
            type Output = Expr<EXP>;

            fn add(self, other: R) -> Expr<EXP> {
                self.into_expr().plus(other.into_expr())
            }
        }

        impl<R: Operand<Expr = Expr<EXP>>, $($generics)* const EXP: u32> Mul<R> for $left {
            type Output = Expr<EXP>;

            fn mul(self, other: R) -> Expr<EXP> {
                self.into_expr().times(other.into_expr())
            }
        }
    };
}

operators!([] Expr<EXP>);
operators!([P: VectorSource,] &Vector<P, EXP>);

impl<P, R, const EXP: u32> Shl<R> for &Vector<P, EXP>
where
    P: VectorTarget,
    R: Operand<Expr = Expr<EXP>>,
{
    type Output = ();

    fn shl(self, expr: R) {
        expr.into_expr()
            .connect_to_vector(self.process.input(), &self.host);
    }
}

impl<P, A, B, const EXP: u32> Shl<(A, B)> for &Vector<P, EXP>
where
    P: PairTarget,
    A: Operand<Expr = Expr<EXP>>,
    B: Operand<Expr = Expr<EXP>>,
{
    type Output = ();

    fn shl(self, (first, second): (A, B)) {
        let [left, right] = self.process.inputs();
        first.into_expr().connect_to_vector(left, &self.host);
        second.into_expr().connect_to_vector(right, &self.host);
    }
}
