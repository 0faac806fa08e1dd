//! The options of an attribute: `#[port(shape = […], delay = 1)]`.

use proc_macro2::{Group, Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

use crate::errors::Errors;

/// Options of an attribute, which `of` names in messages.
#[derive(Clone, Copy)]
pub(crate) struct Accepts<'a> {
    pub(crate) of: &'a str,
    pub(crate) options: &'a [&'a str],
    /// Names that are taken for an option, or refused with a text that says what to write.
    pub(crate) others: &'a [(&'a str, Other<'a>)],
}

/// The meaning of a name that is no option.
#[derive(Clone, Copy)]
pub(crate) enum Other<'a> {
    /// This option.
    Is(&'a str),
    /// Something else.
    Say(&'a str),
}

impl Accepts<'_> {
    /// Parses `name`, `name = value`, … up to the end of the input. `take` parses what follows
    /// the name of an option that is accepted and was not given before. Returns the names of the
    /// options that were taken, in order.
    pub(crate) fn parse(
        self,
        input: ParseStream<'_>,
        errors: &mut Errors,
        mut take: impl FnMut(&str, ParseStream<'_>) -> syn::Result<()>,
    ) -> Vec<Ident> {
        let mut taken: Vec<Ident> = Vec::new();
        while !input.is_empty() {
            if let Some(name) = self.next(input, &taken, errors) {
                let has_value = input.peek(Token![=]);
                let has_nothing = has_value && (input.peek2(Token![,]) || is_last(input));
                match take(&name.to_string(), input) {
                    Ok(()) if input.peek(Token![=]) => {
                        errors.at(&name, format_args!("`{name}` takes no value"));
                        taken.push(name);
                        skip(input);
                    }
                    Ok(()) => taken.push(name),
                    Err(_) if has_nothing => {
                        errors.at(&name, format_args!("`{name}` takes a value: `{name} = …`"));
                        skip(input);
                    }
                    Err(error) if has_value => {
                        errors.push(error);
                        skip(input);
                    }
                    Err(error) => {
                        let message = match error.to_string() {
                            text if text == NO_VALUE => {
                                format!("`{name}` takes a value: `{name} = …`")
                            }
                            text => text,
                        };
                        errors.at(&name, message);
                        skip(input);
                    }
                }
            } else {
                skip(input);
            }
            if !input.is_empty()
                && let Err(error) = input.parse::<Token![,]>()
            {
                errors.push(error);
                skip(input);
                let _ = input.parse::<Token![,]>();
            }
        }
        taken
    }

    /// Parses the arguments of a field's attribute, which may have none.
    pub(crate) fn parse_attribute(
        self,
        attribute: &Attribute,
        errors: &mut Errors,
        take: impl FnMut(&str, ParseStream<'_>) -> syn::Result<()>,
    ) -> Vec<Ident> {
        match &attribute.meta {
            Meta::Path(_) => Vec::new(),
            Meta::List(list) => {
                let parser = |input: ParseStream<'_>| Ok(self.parse(input, errors, take));
                parser.parse2(list.tokens.clone()).unwrap_or_default()
            }
            Meta::NameValue(meta) => {
                errors.at(
                    &meta.value,
                    format_args!("{} takes its options in parentheses", self.of),
                );
                Vec::new()
            }
        }
    }

    fn next(self, input: ParseStream<'_>, taken: &[Ident], errors: &mut Errors) -> Option<Ident> {
        let name = match input.call(Ident::parse_any) {
            Ok(name) => name,
            Err(error) => {
                let message = format!("expected an option; {} takes {}", self.of, self.takes());
                errors.push(syn::Error::new(error.span(), message));
                return None;
            }
        };
        let name = if self.options.iter().any(|option| name == option) {
            name
        } else {
            let other = self.others.iter().find(|(other, _)| name == other);
            let text = match other {
                Some((_, Other::Is(option))) => format!("write `{option}`"),
                Some((_, Other::Say(text))) => (*text).to_owned(),
                None => format!("it takes {}", self.takes()),
            };
            errors.at(
                &name,
                format_args!("{} has no option `{name}`; {text}", self.of),
            );
            match other {
                Some((_, Other::Is(option))) => Ident::new(option, name.span()),
                _ => return None,
            }
        };
        if taken.contains(&name) {
            errors.at(&name, format_args!("`{name}` is given twice"));
            return None;
        }
        Some(name)
    }

    fn takes(self) -> String {
        listing(self.options, "and")
    }
}

/// The message of an option without a value.
const NO_VALUE: &str = "expected `=`";

/// Parses `= value`.
pub(crate) fn value<T: Parse>(input: ParseStream<'_>) -> syn::Result<T> {
    input.parse::<Token![=]>()?;
    input.parse()
}

/// Parses `(a, b)`, names of fields; `option` is the option that takes them.
pub(crate) fn names(option: &str, input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    let list = |input: ParseStream<'_>| -> syn::Result<Vec<Ident>> {
        let list: Group = input.parse()?;
        let names = Punctuated::<Ident, Token![,]>::parse_terminated.parse2(list.stream())?;
        Ok(names.into_iter().collect())
    };
    list(input)
        .ok()
        .filter(|names| !names.is_empty())
        .ok_or_else(|| {
            let message = format!("`{option}` names fields of the model: `{option}(a, b)`");
            syn::Error::new(input.span(), message)
        })
}

/// Names in a sentence: `a`, `b` and `c`.
pub(crate) fn listing(names: &[&str], conjunction: &str) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match &quoted[..] {
        [] => String::new(),
        [one] => one.clone(),
        [init @ .., last] => format!("{} {conjunction} {last}", init.join(", ")),
    }
}

