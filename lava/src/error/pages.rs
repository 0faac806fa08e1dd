//! The pages of the error index, which the book and `lava explain` show.

/// The page of an error: its cause, and ways out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorPage {
    /// The code, `E1602` for instance.
    pub code: &'static str,
    /// The error, as `Enum::Variant`, or the mistake that rustc finds, in words.
    pub title: &'static str,
    /// The text in Markdown: the message after `>`, the cause, and ways out as a list.
    pub text: &'static str,
}

impl ErrorPage {
    /// The messages of the page, without their markup; names of the program and its numbers are `…`.
    pub fn messages(&self) -> impl Iterator<Item = &'static str> {
        let lines = self.text.lines();
        lines.filter_map(|line| line.strip_prefix("> "))
    }

    /// Returns `true` if `message` is one of this error, whatever names and numbers it has.
    pub fn has_message(&self, message: &str) -> bool {
        let mut patterns = self.messages();
        patterns.any(|pattern| fits(pattern, message))
    }
}

/// One file a domain.
const FILES: &[&str] = &[
    include_str!("index/build.md"),
    include_str!("index/connect.md"),
    include_str!("index/run.md"),
    include_str!("index/record.md"),
    include_str!("index/synapses.md"),
    include_str!("index/learning.md"),
    include_str!("index/pictures.md"),
    include_str!("index/files.md"),
    include_str!("index/snapshots.md"),
    include_str!("index/stored_networks.md"),
    include_str!("index/declarations.md"),
    include_str!("index/models.md"),
    include_str!("index/types.md"),
    include_str!("index/network.md"),
    include_str!("index/rules.md"),
    include_str!("index/equations.md"),
    include_str!("index/synapse_equations.md"),
];

/// All pages of the error index, by code.
pub fn pages() -> impl Iterator<Item = ErrorPage> {
    FILES.iter().flat_map(|file| sections(file))
}

/// The page of a code, `E1602`, in capitals or not, in brackets or not. Returns `None` if no error has the code.
///
/// ```
/// let page = lava::error::explain("E1602").expect("there is a page");
/// assert_eq!(page.title, "VarError::Value");
/// assert!(lava::error::explain("E9999").is_none());
/// ```
pub fn explain(code: &str) -> Option<ErrorPage> {
    let code = code.trim_matches(['[', ']']);
    pages().find(|page| page.code.eq_ignore_ascii_case(code))
}

/// The parts of a file that begin with `## CODE TITLE`.
fn sections(file: &'static str) -> impl Iterator<Item = ErrorPage> {
    let parts = file.split("\n## ").skip(1);
    parts.filter_map(|part| {
        let (heading, text) = part.split_once('\n')?;
        let (code, title) = heading.split_once(' ')?;
        let (title, text) = (title.trim_matches('`'), text.trim());
        Some(ErrorPage { code, title, text })
    })
}

/// Returns `true` if `message` is `pattern` with texts in place of its `…`.
fn fits(pattern: &str, message: &str) -> bool {
    let mut parts = pattern.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = message.strip_prefix(first) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
        last = Some(part);
    }
    // What the last part matched first may stand again at the end.
    rest.is_empty() || last.is_some_and(|part| rest.ends_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_fits_messages_with_other_names() {
        assert!(fits("`…` is declared twice", "`v` is declared twice"));
        assert!(fits("this is …, `…` is …", "this is pA, `v` is mV"));
        assert!(fits("no `…`", "no `a` and no `b`"));
        assert!(!fits("`…` is declared twice", "`v` is declared twice; say"));
        assert!(!fits("this is …", "that is mV"));
        assert!(fits("plain", "plain") && !fits("plain", "plainly"));
    }
}
