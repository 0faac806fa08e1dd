//! Declaration of a model, in the user's own tokens.

use proc_macro2::Ident;
use syn::{Expr, Generics, Path, Type};

use crate::paths::Library;

/// The struct under `#[implements]`.
pub(crate) struct Model {
    pub(crate) library: Library,
    pub(crate) name: Ident,
    pub(crate) generics: Generics,
    pub(crate) fields: Vec<Field>,
    /// The parameters that only the process has: `for<S: Shape>`.
    pub(crate) process_generics: Generics,
    pub(crate) process: Path,
    pub(crate) protocol: Path,
    /// Chosen only where a configuration asks for it.
    pub(crate) alternative: bool,
    /// The word `shardable`, where it was given.
    pub(crate) shardable: Option<Ident>,
    /// The fields that are whole in every shard.
    pub(crate) replicated: Vec<Ident>,
    /// The word `batch` or `per_sample`, where it was given.
    pub(crate) batching: Option<Ident>,
    /// The out-ports into which the model only adds.
    pub(crate) adds_to: Vec<Ident>,
    /// The word `sub_model`, where it was given.
    pub(crate) sub_model: Option<Ident>,
    /// `Cpu` where the user names none.
    pub(crate) resource: Option<Path>,
    pub(crate) tags: Vec<Path>,
    /// Not for configurations that take any tag.
    pub(crate) explicit: Option<Ident>,
    /// The names of fields that could not be read.
    pub(crate) unread: Vec<Ident>,
    /// The impls have no content: a mistake was found that the compiler would find in it again.
    pub(crate) is_hollow: bool,
}

/// A field of the model.
pub(crate) struct Field {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) role: Role,
}

/// Role of a field.
pub(crate) enum Role {
    /// Bound to the process's member of the same name.
    Bound,
    /// The model's own.
    Local(LocalField),
}

/// A field of the model's own.
#[derive(Default)]
pub(crate) struct LocalField {
    /// Its first value, where that is not the default.
    pub(crate) init: Option<Expr>,
    /// It is made again from Vars: snapshots do not keep it.
    pub(crate) is_rebuilt: bool,
}

impl Model {
    /// The field with a name.
    pub(crate) fn field(&self, name: &Ident) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == *name)
    }

    pub(crate) fn bound(&self) -> impl Iterator<Item = &Field> {
        self.fields
            .iter()
            .filter(|field| matches!(field.role, Role::Bound))
    }
}
