//! Terms and sums, and the operators between them.

use std::ops::{Add, Mul, Shl};
use std::sync::Arc;

use super::net::Host;
use super::roles::{Line, PairTarget, VectorSource, VectorTarget};
use super::vector::Vector;
use crate::process::InPort;

/// A sum of what vectors and matrices send, with `EXP` bits behind the point: the value of an
/// equation's right side.
///
/// What a vector sends flows into another vector one step later, as through synapses of weight 1;
/// what synapses send flows on at once. A product `a * b` is computed by a
/// [`ProdNeuron`](crate::proc::ProdNeuron) that both flow into, and is itself sent through synapses,
/// so it arrives one step later than its factors do. Products of which the magnitude is not above 1
/// in the last place are 0.
#[derive(Clone)]
#[must_use = "it flows nowhere until `<<` says where"]
pub struct Flow<const EXP: u32 = 0> {
    host: Arc<dyn Host>,
    terms: Vec<Term>,
}

/// What one process sends.
#[derive(Clone)]
struct Term {
    line: Line,
    /// Whether it comes through synapses.
    weighted: bool,
}

impl<const EXP: u32> Flow<EXP> {
    fn of(line: Line, weighted: bool, host: Arc<dyn Host>) -> Flow<EXP> {
        Flow {
            host,
            terms: vec![Term { line, weighted }],
        }
    }

    /// The same numbers, read with another number of bits behind the point: multiplied by
    /// 2^(`EXP` − `OTHER`).
    pub fn read_as<const OTHER: u32>(self) -> Flow<OTHER> {
        Flow {
            host: self.host,
            terms: self.terms,
        }
    }

    /// Flows into a vector.
    fn arrive(self, port: &InPort<i32>, host: &Arc<dyn Host>) {
        for Term { line, weighted } in self.terms {
            let line = if weighted { line } else { line.later() };
            host.note(line.connect(port));
        }
    }

    fn plus(mut self, other: Flow<EXP>) -> Flow<EXP> {
        self.terms.extend(other.terms);
        self
    }

    fn times(self, other: Flow<EXP>) -> Flow<EXP> {
        let host = Arc::clone(&self.host);
        let shape = self.terms.first().map(|term| term.line.shape().to_vec());
        // Where a factor is missing, the reason is known already.
        let product = shape.and_then(|shape| host.product(&shape, EXP));
        let Some(product) = product else {
            let terms = Vec::new();
            return Flow { host, terms };
        };
        let [left, right] = product.ports();
        self.arrive(left, &host);
        other.arrive(right, &host);
        Flow::of(product.line().later(), true, host)
    }
}

/// What can stand in an equation: a vector, by reference, or a [`Flow`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot stand in an equation of vectors",
    label = "not a vector, product or sum",
    note = "vectors are borrowed, `&x`; matrices multiply one, `w * &x`"
)]
pub trait Operand {
    /// It as a sum: [`Flow`] with the bits that it has behind the point.
    type Sum: Sum;
    #[doc(hidden)]
    fn sum(self) -> Self::Sum;
}

/// A [`Flow`] of some number of bits behind the point.
#[doc(hidden)]
pub trait Sum: sealed::Sealed {
    fn feed(self, port: &InPort<i32>, host: &Arc<dyn Host>);
    fn of_synapses(line: Line, host: Arc<dyn Host>) -> Self;
}

mod sealed {
    pub trait Sealed {}
    impl<const EXP: u32> Sealed for super::Flow<EXP> {}
}

impl<const EXP: u32> Sum for Flow<EXP> {
    /// Flows into synapses.
    fn feed(self, port: &InPort<i32>, host: &Arc<dyn Host>) {
        for Term { line, .. } in self.terms {
            host.note(line.connect(port));
        }
    }

    fn of_synapses(line: Line, host: Arc<dyn Host>) -> Flow<EXP> {
        Flow::of(line, true, host)
    }
}

impl<const EXP: u32> Operand for Flow<EXP> {
    type Sum = Flow<EXP>;

    fn sum(self) -> Flow<EXP> {
        self
    }
}

impl<P: VectorSource, const EXP: u32> Operand for &Vector<P, EXP> {
    type Sum = Flow<EXP>;

    fn sum(self) -> Flow<EXP> {
        Flow::of(self.process.line(), false, Arc::clone(&self.host))
    }
}

macro_rules! operators {
    ([$($generics:tt)*] $left:ty) => {
        impl<R: Operand<Sum = Flow<EXP>>, $($generics)* const EXP: u32> Add<R> for $left {
            type Output = Flow<EXP>;

            fn add(self, other: R) -> Flow<EXP> {
                self.sum().plus(other.sum())
            }
        }

        impl<R: Operand<Sum = Flow<EXP>>, $($generics)* const EXP: u32> Mul<R> for $left {
            type Output = Flow<EXP>;

            fn mul(self, other: R) -> Flow<EXP> {
                self.sum().times(other.sum())
            }
        }
    };
}

operators!([] Flow<EXP>);
operators!([P: VectorSource,] &Vector<P, EXP>);

impl<P, R, const EXP: u32> Shl<R> for &Vector<P, EXP>
where
    P: VectorTarget,
    R: Operand<Sum = Flow<EXP>>,
{
    type Output = ();

    fn shl(self, flow: R) {
        flow.sum().arrive(self.process.port(), &self.host);
    }
}

impl<P, A, B, const EXP: u32> Shl<(A, B)> for &Vector<P, EXP>
where
    P: PairTarget,
    A: Operand<Sum = Flow<EXP>>,
    B: Operand<Sum = Flow<EXP>>,
{
    type Output = ();

    fn shl(self, (first, second): (A, B)) {
        let [left, right] = self.process.ports();
        first.sum().arrive(left, &self.host);
        second.sum().arrive(right, &self.host);
    }
}
