//! Units: `0.1 * ms` is a [`Time`].
//!
//! The units are constants with short names, so no prelude has them: a `let` cannot have the name of
//! a constant that is in scope.
//!
//! ```
//! use lava::units::{Time, ms, s, us};
//!
//! let time: Time = 100.0 * us;
//! assert_eq!(time, 0.1 * ms);
//! assert_eq!(100 * ms, 0.1 * s);
//! assert_eq!((2.0 * s).in_ms(), 2000.0);
//! ```

#![allow(
    non_upper_case_globals,
    reason = "units are written as in the literature"
)]

use std::fmt;
use std::ops::Mul;

use sealed::Sealed;

mod sealed {
    pub trait Sealed {}
}

/// A duration in model time: a number of milliseconds, seconds or microseconds.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Time {
    milliseconds: f64,
}

/// Milliseconds.
pub const ms: Time = Time::of_ms(1.0);
/// Seconds.
pub const s: Time = Time::of_ms(1e3);
/// Microseconds.
pub const us: Time = Time::of_ms(1e-3);

impl Time {
    const fn of_ms(milliseconds: f64) -> Time {
        Time { milliseconds }
    }

    /// The number of milliseconds.
    pub const fn in_ms(self) -> f64 {
        self.milliseconds
    }
}

/// A time with a unit: a [`Time`]. Sealed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a time [E3204]",
    label = "a time has a unit",
    note = "write `0.1 * ms`, with `use lava::units::ms`"
)]
pub trait IntoTime: Sealed {
    /// The time.
    fn into_time(self) -> Time;
}

impl Sealed for Time {}

#[diagnostic::do_not_recommend]
impl IntoTime for Time {
    fn into_time(self) -> Time {
        self
    }
}

impl Mul<Time> for f64 {
    type Output = Time;

    fn mul(self, unit: Time) -> Time {
        Time::of_ms(self * unit.milliseconds)
    }
}

impl Mul<Time> for i32 {
    type Output = Time;

    fn mul(self, unit: Time) -> Time {
        f64::from(self) * unit
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ms", self.milliseconds)
    }
}

/// Units as types, which ports carry: two ports with different units cannot be connected.
pub mod symbol {
    use std::marker::PhantomData;

    macro_rules! symbols {
        ($($text:literal: $($name:ident)*;)*) => {$($(
            #[doc = concat!("The unit ", $text, ", with or without a prefix.")]
            #[allow(non_camel_case_types, reason = "units are written as in the literature")]
            #[derive(Clone, Copy, Debug)]
            pub enum $name {}
        )*)*};
    }

    symbols! {
        "volt": V fV pV nV uV mV kV MV GV;
        "ampere": A fA pA nA uA mA kA MA GA;
        "second": s fs ps ns us ms ks Ms Gs;
        "siemens": S fS pS nS uS mS kS MS GS;
        "ohm": Ohm fOhm pOhm nOhm uOhm mOhm kOhm MOhm GOhm;
        "farad": F fF pF nF uF mF kF MF GF;
        "coulomb": C fC pC nC uC mC kC MC GC;
        "hertz": Hz fHz pHz nHz uHz mHz kHz MHz GHz;
        "mole": mol fmol pmol nmol umol mmol kmol Mmol Gmol;
        "mole per litre": M fM pM nM uM mM kM MM GM;
        "kelvin": K fK pK nK uK mK kK MK GK;
    }

    /// A number.
    #[derive(Clone, Copy, Debug)]
    pub enum One {}

    /// A quotient of units: mV/ms is `Per<mV, ms>`.
    #[derive(Clone, Copy, Debug)]
    pub struct Per<A, B>(PhantomData<fn() -> (A, B)>);

    /// Any other unit: six times the exponents of volt, second, ampere, metre, mole and kelvin, and of
    /// the power of ten.
    #[derive(Clone, Copy, Debug)]
    pub struct Product<
        const V: i32,
        const S: i32,
        const A: i32,
        const M: i32,
        const MOL: i32,
        const K: i32,
        const TEN: i32,
    >;
}
