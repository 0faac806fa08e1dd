//! The pages of the error index, which the book and `lava explain` show, and the codes that messages name.
//!
//! The library and the macros share them: a macro looks up the code of a message by its text, so that the page is
//! the one place that has both.

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

    /// Returns `true` if `message` is one of this error, whatever names and numbers it has, with its code or
    /// without.
    pub fn has_message(&self, message: &str) -> bool {
        let (text, code) = split_code(message);
        let mut patterns = self.messages();
        code.is_none_or(|code| code == self.code) && patterns.any(|pattern| fits(pattern, text))
    }

    /// Returns `true` if the compiler finds the mistake.
    pub fn is_compile_time(&self) -> bool {
        self.code >= "E3000"
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
/// let page = lava_errors::explain("E1602").expect("there is a page");
/// assert_eq!(page.title, "VarError::Value");
/// assert!(lava_errors::explain("E9999").is_none());
/// ```
pub fn explain(code: &str) -> Option<ErrorPage> {
    let code = code.trim_matches(['[', ']']);
    pages().find(|page| page.code.eq_ignore_ascii_case(code))
}

/// The code of a message of a macro: of the pages whose codes begin with `domain`, `"E33"` for instance, or else
/// of all mistakes that the compiler finds. Returns `None` if no page has the message.
///
/// ```
/// let message = "the type comes first: `a: Lif = …`";
/// assert_eq!(lava_errors::code_of("E33", message), Some("E3302"));
/// ```
pub fn code_of(domain: &str, message: &str) -> Option<&'static str> {
    let has_message = |page: &ErrorPage| page.is_compile_time() && page.has_message(message);
    let mut own = pages().filter(|page| page.code.starts_with(domain));
    let page = own.find(has_message).or_else(|| pages().find(has_message));
    page.map(|page| page.code)
}

/// A message without the code at its end, and the code.
///
/// ```
/// let (text, code) = lava_errors::split_code("the network has stopped [E1301]");
/// assert_eq!((text, code), ("the network has stopped", Some("E1301")));
/// ```
pub fn split_code(message: &str) -> (&str, Option<&str>) {
    let is_code = |code: &str| {
        let digits = code.strip_prefix('E').unwrap_or_default();
        digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let parts = message
        .strip_suffix(']')
        .and_then(|it| it.rsplit_once(" ["));
    match parts {
        Some((text, code)) if is_code(code) => (text, Some(code)),
        _ => (message, None),
    }
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
