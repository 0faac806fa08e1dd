//! The pages of errors.

use lava::error::{ErrorPage, explain, pages};

/// The page of a code, or of a message; the titles of all pages that have the words; without words, of all.
/// Returns the text that there is no such page as the error.
pub(crate) fn page(words: &[String]) -> Result<String, String> {
    let asked = words.join(" ");
    match found(&asked).as_slice() {
        [] if is_of_rustc(&asked) => Err(format!(
            "{asked} is a code of rustc: give the text of the message instead"
        )),
        [] => Err(format!(
            "there is no page for `{asked}`; `lava explain` lists all codes"
        )),
        [page] => Ok(format!("{} {}\n\n{}\n", page.code, page.title, page.text)),
        several => {
            let titles = several.iter();
            Ok(titles
                .map(|page| format!("{} {}\n", page.code, page.title))
                .collect())
        }
    }
}

/// The pages of a code; else of a message; else all that have its words.
fn found(asked: &str) -> Vec<ErrorPage> {
    if let Some(page) = explain(asked) {
        return vec![page];
    }
    let message = without_prefix(asked);
    if let Some(page) = pages().find(|page| page.has_message(message)) {
        return vec![page];
    }
    let has_word = |page: &ErrorPage, word: &str| {
        let text = format!("{} {}", page.title, page.text).to_lowercase();
        text.contains(&word.to_lowercase())
    };
    pages()
        .filter(|page| message.split_whitespace().all(|word| has_word(page, word)))
        .collect()
}

/// A message without `error[E0277]: ` before it.
fn without_prefix(message: &str) -> &str {
    match message.split_once(": ") {
        Some((before, message)) if before.starts_with("error") => message,
        _ => message,
    }
}

fn is_of_rustc(asked: &str) -> bool {
    let digits = asked.strip_prefix(['E', 'e']).unwrap_or_default();
    digits.len() == 4 && digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(asked: &str) -> Vec<&str> {
        found(asked).iter().map(|page| page.code).collect()
    }

    #[test]
    fn a_page_is_found_by_its_code() {
        assert_eq!(codes("E1602"), ["E1602"]);
        assert_eq!(codes("[e1602]"), ["E1602"]);
        assert!(codes("E0277").is_empty() && is_of_rustc("E0277"));
    }

    #[test]
    fn a_page_is_found_by_a_message() {
        let by_rustc =
            "error[E0277]: payloads differ: an output of `f32` cannot drive an input of `i32`";
        assert_eq!(codes(by_rustc), ["E3201"]);
        let by_run =
            "there is a process `lif` in this network already; choose another name [E1010]";
        assert_eq!(codes(by_run), ["E1010"]);
    }

    #[test]
    fn pages_are_found_by_words() {
        assert!(codes("loop delay").contains(&"E1208"));
        assert_eq!(codes("").len(), pages().count());
        assert!(codes("no such words anywhere xyzzy").is_empty());
    }
}
