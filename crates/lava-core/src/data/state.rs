//! The state of a process beside its Vars: named values, the same whatever its shards are.

use std::collections::{BTreeMap, BTreeSet};

use super::error::PersistError;
use super::persist::{Persist, save_all};

/// The state of a process beside its Vars, to which each of its shards adds.
///
/// A network that is saved on two workers may be restored on one: nothing may depend on the shards. A
/// value that several shards [`put`](StateWriter::put) is the same in all of them; values of single neurons
/// are kept in Vars, or put by [`put_neurons`](StateWriter::put_neurons).
#[derive(Debug, Default)]
pub struct StateWriter {
    entries: BTreeMap<String, StateEntry>,
    /// The number of the shard that is saved.
    shard: usize,
}

#[derive(Debug)]
struct StateEntry {
    layout: String,
    content: StateContent,
    /// The last shard that has put it.
    shard: usize,
}

#[derive(Debug)]
enum StateContent {
    Value(Vec<u8>),
    Set(BTreeSet<Vec<u8>>),
    /// The number of values, and their bytes.
    Neurons(usize, Vec<u8>),
}

/// An entry of a [`StateWriter`]: name, layout and bytes.
pub type SavedState = (String, String, Vec<u8>);

impl StateWriter {
    /// Puts a value under a name.
    ///
    /// # Errors
    /// [`PersistError::Twice`] if the shard has put a value under this name, and
    /// [`PersistError::Differs`] if another shard has put another.
    pub fn put<T: Persist>(&mut self, name: &str, value: &T) -> Result<(), PersistError> {
        let mut bytes = Vec::new();
        value.save(&mut bytes);
        self.add(name, T::layout(), StateContent::Value(bytes))
    }

    /// Puts values under a name: the union of those of all shards is kept, in an order of its own. They
    /// are loaded as a `Vec`.
    ///
    /// # Errors
    /// [`PersistError::Twice`] if the shard has put values under this name.
    pub fn put_union<T: Persist>(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = T>,
    ) -> Result<(), PersistError> {
        let bytes = |value: T| {
            let mut bytes = Vec::new();
            value.save(&mut bytes);
            bytes
        };
        let values = values.into_iter().map(bytes);
        let content = StateContent::Set(values.collect());
        self.add(name, Vec::<T>::layout(), content)
    }

    /// Puts the values of the shard's neurons under a name, as many for each: those of all shards follow each
    /// other. They are loaded as a `Vec` for the whole population, of which a shard takes its own.
    ///
    /// # Errors
    /// [`PersistError::Twice`] if the shard has put values under this name.
    pub fn put_neurons<T: Persist>(
        &mut self,
        name: &str,
        values: &[T],
    ) -> Result<(), PersistError> {
        let mut own = Vec::new();
        values.iter().for_each(|value| value.save(&mut own));
        let content = StateContent::Neurons(values.len(), own);
        self.add(name, Vec::<T>::layout(), content)
    }

    /// Adds an entry of a shard to those of the shards before.
    fn add(
        &mut self,
        name: &str,
        layout: String,
        content: StateContent,
    ) -> Result<(), PersistError> {
        let Some(entry) = self.begin(name)? else {
            return self.insert(name, layout, content);
        };
        match (&mut entry.content, content) {
            (StateContent::Value(other), StateContent::Value(bytes)) if *other == bytes => {}
            (StateContent::Set(all), StateContent::Set(values)) => all.extend(values),
            (StateContent::Neurons(count, all), StateContent::Neurons(more, bytes)) => {
                *count += more;
                all.extend(bytes);
            }
            _ => {
                return Err(PersistError::Differs {
                    name: name.to_owned(),
                });
            }
        }
        Ok(())
    }

    /// Adds the entries of a shard that another writer has.
    ///
    /// # Errors
    /// Those of putting them.
    pub fn unite(&mut self, shard: StateWriter) -> Result<(), PersistError> {
        let mut entries = shard.entries.into_iter();
        entries.try_for_each(|(name, entry)| self.add(&name, entry.layout, entry.content))
    }

    /// Appends all entries, for another rank.
    pub fn put_entries(&self, bytes: &mut Vec<u8>) {
        self.entries.len().save(bytes);
        for (name, entry) in &self.entries {
            name.save(bytes);
            entry.layout.save(bytes);
            match &entry.content {
                StateContent::Value(value) => {
                    0_u8.save(bytes);
                    value.save(bytes);
                }
                StateContent::Set(set) => {
                    1_u8.save(bytes);
                    set.len().save(bytes);
                    set.iter().for_each(|value| value.save(bytes));
                }
                StateContent::Neurons(count, values) => {
                    2_u8.save(bytes);
                    count.save(bytes);
                    values.save(bytes);
                }
            }
        }
    }

    /// The entries that another rank has [put](StateWriter::put_entries).
    ///
    /// # Errors
    /// [`PersistError`] if these are none.
    pub fn of_entries(bytes: &mut &[u8]) -> Result<StateWriter, PersistError> {
        let mut writer = StateWriter::default();
        for _ in 0..usize::load(bytes)? {
            let (name, layout) = <(String, String)>::load(bytes)?;
            let content = match u8::load(bytes)? {
                0 => StateContent::Value(Persist::load(bytes)?),
                1 => StateContent::Set(Vec::<Vec<u8>>::load(bytes)?.into_iter().collect()),
                _ => StateContent::Neurons(usize::load(bytes)?, Persist::load(bytes)?),
            };
            writer.add(&name, layout, content)?;
        }
        Ok(writer)
    }

