//! Checks of a model against its process: every field is a member of the process, and every member
//! has a field.

use std::marker::PhantomData;

use super::binder::{Binder, MemberSlot};
use super::field::ModelField;
use crate::process::{Declaration, Member, MemberKind};

/// A process that has the member whose name `#[process]` hashes to `NAME`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no port, Var or parameter of this name [E3101]",
    label = "not a member of `{Self}`",
    note = "mark a field of the model's own `#[local]`; every other field has the name of a member"
)]
pub trait HasMember<const NAME: u64> {}

/// The type `M` of that member. It is no associated type, which could not be a private one.
#[doc(hidden)]
pub trait MemberType<const NAME: u64, M> {}

/// Requires a member of a process.
#[doc(hidden)]
pub const fn has_member<P: HasMember<NAME>, const NAME: u64>() {}

/// Looks for a member of a process: its methods are those of [`NoMember`] if there is none, so that
/// nothing is reported twice.
#[doc(hidden)]
#[derive(Debug)]
pub struct MemberProbe<P, const NAME: u64>(PhantomData<fn() -> P>);

impl<P, const NAME: u64> MemberProbe<P, NAME> {
    pub const PROBE: Self = MemberProbe(PhantomData);
}

impl<P: HasMember<NAME>, const NAME: u64> MemberProbe<P, NAME> {
    pub const EXISTS: bool = true;

    pub fn slot<M>(&self) -> MemberSlot<M>
    where
        P: MemberType<NAME, M>,
    {
        MemberSlot::new()
    }
}

/// The answers of a [`MemberProbe`] about a member that does not exist.
#[doc(hidden)]
pub trait NoMember {
    const EXISTS: bool = false;

    fn slot(&self) -> MemberSlot<UnknownMember> {
        MemberSlot::new()
    }
}

impl<P, const NAME: u64> NoMember for MemberProbe<P, NAME> {}

/// A member that does not exist, or could not be read. Any field binds it: the mistake has been
/// reported.
#[doc(hidden)]
#[derive(Debug)]
pub enum UnknownMember {}

#[diagnostic::do_not_recommend]
impl<F, P> ModelField<UnknownMember, P> for F {
    fn bind(_: &'static str, _: &mut Binder<'_>) -> crate::Result<F> {
        unreachable!("a model without a process does not compile")
    }
}

/// Fails to compile if the process has no member for the `field` of its model.
#[doc(hidden)]
#[track_caller]
pub const fn check_field(exists: bool, process: &Declaration, field: &str, fields: &[&str]) {
    if exists {
        return;
    }
    let text = Text::new()
        .with("`")
        .with(process.name)
        .with("` has no port, Var or parameter `")
        .with(field);
    let text = match similar(process.members, field) {
        Some(member) => text
            .with("`; there is `")
            .with(member.name)
            .with("`. Mark a field of the model's own `#[local]`"),
        None => text
            .with("`")
            .with(without_field(process.members, fields).as_str())
            .with("; mark a field of the model's own `#[local]`"),
    };
    panic!("{}", text.with(" [E3101]").as_str())
}

/// Fails to compile if the `model` has no field for a member of its process. A model with a field
/// that is no member is not checked: that has been reported.
#[doc(hidden)]
#[track_caller]
pub const fn check_members(
    known: &[bool],
    process: &Declaration,
    model: &str,
    fields: &[&str],
    is_async: bool,
) {
    let mut index = 0;
    while index < known.len() {
        if !known[index] {
            return;
        }
        index += 1;
    }
    let mut text = Text::new()
        .with("`")
        .with(model)
        .with("` has no field for ");
    let (mut index, mut missing) = (0, 0);
    let mut fix = Text::new();
    while index < process.members.len() {
        let member = &process.members[index];
        index += 1;
        if contains(fields, member.name) {
            continue;
        }
        if missing > 0 {
            text = text.with(", ");
            fix = fix.with(", ");
        }
        missing += 1;
        text = text.with("`").with(member.name).with("`");
        fix = fix.with("`").with(member.name).with(": ");
        fix = field_type(fix, member, is_async).with("`");
    }
    if missing > 0 {
        text = text.with(" of `").with(process.name).with("`; add ");
        text = text.with(fix.as_str());
        if fields.is_empty() {
            text = text.with(". A hierarchical model has no fields and is marked `sub_model`");
        }
        panic!("{}", text.with(" [E3102]").as_str())
    }
}

/// `` , but `v` ``, the members without a field.
const fn without_field(members: &[Member], fields: &[&str]) -> Text {
    let (mut text, mut index) = (Text::new(), 0);
    while index < members.len() {
        if !contains(fields, members[index].name) {
            let separator = if text.len == 0 { ", but `" } else { ", `" };
            text = text.with(separator).with(members[index].name).with("`");
        }
        index += 1;
    }
    match text.len {
        0 => text,
        _ => text.with(", which the model lacks"),
    }
}

