//! The static description of a process: what `#[process]` read, for compilers and tools.

/// What a process declares, in declaration order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Declaration {
    /// The name of the process type.
    pub name: &'static str,
    /// Its documentation.
    pub docs: &'static str,
    /// Its ports, Vars and parameters.
    pub members: &'static [Member],
}

/// One port, Var or parameter of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// The name of the field.
    pub name: &'static str,
    /// What it is.
    pub kind: MemberKind,
    /// The payload, element or parameter type, as written.
    pub element: &'static str,
    /// Its documentation.
    pub docs: &'static str,
    /// For an in-port: it must be fed. For a Var or parameter: the builder must be given it.
    pub required: bool,
}

/// The kinds of [`Member`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
