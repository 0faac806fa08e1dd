//! The static description of a process: what `#[process]` read, for compilers and tools.

use std::any::TypeId;

/// The members of a process, in declaration order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declaration {
    /// The name of the process type.
    pub name: &'static str,
    /// Its documentation.
    pub docs: &'static str,
    /// Its ports, Vars and parameters.
    pub members: &'static [Member],
}

impl Declaration {
    /// Made by `#[process]`.
    #[doc(hidden)]
    pub const fn new(
        name: &'static str,
        docs: &'static str,
        members: &'static [Member],
    ) -> Declaration {
        Declaration {
            name,
            docs,
            members,
        }
    }
}

/// One port, Var or parameter of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The name of the field.
    pub name: &'static str,
    /// Its kind.
    pub kind: MemberKind,
    /// The payload, element or parameter type, as written.
    pub element: &'static str,
    /// Its documentation.
    pub docs: &'static str,
    /// For a Var: one value for the whole population.
    pub scalar: bool,
    /// For an in-port or ref-port: it must be connected. For a Var or parameter: the builder must be given it.
    pub required: bool,
    /// The payload, element or parameter type.
    #[doc(hidden)]
    pub type_id: Option<TypeId>,
}

impl Member {
    const fn new(
        kind: MemberKind,
        name: &'static str,
        element: &'static str,
        required: bool,
        docs: &'static str,
    ) -> Member {
        Member {
            name,
            kind,
            element,
            docs,
            scalar: false,
            required,
            type_id: None,
        }
    }

    /// The same member with its payload, element or parameter type.
    #[doc(hidden)]
    #[must_use]
    pub const fn of<X: ?Sized + 'static>(mut self) -> Member {
        self.type_id = Some(TypeId::of::<X>());
        self
    }

    /// The same Var with one value for the whole population.
    #[doc(hidden)]
    #[must_use]
    pub const fn scalar(mut self) -> Member {
        self.scalar = true;
        self
    }

    #[doc(hidden)]
    pub const fn in_port(
        name: &'static str,
        element: &'static str,
        required: bool,
        docs: &'static str,
    ) -> Member {
        Member::new(MemberKind::InPort, name, element, required, docs)
    }

    #[doc(hidden)]
    pub const fn out_port(
        name: &'static str,
        element: &'static str,
        required: bool,
        docs: &'static str,
    ) -> Member {
        Member::new(MemberKind::OutPort, name, element, required, docs)
    }

    #[doc(hidden)]
    pub const fn ref_port(
        name: &'static str,
        element: &'static str,
        required: bool,
        docs: &'static str,
    ) -> Member {
        Member::new(MemberKind::RefPort, name, element, required, docs)
    }

    #[doc(hidden)]
    pub const fn var_port(
        name: &'static str,
        element: &'static str,
        required: bool,
        docs: &'static str,
    ) -> Member {
        Member::new(MemberKind::VarPort, name, element, required, docs)
    }

    #[doc(hidden)]
    pub const fn var(
        name: &'static str,
        element: &'static str,
        required: bool,
        docs: &'static str,
    ) -> Member {
        Member::new(MemberKind::Var, name, element, required, docs)
    }

    #[doc(hidden)]
    pub const fn param(
        name: &'static str,
        element: &'static str,
        required: bool,
        docs: &'static str,
    ) -> Member {
        Member::new(MemberKind::Param, name, element, required, docs)
    }
}

/// The kinds of [`Member`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemberKind {
    /// An [`InPort`](crate::InPort).
    InPort,
    /// An [`OutPort`](crate::OutPort).
    OutPort,
    /// A [`RefPort`](crate::RefPort).
    RefPort,
    /// A [`VarPort`](crate::VarPort).
    VarPort,
    /// A [`Var`](crate::Var).
    Var,
    /// A [`Param`](crate::Param).
    Param,
}