/// Returns `true` if one token is left.
fn is_last(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<TokenTree>().is_ok() && ahead.is_empty()
}

/// Moves on to the next comma.
fn skip(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        let _ = input.parse::<TokenTree>();
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn messages(attribute: &Attribute) -> Vec<String> {
        let accepts = Accepts {
            of: "`#[var]`",
            options: &["init", "scalar"],
            others: &[
                ("value", Other::Is("init")),
                ("size", Other::Say("say the `shape`")),
            ],
        };
        let mut errors = Errors::default();
        accepts.parse_attribute(attribute, &mut errors, |name, input| match name {
            "init" => value::<syn::Expr>(input).map(drop),
            _ => Ok(()),
        });
        errors.messages()
    }

    #[test]
    fn good_options_are_silent() {
        assert!(messages(&parse_quote!(#[var])).is_empty());
        assert!(messages(&parse_quote!(#[var(scalar, init = f::<A, B>(1, 2),)])).is_empty());
    }

    #[test]
    fn every_mistake_is_reported() {
        assert_eq!(
            messages(&parse_quote!(#[var(scaler, init = 1, init = 2, = 3, scalar)])),
            [
                "`#[var]` has no option `scaler`; it takes `init` and `scalar`",
                "`init` is given twice",
                "expected an option; `#[var]` takes `init` and `scalar`",
            ]
        );
        assert_eq!(
            messages(&parse_quote!(#[var = 3])),
            ["`#[var]` takes its options in parentheses"]
        );
        for attribute in [
            parse_quote!(#[var(init)]),
            parse_quote!(#[var(init =)]),
            parse_quote!(#[var(init =, scalar)]),
        ] {
            assert_eq!(messages(&attribute), ["`init` takes a value: `init = …`"]);
        }
        assert_eq!(
            messages(&parse_quote!(#[var(value = 1, size = 3, scalar = true)])),
            [
                "`#[var]` has no option `value`; write `init`",
                "`#[var]` has no option `size`; say the `shape`",
                "`scalar` takes no value",
            ]
        );
    }
}
