//! Tokens of rules.

use std::ops::Range;

use crate::error::RuleError;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The kind of the token.
    pub kind: Kind,
    /// The text of the token.
    pub text: String,
}

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or keyword.
    Word,
    /// A number without a sign.
    Number,
    /// Another character.
    Symbol,
}

impl Token {
    /// A token of this text.
    pub fn new(kind: Kind, text: impl Into<String>) -> Token {
        Token {
            kind,
            text: text.into(),
        }
    }

    /// Returns `true` for this word or symbol.
    pub(crate) fn is(&self, text: &str) -> bool {
        self.kind != Kind::Number && self.text == text
    }
}

/// The tokens of a text, and the bytes of each.
pub(crate) fn tokens(text: &str) -> Result<(Vec<Token>, Vec<Range<usize>>), RuleError> {
    let (mut tokens, mut places) = (Vec::new(), Vec::new());
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        let rest = &text[start..];
        let (kind, len) = match first {
            _ if first.is_whitespace() => {
                start += first.len_utf8();
                continue;
            }
            '0'..='9' => (Kind::Number, number_len(rest)),
            _ if first.is_alphabetic() || first == '_' => (Kind::Word, word_len(rest)),
            '+' | '-' | '*' | '/' | '^' | '(' | ')' | '=' | ':' | ',' | ';' => (Kind::Symbol, 1),
            _ => {
                let place = start..start + first.len_utf8();
                let message = format!("`{first}` has no meaning in a learning rule");
                return Err(RuleError::at(text, message, place));
            }
        };
        tokens.push(Token::new(kind, &rest[..len]));
        places.push(start..start + len);
        start += len;
    }
    Ok((tokens, places))
}

fn word_len(text: &str) -> usize {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    end.unwrap_or(text.len())
}

/// The length of a number as Rust writes them, with any suffix.
fn number_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut len = 0;
    while let Some(byte) = bytes.get(len) {
        let after_e = len > 0 && matches!(bytes[len - 1], b'e' | b'E');
        let is_part = byte.is_ascii_alphanumeric()
            || *byte == b'_'
            || *byte == b'.'
            || after_e && matches!(byte, b'+' | b'-');
        if !is_part {
            break;
        }
        len += 1;
    }
    len
}