/// The type of a field for a member, as a user may write it.
const fn field_type(text: Text, member: &Member, is_async: bool) -> Text {
    let text = match member.kind {
        MemberKind::InPort if is_async => text.with("AsyncIn<"),
        MemberKind::OutPort if is_async => text.with("AsyncOut<"),
        MemberKind::InPort => text.with("In<"),
        MemberKind::OutPort => text.with("Out<"),
        MemberKind::RefPort => text.with("VarRef<"),
        MemberKind::VarPort => return text.with("Exposed"),
        MemberKind::Var if member.scalar => return text.with(member.element),
        MemberKind::Var => text.with("ArrayD<"),
        MemberKind::Param => return text.with(member.element),
    };
    text.with(member.element).with(">")
}

/// The member whose name differs least from `field`, by two letters at most.
const fn similar<'a>(members: &'a [Member], field: &str) -> Option<&'a Member> {
    let (mut index, mut best, mut least) = (0, None, 3);
    while index < members.len() {
        let distance = distance(members[index].name.as_bytes(), field.as_bytes());
        if distance < least && distance < field.len() {
            least = distance;
            best = Some(&members[index]);
        }
        index += 1;
    }
    best
}

/// The number of letters to insert, remove or replace; for long names, many.
const fn distance(a: &[u8], b: &[u8]) -> usize {
    const MAX: usize = 32;
    if a.len() >= MAX || b.len() >= MAX {
        return usize::MAX;
    }
    let mut row = [0; MAX];
    let mut j = 0;
    while j <= b.len() {
        row[j] = j;
        j += 1;
    }
    let mut i = 0;
    while i < a.len() {
        let (mut diagonal, mut j) = (row[0], 0);
        row[0] = i + 1;
        while j < b.len() {
            let replaced = diagonal + (a[i] != b[j]) as usize;
            diagonal = row[j + 1];
            let edited = 1 + min(row[j], row[j + 1]);
            row[j + 1] = min(replaced, edited);
            j += 1;
        }
        i += 1;
    }
    row[b.len()]
}

const fn min(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}

pub(crate) const fn contains(names: &[&str], name: &str) -> bool {
    let mut index = 0;
    while index < names.len() {
        if equal(names[index], name) {
            return true;
        }
        index += 1;
    }
    false
}

const fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut index = 0;
    while index < a.len() && index < b.len() && a[index] == b[index] {
        index += 1;
    }
    index == a.len() && index == b.len()
}

/// A text that is put together by the compiler. What does not fit is left out.
pub(crate) struct Text {
    bytes: [u8; Text::MAX],
    len: usize,
}

impl Text {
    const MAX: usize = 1024;

    pub(crate) const fn new() -> Text {
        Text {
            bytes: [0; Text::MAX],
            len: 0,
        }
    }

    pub(crate) const fn with(mut self, text: &str) -> Text {
        let text = text.as_bytes();
        if self.len + text.len() <= Text::MAX {
            let mut index = 0;
            while index < text.len() {
                self.bytes[self.len] = text[index];
                self.len += 1;
                index += 1;
            }
        }
        self
    }

    pub(crate) const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_differ_by_their_letters() {
        assert_eq!(distance(b"a_in", b"a_in"), 0);
        assert_eq!(distance(b"a_in", b"a_inn"), 1);
        assert_eq!(distance(b"weights", b"wieghts"), 2);
        assert_eq!(distance(b"", b"abc"), 3);
    }

    #[test]
    fn a_similar_member_is_one_with_few_other_letters() {
        const MEMBERS: [Member; 2] = [
            Member::in_port("a_in", "f32", false, ""),
            Member::var("v", "f32", false, ""),
        ];
        let of = |field| similar(&MEMBERS, field).map(|member| member.name);
        assert_eq!(of("a_inn"), Some("a_in"));
        assert_eq!(of("count"), None);
        assert_eq!(of("k"), None);
    }

    #[test]
    #[should_panic = "`M` has no field for `a_in`, `v` of `P`; add `a_in: In<f32>`, `v: ArrayD<f32>`"]
    fn missing_fields_are_named_with_their_types() {
        const MEMBERS: [Member; 2] = [
            Member::in_port("a_in", "f32", false, ""),
            Member::var("v", "f32", false, ""),
        ];
        check_members(
            &[true],
            &Declaration::new("P", "", &MEMBERS),
            "M",
            &["k"],
            false,
        );
    }
}
