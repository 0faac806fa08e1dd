//! Parameters: values of a process that are not Vars.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A value of a process that no step changes: a data set, a sign mode, the number of weight bits.
/// Declared as a field `name: Param<X>` of a `#[process]`; a model that uses it has a field of the
/// same name, of type `X` or `Param<X>`. Dereferences to `X`.
///
/// Cheap to clone: all clones share one value.
pub struct Param<X>(Arc<X>);

impl<X> Param<X> {
    pub(crate) fn new(value: X) -> Param<X> {
        Param(Arc::new(value))
    }
}

impl<X> Clone for Param<X> {
    fn clone(&self) -> Param<X> {
        Param(Arc::clone(&self.0))
    }
}

impl<X> Deref for Param<X> {
    type Target = X;
    fn deref(&self) -> &X {
        &self.0
    }
}

impl<X: fmt::Debug> fmt::Debug for Param<X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
