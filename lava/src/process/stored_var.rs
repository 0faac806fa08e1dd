//! Vars in stored networks: the values that they begin with.

use std::any::{Any, TypeId};

use lava_core::data::{Dims, Element, Init};

use super::var::VarInner;
use crate::schema::{Storable, StoredArray, StoredValue, ValueError};

impl<T: Element> VarInner<T> {
    /// The value that the network begins with, as a file keeps it. Values in a form of their own are those
    /// that parameters of the process say, and are not kept, unless they were given.
    pub(super) fn stored(&self, is_given: bool) -> Result<Option<StoredValue>, ValueError> {
        let init = self.initial();
        if init.is_deferred() {
            if !is_given && !self.is_replaced(&init) {
                return Ok(None);
            }
            init.prepare()
                .map_err(|error| ValueError::new(error.to_string()))?;
        }
        let dims = Dims::from(init.shape());
        let Some(array) = init.broadcast(&dims) else {
            return Err(ValueError::new("the values cannot be made"));
        };
        if array.ndim() == 0
            && let Some(value) = array.first()
        {
            return stored_element(*value).map(Some);
        }
        let array = StoredArray::new(array.shape(), array.iter());
        Ok(Some(StoredValue::Array(array)))
    }
}

macro_rules! elements {
    ($($type:ident)+) => {
        /// An element as a file keeps it.
        fn stored_element<T: Element>(element: T) -> Result<StoredValue, ValueError> {
            let element: &dyn Any = &element;
            $(if let Some(element) = element.downcast_ref::<$type>() {
                return element.store();
            })+
            Err(ValueError::new("the type of the elements is unknown"))
        }

        /// The `Init<T>` of a Var whose elements have this type.
        pub(crate) fn init_of(
            element: TypeId,
            value: &StoredValue,
        ) -> Result<Box<dyn Any + Send + Sync>, ValueError> {
            $(if element == TypeId::of::<$type>() {
                return init::<$type>(value);
            })+
            Err(ValueError::new("the type of the elements is unknown"))
        }

        /// The name of a type of elements.
        pub(crate) fn element_name(element: TypeId) -> Option<&'static str> {
            $(if element == TypeId::of::<$type>() {
                return Some(stringify!($type));
            })+
            None
        }
    };
}

elements!(f32 f64 bool i8 i16 i32 i64 u8 u16 u32 u64);

fn init<T: Element + Storable>(
    value: &StoredValue,
) -> Result<Box<dyn Any + Send + Sync>, ValueError> {
    let init: Init<T> = match value {
        StoredValue::Array(array) => Init::new(array.to_array::<T>()?),
        _ => Init::new(T::restore(value)?),
    };
    Ok(Box::new(init))
}
