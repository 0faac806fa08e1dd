//! The processes and parameters that files name.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use lava_core::data::{Element, Init, IntoInit, SharedValues};

use crate::graph::{Cpu, HasModel, ModelSpec};
use crate::process::error::BuildError;
use crate::process::{Declaration, Declarations, Param, Process, VarInner};
use crate::schema::{Storable, StoredValue, ValueError};

/// Makes processes known by their names, so that networks of them are stored and read: types without type
/// parameters, at the top level of a crate. Models that no run configuration selects follow in brackets.
///
/// The name in files is that of the crate and the type, `my_crate::Counter`; a program that reads such a
/// file names the crate (`use my_crate as _;`), or the linker leaves it out.
///
/// ```
/// use lava::prelude::*;
///
/// #[process]
/// pub struct Counter {
///     #[var(init = 0)]
///     count: Var<i64>,
/// }
/// # #[implements(proc = Counter, protocol = Loihi)]
/// # struct CounterModel { count: ArrayD<i64> }
/// # impl LoihiModel for CounterModel {}
/// # #[implements(proc = Counter, protocol = Loihi, alternative)]
/// # struct Backwards { count: ArrayD<i64> }
/// # impl LoihiModel for Backwards {}
///
/// lava::register_process!(Counter: [Backwards]);
///
/// # fn main() -> lava::Result<()> {
/// # let path = std::env::temp_dir().join(format!("lava-doc-{}.lava", std::process::id()));
/// let net = Network::<Loihi1SimCfg>::new();
/// net.add(Counter::shape([1]).name("counter").with_model::<Backwards>())?;
/// net.store(&path)?;
/// let read = Network::<Loihi1SimCfg>::load(&path)?;
/// assert_eq!(read.var::<i64>("counter.count")?.get()?[0], 0);
/// # std::fs::remove_file(&path)?;
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! register_process {
    ($($process:ty $(: [$($model:ty),+ $(,)?])?),+ $(,)?) => {$(
        $crate::store::inventory::submit! {
            $crate::store::RegisteredProcess::new::<$process>(
                concat!(env!("CARGO_PKG_NAME"), "::", stringify!($process)),
                || {
                    #[allow(unused_imports)]
                    use $crate::store::{HasNone as _, HasOne as _};
                    let mut models = ::std::vec::Vec::new();
                    (&$crate::store::ModelFor::<$process, $crate::model::Loihi, $crate::network::AnyTag>::NEW)
                        .add_to(&mut models);
                    (&$crate::store::ModelFor::<$process, $crate::model::Loihi, $crate::network::FixedPt>::NEW)
                        .add_to(&mut models);
                    (&$crate::store::ModelFor::<$process, $crate::model::Loihi, $crate::network::FloatingPt>::NEW)
                        .add_to(&mut models);
                    (&$crate::store::ModelFor::<$process, $crate::model::Async, $crate::network::AnyTag>::NEW)
                        .add_to(&mut models);
                    $($(models.push($crate::store::model::<$process, $model>());)+)?
                    models
                },
            )
        }
    )+};
}

/// Makes types of parameters known, which implement [`Storable`](crate::schema::Storable), so that processes
/// that have them are stored and read.
///
/// ```
/// #[derive(Clone, Debug)]
/// struct Filter {
///     taps: Vec<f64>,
/// }
///
/// lava::storable!(struct Filter { taps });
/// lava::register_parameter!(Filter);
/// ```
#[macro_export]
macro_rules! register_parameter {
    ($($type:ty),+ $(,)?) => {$(
        $crate::store::inventory::submit! {
            $crate::store::RegisteredParameter::new::<$type>(
                concat!(env!("CARGO_PKG_NAME"), "::", stringify!($type)),
            )
        }
    )+};
}

/// A process that files name: made by [`register_process!`](crate::register_process).
#[doc(hidden)]
pub struct RegisteredProcess {
    pub(super) name: &'static str,
    pub(super) type_id: fn() -> TypeId,
    pub(super) declaration: Declaration,
    pub(super) declare: fn(&mut Declarations) -> Result<(), BuildError>,
    pub(super) models: fn() -> Vec<ModelSpec>,
}

