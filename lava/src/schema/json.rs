//! The text of values: JSON.

use std::collections::HashSet;
use std::fmt::{self, Write};

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::value::StoredValue;

/// The longest list without lists or tables in it that is written in one line.
const LINE: usize = 16;

/// Writes a value. `array` returns the text of an array, by its place: the names on the way to it.
pub(crate) fn write(
    value: &StoredValue,
    array: &mut dyn FnMut(&super::StoredArray, &str) -> StoredValue,
) -> String {
    let mut writer = Writer {
        text: String::new(),
        array,
    };
    writer.value(value, 0, "");
    writer.text.push('\n');
    writer.text
}

struct Writer<'a> {
    text: String,
    array: &'a mut dyn FnMut(&super::StoredArray, &str) -> StoredValue,
}

impl Writer<'_> {
    fn value(&mut self, value: &StoredValue, depth: usize, place: &str) {
        match value {
            StoredValue::Nothing => self.text.push_str("null"),
            StoredValue::Bool(value) => self.put(format_args!("{value}")),
            StoredValue::Integer(number) => self.put(format_args!("{number}")),
            // With a point or an exponent: as Rust reads it, to the bit.
            StoredValue::Number(number) => self.put(format_args!("{number:?}")),
            StoredValue::Text(text) => self.quoted(text),
            StoredValue::List(values) => {
                let is_line = values.len() <= LINE && values.iter().all(is_leaf);
                let all = (0..).zip(values);
                self.all(
                    all,
                    depth,
                    is_line,
                    ['[', ']'],
                    |writer, (at, value), depth| {
                        writer.value(value, depth, &inside(place, &format!("{at}")));
                    },
                );
            }
            StoredValue::Table(entries) => {
                let is_line = entries.len() <= 6 && entries.iter().all(|(_, value)| is_leaf(value));
                self.all(
                    entries,
                    depth,
                    is_line,
                    ['{', '}'],
                    |writer, (name, value), depth| {
                        writer.quoted(name);
                        writer.text.push_str(": ");
                        writer.value(value, depth, &inside(place, name));
                    },
                );
            }
            StoredValue::Array(array) => {
                let text = (self.array)(array, place);
                self.value(&text, depth, place);
            }
        }
    }

    fn all<X>(
        &mut self,
        items: impl IntoIterator<Item = X>,
        depth: usize,
        is_line: bool,
        brackets: [char; 2],
        mut write: impl FnMut(&mut Self, X, usize),
    ) {
        self.text.push(brackets[0]);
        let mut is_first = true;
        for item in items {
            if !is_first {
                self.text.push(',');
            }
            match is_line {
                true if is_first => {}
                true => self.text.push(' '),
                false => self.line(depth + 1),
            }
            is_first = false;
            write(self, item, depth + 1);
        }
        if !is_line && !is_first {
            self.line(depth);
        }
        self.text.push(brackets[1]);
    }

    fn line(&mut self, depth: usize) {
        self.text.push('\n');
        (0..depth).for_each(|_| self.text.push_str("  "));
    }

    fn quoted(&mut self, text: &str) {
        self.put(format_args!("{}", serde_json::Value::from(text)));
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // A text takes all.
        let _ = self.text.write_fmt(text);
    }
}

fn is_leaf(value: &StoredValue) -> bool {
    !matches!(
        value,
        StoredValue::List(_) | StoredValue::Table(_) | StoredValue::Array(_)
    )
}

fn inside(place: &str, name: &str) -> String {
    match place {
        "" => name.to_owned(),
        _ => format!("{place}/{name}"),
    }
}

/// Reads a value.
///
/// # Errors
/// A text with the line of the mistake. No more memory is taken than a multiple of the text's.
pub(crate) fn parse(text: &str) -> Result<StoredValue, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

impl<'de> Deserialize<'de> for StoredValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<StoredValue, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = StoredValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<StoredValue, E> {
        Ok(StoredValue::Nothing)
    }

    fn visit_bool<E>(self, value: bool) -> Result<StoredValue, E> {
        Ok(StoredValue::Bool(value))
    }

    fn visit_i64<E>(self, number: i64) -> Result<StoredValue, E> {
        Ok(StoredValue::Integer(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<StoredValue, E> {
        Ok(StoredValue::Integer(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<StoredValue, E> {
        Ok(StoredValue::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<StoredValue, E> {
        Ok(StoredValue::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<StoredValue, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(StoredValue::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<StoredValue, A::Error> {
        let mut entries: Vec<(String, StoredValue)> = Vec::new();
        let mut names = HashSet::new();
        while let Some(name) = table.next_key::<String>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(format_args!("`{name}` is there twice")));
            }
            entries.push((name, table.next_value()?));
        }
        Ok(StoredValue::Table(entries))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_read_as_it_was_written() {
        let value = StoredValue::table([
            ("empty", StoredValue::List(Vec::new())),
            ("text", StoredValue::Text("a \"b\"\n\\ ü \u{1}".to_owned())),
            (
                "numbers",
                StoredValue::List(vec![
                    StoredValue::Integer(u64::MAX.into()),
                    StoredValue::Number(0.1),
                    StoredValue::Number(-1e300),
                    StoredValue::Number(5e-324),
                    StoredValue::Number(3.0),
                ]),
            ),
            (
                "nested",
                StoredValue::table([("none", StoredValue::Nothing)]),
            ),
            ("yes", StoredValue::Bool(true)),
        ]);
        let text = write(&value, &mut |_, _| StoredValue::Nothing);
        assert_eq!(parse(&text), Ok(value));
    }

    #[test]
    fn mistakes_are_found_with_their_line() {
        for (text, line) in [
            ("", 1),
            ("{\n\"a\": }", 2),
            ("[1,\n2,\n,]", 3),
            ("{\"a\": 1,\n\"a\": 2}", 2),
            ("\"abc", 1),
            ("1 2", 1),
            ("[1.2.3]", 1),
            ("\"\\u12\"", 1),
            ("\"\\uüüü\"", 1),
            ("tru", 1),
        ] {
            let error = parse(text).expect_err(text);
            assert!(
                error.contains(&format!("at line {line} ")),
                "{text}: {error}"
            );
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
