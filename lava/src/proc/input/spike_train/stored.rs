//! Events in stored networks: steps and neurons, ascending.

use std::sync::Arc;

use super::{EventList, Events};
use crate::schema::{Storable, StoredArray, StoredValue, ValueError};

impl Storable for Events {
    fn store(&self) -> Result<StoredValue, ValueError> {
        let EventList {
            steps,
            neurons,
            merged,
            dt,
        } = &*self.0;
        Ok(StoredValue::table([
            (
                "steps",
                StoredValue::Array(StoredArray::new(&[steps.len()], steps)),
            ),
            (
                "neurons",
                StoredValue::Array(StoredArray::new(&[neurons.len()], neurons)),
            ),
            ("merged", merged.store()?),
            ("dt", dt.store()?),
        ]))
    }

    fn restore(value: &StoredValue) -> Result<Events, ValueError> {
        let fields = value.fields(&["steps", "neurons", "merged", "dt"])?;
        let list = EventList {
            steps: fields.value("steps")?.array()?.elements()?,
            neurons: fields.value("neurons")?.array()?.elements()?,
            merged: fields.field("merged")?,
            dt: fields.field("dt")?,
        };
        let is_ascending = list.steps.iter().zip(&list.neurons).is_sorted();
        match is_ascending && list.steps.len() == list.neurons.len() {
            true => Ok(Events(Arc::new(list))),
            false => Err(ValueError::new(
                "steps and neurons are not in ascending order",
            )),
        }
    }
}