impl std::fmt::Debug for RegisteredProcess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RegisteredProcess")
            .field(&self.name)
            .finish()
    }
}

impl RegisteredProcess {
    pub const fn new<P: Process>(
        name: &'static str,
        models: fn() -> Vec<ModelSpec>,
    ) -> RegisteredProcess {
        RegisteredProcess {
            name,
            type_id: TypeId::of::<P>,
            declaration: P::DECLARATION,
            declare: |declarations| P::declare(declarations).map(drop),
            models,
        }
    }
}

/// A parameter that files can hold: made by [`register_parameter!`](crate::register_parameter).
#[doc(hidden)]
pub struct RegisteredParameter {
    pub(super) name: &'static str,
    type_id: fn() -> TypeId,
    store: fn(&dyn Any) -> Result<StoredValue, ValueError>,
    restore: fn(&StoredValue) -> Result<Box<dyn Any + Send + Sync>, ValueError>,
}

impl std::fmt::Debug for RegisteredParameter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RegisteredParameter")
            .field(&self.name)
            .finish()
    }
}

impl RegisteredParameter {
    pub const fn new<X: Storable + Send + Sync + 'static>(
        name: &'static str,
    ) -> RegisteredParameter {
        RegisteredParameter {
            name,
            type_id: TypeId::of::<X>,
            store: |param| match param.downcast_ref::<Param<X>>() {
                Some(param) => param.store(),
                None => Err(ValueError::new("the parameter has another type")),
            },
            restore: |value| Ok(Box::new(X::restore(value)?)),
        }
    }

    /// The value of a parameter, a `Param<X>`.
    pub(super) fn store(&self, param: &dyn Any) -> Result<StoredValue, ValueError> {
        (self.store)(param)
    }

    /// The parameter of a value, an `X`.
    pub(super) fn restore(
        &self,
        value: &StoredValue,
    ) -> Result<Box<dyn Any + Send + Sync>, ValueError> {
        (self.restore)(value)
    }
}

/// Values in a form of their own, as which a Var can be given: [`Events`](crate::proc::Events).
pub(super) struct RegisteredValues {
    name: &'static str,
    element: fn() -> TypeId,
    /// The values of a Var, an `Arc<VarInner<T>>`, if they have this form.
    store: fn(&dyn Any) -> Option<Result<StoredValue, ValueError>>,
    /// The `Init<T>` of a value.
    restore: fn(&StoredValue) -> Result<Box<dyn Any + Send + Sync>, ValueError>,
}

