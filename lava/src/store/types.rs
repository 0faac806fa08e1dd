//! The types of payloads and elements: their names, and the conversions between them.

use std::any::TypeId;

use lava_core::data::{Converts, Payload, Spike};
use lava_core::transport::InboundFactory;

use super::registry;
use crate::process::{Member, MemberKind, element_name};

/// The name of the type of a member: of a payload, an element, or a parameter.
pub(super) fn type_name(member: &Member) -> String {
    let named = member.type_id.and_then(|type_id| match member.kind {
        MemberKind::Param => registry::parameter_of(type_id).map(|parameter| parameter.name),
        _ if type_id == TypeId::of::<Spike>() => Some("Spike"),
        _ => element_name(type_id),
    });
    named.unwrap_or(member.element).to_owned()
}

/// The factory that takes messages of one payload into an in-port of another.
pub(super) fn factory(from: TypeId, to: TypeId) -> Option<InboundFactory> {
    macro_rules! from {
        ($($type:ty)+) => {
            $(if from == TypeId::of::<$type>() {
                return factory_from::<$type>(to);
            })+
        };
    }
    from!(Spike f32 f64 i8 i16 i32 i64 u8 u16 u32 u64);
    None
}

macro_rules! to {
    ($($type:ty)+) => {
        fn factory_from<A: Payload + Converts<A>>(to: TypeId) -> Option<InboundFactory>
        where
            $($type: Converts<A>,)+
        {
            if to == TypeId::of::<A>() {
                return Some(InboundFactory::identity::<A>());
            }
            $(if to == TypeId::of::<$type>() {
                return Some(InboundFactory::converting::<A, $type>());
            })+
            None
        }
    };
}

to!(Spike f32 f64 i8 i16 i32 i64 u8 u16 u32 u64);
