//! Metadata: data without an effect.

use std::collections::BTreeMap;

use super::super::hdf5::{FileGroup, Item};
use super::super::tensor::Tensor;

/// Metadata of a node or graph: values by name. Nothing that is computed depends on them.
///
/// ```
/// use lava::nir::Metadata;
///
/// let mut metadata = Metadata::default();
/// metadata.insert("author", "somebody".to_owned());
/// assert_eq!(metadata.get("author").and_then(|value| value.text()), Some("somebody"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata(BTreeMap<String, MetadataItem>);

/// An item of [`Metadata`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum MetadataItem {
    /// A value.
    Value(Tensor),
    /// Values by name.
    Map(Metadata),
}

impl Metadata {
    /// Returns `true` if there is nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets the value `name`.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Tensor>) {
        self.0
            .insert(name.into(), MetadataItem::Value(value.into()));
    }

    /// Sets the values `name`.
    pub fn insert_map(&mut self, name: impl Into<String>, map: Metadata) {
        self.0.insert(name.into(), MetadataItem::Map(map));
    }

    /// Returns the value `name`, or `None` if there is none of that name.
    pub fn get(&self, name: &str) -> Option<&Tensor> {
        match self.0.get(name)? {
            MetadataItem::Value(value) => Some(value),
            MetadataItem::Map(_) => None,
        }
    }

    /// All items, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &MetadataItem)> {
        self.0.iter().map(|(name, item)| (name.as_str(), item))
    }

    pub(super) fn read(group: &FileGroup) -> Metadata {
        let item = |item: &Item| match item {
            Item::Data(data) => MetadataItem::Value(data.clone()),
            Item::Group(group) => MetadataItem::Map(Metadata::read(group)),
        };
        let items = group.items.iter();
        Metadata(
            items
                .map(|(name, value)| (name.clone(), item(value)))
                .collect(),
        )
    }

    pub(super) fn to_group(&self) -> FileGroup {
        let mut group = FileGroup::default();
        for (name, item) in &self.0 {
            match item {
                MetadataItem::Value(value) => group.insert(name, value.clone()),
                MetadataItem::Map(map) => group.insert_group(name, map.to_group()),
            }
        }
        group
    }
}
