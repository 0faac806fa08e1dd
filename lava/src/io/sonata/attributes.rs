//! Attributes of nodes and edges: of their types, and of the groups that hold what differs from one to the other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::hdf5::{FileGroup, Item};
use super::super::tensor::{Tensor, TensorValues};
use super::files;
use super::types::TypeTable;

/// A value of an attribute.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum AttributeValue {
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A truth value.
    Truth(bool),
}

impl From<f64> for AttributeValue {
    fn from(number: f64) -> AttributeValue {
        AttributeValue::Number(number)
    }
}

impl From<&str> for AttributeValue {
    fn from(text: &str) -> AttributeValue {
        AttributeValue::Text(text.to_owned())
    }
}

/// Parameters of a model by name, as a file `dynamics_params` has them.
pub type ModelParameters = BTreeMap<String, AttributeValue>;

/// A group: arrays with an element for each of its members.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct AttributeGroup {
    /// Attributes by name.
    pub attributes: BTreeMap<String, Tensor>,
    /// Parameters of the models by name.
    pub dynamics_params: BTreeMap<String, Tensor>,
    /// The texts that integers of an attribute stand for.
    pub library: BTreeMap<String, Vec<String>>,
}

/// The attributes of the nodes or edges of a population. One of a group is before that of the type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes {
    pub(super) types: Vec<u64>,
    pub(super) group_ids: Vec<u64>,
    pub(super) group_indices: Vec<u64>,
    pub(super) groups: BTreeMap<u64, AttributeGroup>,
    pub(super) table: TypeTable,
}

impl Attributes {
    /// `count` members of type `id`, all in a group.
    pub(super) fn uniform(
        count: usize,
        id: u64,
        table: TypeTable,
        group: AttributeGroup,
    ) -> Attributes {
        Attributes {
            types: vec![id; count],
            group_ids: vec![0; count],
            group_indices: (0..count as u64).collect(),
            groups: BTreeMap::from([(0, group)]),
            table,
        }
    }

    /// Reads those of a population of `count` members: `of` is `node` or `edge`.
    pub(super) fn read(
        tree: &FileGroup,
        of: &str,
        count: usize,
        table: TypeTable,
    ) -> Result<Attributes, String> {
        let types = files::naturals_of(tree, &format!("{of}_type_id"), count)?;
        if let Some(unknown) = types.iter().find(|id| !table.rows.contains_key(id)) {
            return Err(format!("the table of types has no type {unknown}"));
        }
        let mut groups = BTreeMap::new();
        for (name, item) in &tree.items {
            if let (Item::Group(group), Ok(id)) = (item, name.parse::<u64>()) {
                groups.insert(
                    id,
                    AttributeGroup::read(group).map_err(|e| format!("group {id}: {e}"))?,
                );
            }
        }
        let [ids, indices] = [format!("{of}_group_id"), format!("{of}_group_index")];
        let is_grouped = tree.data(&ids).is_some() || tree.data(&indices).is_some();
        let (group_ids, group_indices) = match is_grouped {
            true => (
                files::naturals_of(tree, &ids, count)?,
                files::naturals_of(tree, &indices, count)?,
            ),
            false => (vec![0; count], (0..count as u64).collect()),
        };
        let attributes = Attributes {
            types,
            group_ids,
            group_indices,
            groups,
            table,
        };
        attributes.check()?;
        Ok(attributes)
    }

    /// Fails if a member has a place in a group that the arrays of the group do not have.
    fn check(&self) -> Result<(), String> {
        let lengths: BTreeMap<u64, u64> = self
            .groups
            .iter()
            .map(|(id, group)| (*id, group.len()))
            .collect();
        for (id, index) in self.group_ids.iter().zip(&self.group_indices) {
            match lengths.get(id) {
                Some(len) if index < len => {}
                Some(len) => {
                    return Err(format!("group {id} has {len} members, and none {index}"));
                }
                // A group without attributes may be left out.
                None if self.groups.is_empty() => {}
                None => return Err(format!("there is no group {id}")),
            }
        }
        Ok(())
    }

    /// Adds the arrays to the tree of a population.
    pub(super) fn write(&self, tree: &mut FileGroup, of: &str) {
        let count = self.types.len();
        let array = |values: &[u64]| Tensor::new([count], values.to_vec());
        tree.insert(&format!("{of}_type_id"), array(&self.types));
        tree.insert(&format!("{of}_group_id"), array(&self.group_ids));
        tree.insert(&format!("{of}_group_index"), array(&self.group_indices));
        for (id, group) in &self.groups {
            tree.insert_group(&id.to_string(), group.to_tree());
        }
    }

