//! The text of values: JSON.

use std::fmt::Write;

use super::value::StoredValue;

/// The lists and tables that may lie in each other.
const DEEPEST: usize = 32;

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
        self.text.push('"');
        for character in text.chars() {
            match character {
                '"' | '\\' => self.text.extend(['\\', character]),
                '\n' => self.text.push_str("\\n"),
                '\t' => self.text.push_str("\\t"),
                _ if character < ' ' => self.put(format_args!("\\u{:04x}", character as u32)),
                _ => self.text.push(character),
            }
        }
        self.text.push('"');
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
    let mut parser = Parser { text, at: 0 };
    let value = parser.value(0)?;
    parser.space();
    match parser.at == text.len() {
        true => Ok(value),
        false => Err(parser.error("the text goes on after its end")),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn error(&self, what: &str) -> String {
        let line = self.text[..self.at].matches('\n').count() + 1;
        format!("{what}, in line {line}")
    }

    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\n', '\t', '\r']).len();
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes a token, if it comes next.
    fn takes(&mut self, token: &str) -> bool {
        self.space();
        let is_next = self.text[self.at..].starts_with(token);
        if is_next {
            self.at += token.len();
        }
        is_next
    }

    fn value(&mut self, depth: usize) -> Result<StoredValue, String> {
        if depth > DEEPEST {
            return Err(self.error("values lie too deep in each other"));
        }
        for (word, value) in [
            ("null", StoredValue::Nothing),
            ("true", StoredValue::Bool(true)),
            ("false", StoredValue::Bool(false)),
        ] {
            if self.takes(word) {
                return Ok(value);
            }
        }
        match self.peek() {
            Some(b'"') => self.text().map(StoredValue::Text),
            Some(b'[') => self.list(depth),
            Some(b'{') => self.table(depth),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.error("a value is expected")),
        }
    }

    fn list(&mut self, depth: usize) -> Result<StoredValue, String> {
        self.at += 1;
        let mut values = Vec::new();
        if self.takes("]") {
            return Ok(StoredValue::List(values));
        }
        loop {
            values.push(self.value(depth + 1)?);
            if self.takes("]") {
                return Ok(StoredValue::List(values));
            }
            if !self.takes(",") {
                return Err(self.error("`,` or `]` is expected"));
            }
        }
    }

    fn table(&mut self, depth: usize) -> Result<StoredValue, String> {
        self.at += 1;
        let mut entries: Vec<(String, StoredValue)> = Vec::new();
        let mut names = std::collections::HashSet::new();
        if self.takes("}") {
            return Ok(StoredValue::Table(entries));
        }
        loop {
            self.space();
            if self.peek() != Some(b'"') {
                return Err(self.error("a name in quotes is expected"));
            }
            let name = self.text()?;
            if !names.insert(name.clone()) {
                return Err(self.error(&format!("`{name}` is there twice")));
            }
            if !self.takes(":") {
                return Err(self.error("`:` is expected"));
            }
            entries.push((name, self.value(depth + 1)?));
            if self.takes("}") {
                return Ok(StoredValue::Table(entries));
            }
            if !self.takes(",") {
                return Err(self.error("`,` or `}` is expected"));
            }
        }
    }

    fn number(&mut self) -> Result<StoredValue, String> {
        let rest = &self.text[self.at..];
        let is_digit = |character: char| character.is_ascii_digit() || "+-.eE".contains(character);
        let end = rest.find(|character| !is_digit(character));
        let digits = &rest[..end.unwrap_or(rest.len())];
        let value = match digits.contains(['.', 'e', 'E']) {
            true => digits.parse().ok().map(StoredValue::Number),
            false => digits.parse().ok().map(StoredValue::Integer),
        };
        let value = value.ok_or_else(|| self.error(&format!("`{digits}` is no number")))?;
        self.at += digits.len();
        Ok(value)
    }

    fn text(&mut self) -> Result<String, String> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(end) = rest.find(['"', '\\']) else {
                return Err(self.error("a text does not end"));
            };
            text.push_str(&rest[..end]);
            self.at += end + 1;
            if rest.as_bytes()[end] == b'"' {
                return Ok(text);
            }
            text.push(self.escaped()?);
        }
    }

    /// The character after a `\`.
    fn escaped(&mut self) -> Result<char, String> {
        let mut rest = self.text[self.at..].chars();
        let escaped = rest.next();
        self.at += escaped.map_or(0, char::len_utf8);
        match escaped {
            Some('n') => Ok('\n'),
            Some('t') => Ok('\t'),
            Some('r') => Ok('\r'),
            Some('"' | '\\' | '/') => Ok(escaped.unwrap_or('/')),
            Some('u') => {
                let digits = self.text.get(self.at..self.at + 4);
                let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
                let character = code.and_then(char::from_u32);
                self.at += 4;
                character.ok_or_else(|| {
                    self.at -= 4;
                    self.error("`\\u` is not followed by a character's number")
                })
            }
            _ => Err(self.error("there is no such escape")),
        }
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
                error.ends_with(&format!("in line {line}")),
                "{text}: {error}"
            );
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}
