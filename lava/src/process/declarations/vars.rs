//! Declarations of Vars.

use std::marker::PhantomData;
use std::sync::Arc;

use lava_core::data::{AnyShape, Constraint, Dims, Element, Init, VarError};

use super::{Declarations, MemberOptions};
use crate::process::batch::Extents;
use crate::process::error::BuildError;
use crate::process::var::{Var, VarInner};

impl Declarations {
    pub fn var<T: Element, S: AnyShape>(
        &mut self,
        name: &'static str,
        init: impl FnOnce() -> Init<T>,
    ) -> Result<Var<T, S>, BuildError> {
        self.var_within(name, Constraint::any(), init)
    }

    pub fn var_within<T: Element, S: AnyShape>(
        &mut self,
        name: &'static str,
        valid: Constraint<T>,
        init: impl FnOnce() -> Init<T>,
    ) -> Result<Var<T, S>, BuildError> {
        let given = self.values.take(name);
        if self.next.inferred {
            return self.inferred_var(name, init(), given, valid);
        }
        // A Var of the population is the state of a sample.
        self.next.per_sample |= self.next.dims.is_none();
        self.declare_var(name, given.unwrap_or_else(init), valid)
    }

    /// A Var with the shape of `default`, its initial value unless another is given. If that is
    /// made later, so is the shape.
    fn inferred_var<T: Element, S: AnyShape>(
        &mut self,
        name: &'static str,
        default: Init<T>,
        given: Option<Init<T>>,
        valid: Constraint<T>,
    ) -> Result<Var<T, S>, BuildError> {
        default.added(self.seed.clone());
        let fits_any_shape = given.as_ref().is_none_or(|given| given.uniform().is_some());
        if S::DIMS.is_some() || !default.is_deferred() || !fits_any_shape {
            self.next.dims = Some(Dims::from(default.shape()));
            return self.declare_var(name, given.unwrap_or(default), valid);
        }
        if let Some(given) = &given {
            given
                .check_values(&valid)
                .map_err(|cause| self.init_error(name, cause))?;
        }
        let MemberOptions { private, .. } = std::mem::take(&mut self.next);
        let core = VarInner::deferred(name, default, given, valid, !private);
        Ok(self.add_var(core))
    }

    fn init_error(&self, var: &'static str, cause: VarError) -> BuildError {
        BuildError::Init {
            process: self.process.name.to_string(),
            var,
            cause,
        }
    }

    fn add_var<T: Element, S: AnyShape>(&mut self, core: VarInner<T>) -> Var<T, S> {
        let name = core.name;
        let core = Arc::new(core);
        self.vars.push(Box::new(Arc::clone(&core)));
        self.members
            .push((name, Box::new(VarKey::<Var<T, S>, T>::new(&core))));
        Var::new(self.process(), core)
    }

    /// A Var that the builder must be given: of the shape of its value, if neither its type nor its
    /// declaration says one.
    pub fn given_var<T: Element, S: AnyShape>(
        &mut self,
        name: &'static str,
    ) -> Result<Var<T, S>, BuildError> {
        self.given_var_within(name, Constraint::any())
    }

    pub fn given_var_within<T: Element, S: AnyShape>(
        &mut self,
        name: &'static str,
        valid: Constraint<T>,
    ) -> Result<Var<T, S>, BuildError> {
        let init = self.given::<T>(name);
        if S::DIMS.is_none() && self.next.dims.is_none() {
            self.next.dims = Some(init.shape().into());
        }
        self.declare_var(name, init, valid)
    }

    fn declare_var<T: Element, S: AnyShape>(
        &mut self,
        name: &'static str,
        init: Init<T>,
        valid: Constraint<T>,
    ) -> Result<Var<T, S>, BuildError> {
        let MemberOptions {
            dims,
            private,
            per_sample,
            ..
        } = std::mem::take(&mut self.next);
        let dims = self.dims::<S>(name, dims)?;
        // A type that knows its shape has no place for another axis.
        let has_own = per_sample && S::DIMS.is_none();
        let extents = Extents::new(dims, has_own.then(|| Arc::clone(&self.batch)));
        init.check(extents.whole(), &valid)
            .map_err(|cause| self.init_error(name, cause))?;
        init.added(self.seed.clone());
        Ok(self.add_var(VarInner::new(name, extents, init, valid, !private)))
    }
}

/// The key by which a model finds a Var of its process.
pub(crate) struct VarKey<M, T> {
    pub(crate) core: Arc<VarInner<T>>,
    member: PhantomData<fn() -> M>,
}

impl<M, T> VarKey<M, T> {
    fn new(core: &Arc<VarInner<T>>) -> VarKey<M, T> {
        VarKey {
            core: Arc::clone(core),
            member: PhantomData,
        }
    }
}