impl RegisteredValues {
    pub(super) const fn new<T, V>(name: &'static str) -> RegisteredValues
    where
        T: Element,
        V: SharedValues<T> + IntoInit<T> + Storable + Clone,
    {
        RegisteredValues {
            name,
            element: TypeId::of::<T>,
            store: |var| {
                let var = var.downcast_ref::<Arc<VarInner<T>>>()?;
                Some(var.initial().shared::<V>()?.store())
            },
            restore: |value| Ok(Box::new(Init::<T>::new(V::restore(value)?))),
        }
    }
}

inventory::collect!(RegisteredValues);

/// The values of a Var, an `Arc<VarInner<T>>`, if they have a registered form.
pub(super) fn stored_values(var: &dyn Any) -> Option<Result<StoredValue, ValueError>> {
    let mut all = inventory::iter::<RegisteredValues>.into_iter();
    all.find_map(|values| {
        let stored = (values.store)(var)?;
        Some(stored.map(|stored| StoredValue::table([(values.name, stored)])))
    })
}

/// The `Init<T>` of a Var, whose elements have the type `element`.
pub(super) fn init_of(
    element: TypeId,
    value: &StoredValue,
) -> Result<Box<dyn Any + Send + Sync>, ValueError> {
    let StoredValue::Table(_) = value else {
        return crate::process::init_of(element, value);
    };
    let (name, content) = crate::schema::variant(value)?;
    let mut all = inventory::iter::<RegisteredValues>.into_iter();
    let values = all.find(|values| values.name == name && (values.element)() == element);
    match (values, content) {
        (Some(values), Some(content)) => {
            (values.restore)(content).map_err(|error| error.within(name))
        }
        _ => Err(ValueError::new(format!(
            "`{name}` is no form of values for a Var of this type"
        ))),
    }
}

inventory::collect!(RegisteredProcess);
inventory::collect!(RegisteredParameter);

/// The processes that are registered, by type and by name.
struct Processes {
    by_type: HashMap<TypeId, &'static RegisteredProcess>,
    /// `None` for a name that two of them have.
    by_name: HashMap<&'static str, Option<&'static RegisteredProcess>>,
}

fn processes() -> &'static Processes {
    static PROCESSES: OnceLock<Processes> = OnceLock::new();
    PROCESSES.get_or_init(|| {
        let (mut by_type, mut by_name) = (HashMap::new(), HashMap::new());
        for process in inventory::iter::<RegisteredProcess> {
            let type_id = (process.type_id)();
            // Registered in two places it is the same process.
            if by_type.insert(type_id, process).is_none() {
                let named = by_name.entry(process.name).or_insert(Some(process));
                *named = named.filter(|named| (named.type_id)() == type_id);
            }
        }
        Processes { by_type, by_name }
    })
}

/// The process of a type.
pub(super) fn process_of(type_id: TypeId) -> Option<&'static RegisteredProcess> {
    processes().by_type.get(&type_id).copied()
}

/// The process of a name.
///
/// # Errors
/// A text, if there is none, or there are several.
pub(super) fn process_named(name: &str) -> Result<&'static RegisteredProcess, String> {
    match processes().by_name.get(name) {
        Some(Some(process)) => Ok(process),
        Some(None) => Err(format!(
            "two processes are registered as `{name}`; give one of the types another name"
        )),
        None => Err(format!(
            "no process is registered as `{name}`; name the crate that registers it, `use … as _;`, or write `lava::register_process!(…)`"
        )),
    }
}

/// The parameter of a type.
pub(super) fn parameter_of(type_id: TypeId) -> Option<&'static RegisteredParameter> {
    static PARAMETERS: OnceLock<HashMap<TypeId, &'static RegisteredParameter>> = OnceLock::new();
    let parameters = PARAMETERS.get_or_init(|| {
        let all = inventory::iter::<RegisteredParameter>;
        all.into_iter()
            .map(|parameter| ((parameter.type_id)(), parameter))
            .collect()
    });
    parameters.get(&type_id).copied()
}

/// The model of a process `P` for a protocol and a tag, if there is one.
#[doc(hidden)]
#[derive(Debug)]
pub struct ModelFor<P, Protocol, Tag>(PhantomData<fn() -> (P, Protocol, Tag)>);

impl<P, Protocol, Tag> ModelFor<P, Protocol, Tag> {
    pub const NEW: Self = ModelFor(PhantomData);
}

#[doc(hidden)]
pub trait HasOne {
    fn add_to(&self, models: &mut Vec<ModelSpec>);
}

impl<P: HasModel<Protocol, Tag, Cpu>, Protocol, Tag> HasOne for ModelFor<P, Protocol, Tag> {
    fn add_to(&self, models: &mut Vec<ModelSpec>) {
        models.push(P::spec());
    }
}

/// The method that is found where there is no model.
#[doc(hidden)]
pub trait HasNone {
    fn add_to(&self, _: &mut Vec<ModelSpec>) {}
}

impl<P, Protocol, Tag> HasNone for &ModelFor<P, Protocol, Tag> {}

/// The specification of a model.
#[doc(hidden)]
pub fn model<P, M: crate::graph::ModelOf<P>>() -> ModelSpec {
    M::spec()
}