    /// The type of a member.
    pub fn type_id(&self, member: usize) -> Option<u64> {
        self.types.get(member).copied()
    }

    /// The table of types.
    pub fn types(&self) -> &TypeTable {
        &self.table
    }

    /// The groups, by their ids.
    pub fn groups(&self) -> &BTreeMap<u64, AttributeGroup> {
        &self.groups
    }

    /// The names of all attributes, those of parameters aside.
    pub fn names(&self) -> BTreeSet<&str> {
        let of_types = self.table.rows.values().flat_map(BTreeMap::keys);
        let of_groups = self
            .groups
            .values()
            .flat_map(|group| group.attributes.keys());
        of_types.chain(of_groups).map(String::as_str).collect()
    }

    /// The value of an attribute of a member. Returns `None` if it has none of that name.
    pub fn value(&self, member: usize, name: &str) -> Option<AttributeValue> {
        let group = self.groups.get(self.group_ids.get(member)?);
        if let Some(data) = group.and_then(|group| group.attributes.get(name)) {
            let index = *self.group_indices.get(member)? as usize;
            let texts = group.and_then(|group| group.library.get(name));
            return element(data, texts, index);
        }
        let field = self.table.get(self.types[member], name)?;
        Some(
            field
                .parse()
                .map_or_else(|_| AttributeValue::from(field), AttributeValue::Number),
        )
    }

    /// The attribute `name` of each member as a number.
    pub(super) fn numbers(&self, name: &str) -> Result<Vec<Option<f64>>, String> {
        let of_field = |field: &str| {
            let number = field.parse().ok().filter(|number: &f64| number.is_finite());
            number.ok_or_else(|| format!("`{name}` is `{field}` for a type, and no number"))
        };
        self.column(
            |group| Some(numbers(name, group.attributes.get(name)?)),
            |id| Some(of_field(self.table.get(id, name)?)),
        )
    }

    /// The attribute `name` of each member as a text.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<Option<Arc<str>>>, String> {
        let of_group = |group: &AttributeGroup| {
            let data = group.attributes.get(name)?;
            let text = |index| match element(data, group.library.get(name), index) {
                Some(AttributeValue::Text(text)) => Ok(Arc::from(text)),
                _ => Err(format!("`{name}` is no array of texts")),
            };
            Some((0..data.len()).map(text).collect())
        };
        self.column(of_group, |id| {
            Some(Ok(Arc::from(self.table.get(id, name)?)))
        })
    }

    /// The parameter `name` of each member: of its group, or of the file that its type names as `dynamics_params`.
    pub(super) fn parameters(
        &self,
        name: &str,
        files: &BTreeMap<String, ModelParameters>,
    ) -> Result<Vec<Option<f64>>, String> {
        let of_type = |id| {
            let file = files.get(self.table.get(id, "dynamics_params")?)?;
            Some(match file.get(name)? {
                AttributeValue::Number(number) => Ok(*number),
                _ => Err(format!("the parameter `{name}` is no number")),
            })
        };
        self.column(
            |group| Some(numbers(name, group.dynamics_params.get(name)?)),
            of_type,
        )
    }

    /// A value for each member: that of its group, which has one for each of its members, else that of its type.
    fn column<T: Clone>(
        &self,
        of_group: impl Fn(&AttributeGroup) -> Option<Result<Vec<T>, String>>,
        of_type: impl Fn(u64) -> Option<Result<T, String>>,
    ) -> Result<Vec<Option<T>>, String> {
        let mut of_groups = BTreeMap::new();
        for (id, group) in &self.groups {
            if let Some(values) = of_group(group).transpose()? {
                of_groups.insert(*id, values);
            }
        }
        let mut of_types = BTreeMap::new();
        for id in self.table.ids() {
            if let Some(value) = of_type(id).transpose()? {
                of_types.insert(id, value);
            }
        }
        let places = self.group_ids.iter().zip(&self.group_indices);
        let members = self.types.iter().zip(places);
        let value = |(id, (group, index)): (&u64, (&u64, &u64))| {
            let of_group = of_groups.get(group);
            let value = of_group.and_then(|values| values.get(*index as usize));
            value.or_else(|| of_types.get(id)).cloned()
        };
        Ok(members.map(value).collect())
    }

    /// The names of the parameters that the members `which` have.
    pub(super) fn parameter_names(
        &self,
        which: &[usize],
        files: &BTreeMap<String, ModelParameters>,
    ) -> BTreeSet<String> {
        let kinds: BTreeSet<(u64, u64)> = which
            .iter()
            .map(|member| (self.group_ids[*member], self.types[*member]))
            .collect();
        let mut names = BTreeSet::new();
        for (group, id) in kinds {
            if let Some(group) = self.groups.get(&group) {
                names.extend(group.dynamics_params.keys().cloned());
            }
            let file = self.table.get(id, "dynamics_params");
            if let Some(parameters) = file.and_then(|file| files.get(file)) {
                names.extend(parameters.keys().cloned());
            }
        }
        names
    }
}