    /// The entry of a name, if another shard has put it.
    fn begin(&mut self, name: &str) -> Result<Option<&mut StateEntry>, PersistError> {
        match self.entries.get_mut(name) {
            Some(entry) if entry.shard == self.shard => Err(PersistError::Twice {
                name: name.to_owned(),
            }),
            Some(entry) => {
                entry.shard = self.shard;
                Ok(Some(entry))
            }
            None => Ok(None),
        }
    }

    fn insert(
        &mut self,
        name: &str,
        layout: String,
        content: StateContent,
    ) -> Result<(), PersistError> {
        let entry = StateEntry {
            layout,
            content,
            shard: self.shard,
        };
        self.entries.insert(name.to_owned(), entry);
        Ok(())
    }

    /// Goes on to the next shard.
    pub fn next_shard(&mut self) {
        self.shard += 1;
    }

    /// All entries, by name.
    pub fn into_entries(self) -> impl Iterator<Item = SavedState> {
        self.entries.into_iter().map(|(name, entry)| {
            let bytes = match entry.content {
                StateContent::Value(bytes) => bytes,
                StateContent::Neurons(count, values) => {
                    let mut bytes = Vec::new();
                    count.save(&mut bytes);
                    bytes.extend(values);
                    bytes
                }
                StateContent::Set(set) => {
                    let mut bytes = Vec::new();
                    set.len().save(&mut bytes);
                    set.iter().for_each(|value| bytes.extend_from_slice(value));
                    bytes
                }
            };
            (name, entry.layout, bytes)
        })
    }
}

/// The state of a process beside its Vars, as it was saved.
#[derive(Clone, Debug, Default)]
pub struct StateReader<'a> {
    entries: BTreeMap<&'a str, (&'a str, &'a [u8])>,
}

impl<'a> StateReader<'a> {
    /// The state with these entries: name, layout and bytes.
    pub fn new(entries: impl IntoIterator<Item = (&'a str, &'a str, &'a [u8])>) -> StateReader<'a> {
        let entries = entries.into_iter();
        StateReader {
            entries: entries
                .map(|(name, layout, bytes)| (name, (layout, bytes)))
                .collect(),
        }
    }

    /// Returns `true` if a value was put under this name.
    pub fn contains(&self, name: &str) -> bool {
        self.entries.contains_key(name)
    }

    /// Returns the value that was put under a name.
    ///
    /// # Errors
    /// [`PersistError`] if there is none, or one of another type.
    pub fn get<T: Persist>(&self, name: &str) -> Result<T, PersistError> {
        let entry = self.entries.get(name);
        let (layout, bytes) = *entry.ok_or_else(|| PersistError::Missing {
            name: name.to_owned(),
        })?;
        load_whole(name, layout, bytes)
    }
}

/// The value that an entry of this name holds.
///
/// # Errors
/// [`PersistError::Layout`] if it is of another type, and those of loading it.
pub fn load_whole<T: Persist>(
    name: &str,
    layout: &str,
    mut bytes: &[u8],
) -> Result<T, PersistError> {
    let expected = T::layout();
    if layout != expected {
        return Err(PersistError::Layout {
            name: name.to_owned(),
            saved: layout.to_owned(),
            expected,
        });
    }
    let value = T::load(&mut bytes)?;
    match bytes {
        [] => Ok(value),
        rest => Err(PersistError::Long { rest: rest.len() }),
    }
}

/// Appends the elements of a slice and their number, as a `Vec` of them.
pub fn save_slice<T: Persist>(values: &[T], bytes: &mut Vec<u8>) {
    save_all(values.iter(), bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(put: impl Fn(&mut StateWriter, usize)) -> Vec<SavedState> {
        let mut writer = StateWriter::default();
        for shard in 0..2 {
            put(&mut writer, shard);
            writer.next_shard();
        }
        writer.into_entries().collect()
    }

    #[test]
    fn shards_agree_or_add_to_a_union() -> Result<(), PersistError> {
        let entries = written(|writer, shard| {
            writer
                .put("next", &7_usize)
                .expect("the same in all shards");
            let spikes = [(1_u8, shard as u32), (0, 5)];
            writer.put_union("spikes", spikes).expect("a union");
        });
        let reader = entries
            .iter()
            .map(|(name, layout, bytes)| (&**name, &**layout, &**bytes));
        let reader = StateReader::new(reader);
        assert_eq!(reader.get::<usize>("next")?, 7);
        let spikes: Vec<(u8, u32)> = reader.get("spikes")?;
        assert_eq!(spikes, [(0, 5), (1, 0), (1, 1)]);
        assert!(matches!(
            reader.get::<u64>("next"),
            Err(PersistError::Layout { .. })
        ));
        assert!(matches!(
            reader.get::<u64>("last"),
            Err(PersistError::Missing { .. })
        ));
        Ok(())
    }

    #[test]
    fn the_neurons_of_shards_follow_each_other() -> Result<(), PersistError> {
        let entries = written(|writer, shard| {
            let own: &[i16] = [&[1, 2, 3][..], &[4]][shard];
            writer.put_neurons("left", own).expect("values of neurons");
        });
        let reader = StateReader::new(
            entries
                .iter()
                .map(|(name, layout, bytes)| (&**name, &**layout, &**bytes)),
        );
        assert_eq!(reader.get::<Vec<i16>>("left")?, [1, 2, 3, 4]);
        Ok(())
    }

    #[test]
    fn what_differs_between_shards_is_refused() {
        let mut writer = StateWriter::default();
        assert!(writer.put("next", &7).is_ok());
        assert!(matches!(
            writer.put("next", &7),
            Err(PersistError::Twice { .. })
        ));
        writer.next_shard();
        assert!(matches!(
            writer.put("next", &8),
            Err(PersistError::Differs { .. })
        ));
    }
}
