//! Procedural projections in stored networks: their description.

use std::sync::Arc;

use super::{ProceduralDescription, ProceduralProjection};
use crate::schema::{Storable, StoredValue, ValueError};

impl Storable for ProceduralProjection {
    fn store(&self) -> Result<StoredValue, ValueError> {
        let seed_of = self.0.seed.get().map(|seed| seed.process().to_owned());
        Ok(StoredValue::table([
            ("projection", self.0.projection.store()?),
            ("seed_of", seed_of.store()?),
        ]))
    }

    fn restore(value: &StoredValue) -> Result<ProceduralProjection, ValueError> {
        let fields = value.fields(&["projection", "seed_of"])?;
        Ok(ProceduralProjection(Arc::new(ProceduralDescription {
            seed_of: fields.field("seed_of")?,
            ..ProceduralDescription::of(fields.field("projection")?)
        })))
    }
}