fn numbers(name: &str, data: &Tensor) -> Result<Vec<f64>, String> {
    let numbers = data
        .to_f64()
        .filter(|numbers| numbers.iter().all(|number| number.is_finite()));
    numbers.ok_or_else(|| format!("`{name}` is no array of finite numbers"))
}

/// An element of an array, an integer by the texts of its library, if it has one.
fn element(data: &Tensor, library: Option<&Vec<String>>, index: usize) -> Option<AttributeValue> {
    /// The element of each type of numbers, which double precision holds.
    macro_rules! number {
        ($($variant:ident),*) => {
            match data.values() {
                TensorValues::Text(texts) => return texts.get(index).cloned().map(AttributeValue::Text),
                TensorValues::Bool(truths) => return truths.get(index).copied().map(AttributeValue::Truth),
                $(TensorValues::$variant(values) => *values.get(index)? as f64,)*
            }
        };
    }
    #[allow(clippy::unnecessary_cast, reason = "one expression for all types")]
    let number = number!(F32, F64, I8, I16, I32, I64, U8, U16, U32, U64);
    match library {
        Some(texts) => texts
            .get(number as usize)
            .cloned()
            .map(AttributeValue::Text),
        None => Some(AttributeValue::Number(number)),
    }
}

impl AttributeGroup {
    /// The members that the arrays have elements for.
    fn len(&self) -> u64 {
        let arrays = self
            .attributes
            .values()
            .chain(self.dynamics_params.values());
        let lengths = arrays.map(|array| array.shape().first().copied().unwrap_or(0) as u64);
        lengths.min().unwrap_or(u64::MAX)
    }

    fn read(tree: &FileGroup) -> Result<AttributeGroup, String> {
        let mut group = AttributeGroup::default();
        for (name, item) in &tree.items {
            match (item, name.as_str()) {
                (Item::Data(data), _) => {
                    group.attributes.insert(name.clone(), data.clone());
                }
                (Item::Group(parameters), "dynamics_params") => {
                    for (name, item) in &parameters.items {
                        let Item::Data(data) = item else {
                            return Err(format!("the parameter `{name}` is no array"));
                        };
                        group.dynamics_params.insert(name.clone(), data.clone());
                    }
                }
                (Item::Group(library), "@library") => {
                    for (name, item) in &library.items {
                        let texts = match item {
                            Item::Data(data) => data.texts(),
                            Item::Group(_) => None,
                        };
                        let texts =
                            texts.ok_or_else(|| format!("the library of `{name}` has no texts"))?;
                        group.library.insert(name.clone(), texts.to_vec());
                    }
                }
                (Item::Group(_), _) => {}
            }
        }
        let arrays = group.attributes.iter().chain(&group.dynamics_params);
        let mut scalars = arrays.filter(|(_, array)| array.shape().is_empty());
        match scalars.next() {
            Some((name, _)) => Err(format!("`{name}` has no axis of members")),
            None => Ok(group),
        }
    }

    fn to_tree(&self) -> FileGroup {
        let mut tree = FileGroup::default();
        for (name, data) in &self.attributes {
            tree.insert(name, data.clone());
        }
        let mut inner = |name: &str, arrays: &mut dyn Iterator<Item = (&String, Tensor)>| {
            let mut group = FileGroup::default();
            arrays.for_each(|(name, data)| group.insert(name, data));
            if !group.items.is_empty() {
                tree.insert_group(name, group);
            }
        };
        let parameters = self.dynamics_params.iter();
        inner(
            "dynamics_params",
            &mut parameters.map(|(name, data)| (name, data.clone())),
        );
        let texts = self.library.iter();
        let texts = texts.map(|(name, texts)| (name, Tensor::new([texts.len()], texts.clone())));
        inner("@library", &mut { texts });
        tree
    }
}
