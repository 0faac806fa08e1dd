//! Numeric helpers of the library: number types, fixed-point arithmetic, time constants, and loops
//! over a population.

pub(in crate::proc) mod cascade;
pub(in crate::proc) mod closed_forms;
pub(in crate::proc) mod coefficient;
pub(in crate::proc) mod delta;
pub(in crate::proc) mod elementary;
pub(in crate::proc) mod events;
pub(in crate::proc) mod factors;
pub(in crate::proc) mod finite;
pub(in crate::proc) mod fired;
pub(in crate::proc) mod fixed;
pub(in crate::proc) mod lookup_table;
pub(in crate::proc) mod membrane;
pub(in crate::proc) mod philox;
pub(in crate::proc) mod propagator;
pub(in crate::proc) mod real;
pub(in crate::proc) mod settle;
pub(in crate::proc) mod signal;
pub(in crate::proc) mod time;
