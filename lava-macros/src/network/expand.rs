//! [`Network`] → tokens. Nothing here can fail.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Expr, Lifetime, PathArguments, Type, parse_quote_spanned};

use super::model::{Connection, End, Frame, How, Network, Outer, Process, Tie};
use super::result::result;
use crate::paths::Library;
use crate::spans::{ends, moved, parenthesized};

/// The expression that builds the network. Inputs that must be fed are checked only if the network
/// is `complete`: no connection was left out because of a mistake.
pub(super) fn expand(network: &Network, loops: &[Vec<&Connection>], complete: bool) -> TokenStream {
    let Network {
        library,
        frame,
        processes,
        loose,
        dropped,
        values,
        ..
    } = network;
    let values = values
        .iter()
        .map(|(name, value)| quote!(let #name = #value;));
    let values: TokenStream = values.collect();
    let dropped = dropped.iter().map(|process| drop(library, process));
    let this = local("network", Span::call_site());
    let created = match frame {
        None => {
            let import = library.import();
            return quote!({ #import #values #(#dropped)* });
        }
        Some(Frame::New(config)) => {
            let at = ends(config).0;
            let library = library.at(at);
            quote_spanned!(at=> let #this = #library::configured::<#config>();)
        }
        Some(Frame::Inside(outer)) => {
            let Outer { net, name, .. } = outer;
            // The process is named here, whether or not an expression uses it.
            let created =
                quote_spanned!(ends(net).0=> let #this = ::core::clone::Clone::clone(#net););
            quote!(#created let _ = &#name;)
        }
    };
    let added = processes.iter().map(|process| {
        let mut around = loops.iter().flatten();
        let in_loop = around.any(|connection| connection.from.process == process.name);
        add(library, process, &this, in_loop)
    });
    let connected = connect(network);
    let loose = loose.iter().map(|end| quote!(let _ = &#end;));
    let delayed = loops
        .iter()
        .map(|around| breaks_loop(library, &this, around));
    let fed = complete.then(|| feed(network));
    let result = match frame {
        Some(Frame::Inside(outer)) if complete => inside(network, outer),
        // A mistake was reported: exports that are missing need not be reported too.
        Some(Frame::Inside(_)) => quote!(::core::result::Result::<(), #library::Error>::Ok(())),
        _ => result(network, &this),
    };
    let label = label();
    let import = library.import();
    quote! {
        #label: {
            #import
            #values
            #(#dropped)*
            #created
            #(#added)*
            #connected
            #(#loose)*
            #(#delayed)*
            #fed
            #result
        }
    }
}

/// The label at which the expression ends early. Not a closure's `return`: a builder may have a `return` or `?`
/// of its own.
fn label() -> Lifetime {
    Lifetime::new("'network", Span::mixed_site())
}

/// A variable that user code cannot see, reported at `span`.
fn local(name: &str, span: Span) -> Ident {
    Ident::new(name, Span::mixed_site().located_at(span))
}

/// A process that is not added: its builder is type-checked, and uses what it uses.
fn drop(library: &Library, process: &Process) -> TokenStream {
    let Process { ty, builder, .. } = process;
    let Some(builder) = builder else {
        return TokenStream::new();
    };
    let builder = typed(builder, ty);
    quote!(#library::builds::<#ty, _>(#builder);)
}

fn add(library: &Library, process: &Process, this: &Ident, in_loop: bool) -> TokenStream {
    let Process {
        name, ty, builder, ..
    } = process;
    let text = name.unraw().to_string();
    let Some(builder) = builder else {
        return quote!(let #name: #ty = #library::unreachable_value(););
    };
    // The argument is reported as the builder itself: where the builder is not one, and where the
    // process has no model for the configuration.
    let (first, last) = ends(builder);
    let builder = typed(builder, ty);
    let library = library.at(first);
    let arguments = parenthesized(quote!(&#this, #builder, #text), last);
    let label = label();
    let (add, target) = if in_loop {
        let timing = timing(name);
        let add = quote_spanned!(first=> add_timed::<#ty, _, _>);
        (add, quote!((#name, #timing): (#ty, _)))
    } else {
        (quote_spanned!(first=> add::<#ty, _, _>), quote!(#name: #ty))
    };
    let matched = quote_spanned! {first=>
        match #library::#add #arguments {
            ::core::result::Result::Ok(process) => process,
            ::core::result::Result::Err(error) => {
                break #label ::core::result::Result::Err(error)
            }
        }
    };
    quote!(let #target = #matched;)
}

/// The builder of a process of this type: `Lif::shape([3])` begins with the declared type,
/// `<Lif<f64>>::shape([3])`. What it is given is then checked against this type where it is given.
fn typed(builder: &Expr, ty: &Type) -> Expr {
    let mut builder = builder.clone();
    let mut first = &mut builder;
    loop {
        match first {
            Expr::MethodCall(call) => first = &mut call.receiver,
            Expr::Paren(inner) => first = &mut inner.expr,
            Expr::Call(call) => {
                if let Some(function) = function_of(&call.func, ty) {
                    *call.func = function;
                }
                return builder;
            }
            _ => return builder,
        }
    }
}

/// The function of this type, if it is written as one of the same type without arguments.
fn function_of(function: &Expr, ty: &Type) -> Option<Expr> {
    let (Expr::Path(function), Type::Path(ty)) = (function, ty) else {
        return None;
    };
    if function.qself.is_some() || ty.qself.is_some() {
        return None;
    }
    let mut of = function.path.clone();
    let name = of.segments.pop()?;
    of.segments.pop_punct();
    let same = of.segments.len() == ty.path.segments.len()
        && of.leading_colon.is_some() == ty.path.leading_colon.is_some()
        && of
            .segments
            .iter()
            .zip(&ty.path.segments)
            .all(|(written, declared)| {
                written.ident == declared.ident && written.arguments.is_none()
            });
    let at = of.segments.last()?.ident.span();
    let ty = moved(ty, at);
    same.then(|| parse_quote_spanned!(at=> <#ty>::#name))
}

/// The variable that says when a process runs.
fn timing(process: &Ident) -> Ident {
    local(&format!("{}_timing", process.unraw()), process.span())
}

/// The connections, whose problems are reported together.
fn connect(network: &Network) -> TokenStream {
    let Network {
        library,
        connections,
        ..
    } = network;
    if connections.is_empty() {
        return TokenStream::new();
    }
    let problems = local("problems", Span::call_site());
    let label = label();
    let connected = connections.iter().map(|connection| {
        let End {
            process,
            port,
            chain,
            ..
        } = &connection.from;
        let (to, chosen) = (target(&connection.to), &connection.to.chain);
        let connected = quote_spanned! {connection.from.span()=>
            #process.#port #chain.connect(#to #chosen)
        };
        quote!(#problems.note(#connected);)
    });
    quote! {
        let mut #problems = #library::Problems::new();
        #(#connected)*
        if let ::core::result::Result::Err(error) = #problems.finish() {
            break #label ::core::result::Result::Err(error);
        }
    }
}

/// A reference to an input, reported as `name.port`.
fn target(to: &End) -> TokenStream {
    let End { process, port, .. } = to;
    quote_spanned!(process.span()=> &#process.#port)
}

/// Tells the types that a process's required inputs are fed.
fn feed(network: &Network) -> TokenStream {
    let Network {
        library,
        connections,
        processes,
        ..
    } = network;
    let mut tokens = TokenStream::new();
    for Process { name, .. } in processes {
        let inputs = Ident::new("__inputs", name.span());
        let at_name = library.at(name.span());
        tokens.extend(quote!(let #inputs = #library::inputs(&#name);));
        let fed = connections.iter().map(|connection| &connection.to);
        let from_outside = network.ties.iter().filter(|tie| tie.how == How::Receives);
        let fed = fed.chain(from_outside.filter_map(|tie| tie.inner.as_ref()));
        for to in fed.filter(|to| to.process == *name) {
            let (at_port, target) = (library.at(to.span()), target(to));
            let fed = quote_spanned!(to.span()=> #at_port::feed(#inputs, #target));
            tokens.extend(quote!(let #inputs = #fed;));
        }
        tokens.extend(quote_spanned!(name.span()=> #at_name::complete(#inputs);));
    }
    tokens
}

/// Asks the types whether a loop has an output that is delayed. Reported at the connection that
/// closes the loop.
fn breaks_loop(library: &Library, this: &Ident, around: &[&Connection]) -> TokenStream {
    let Some(closing) = around.last() else {
        return TokenStream::new();
    };
    let (first, last) = (closing.from.process.span(), closing.to.span());
    let library = library.at(first);
    let outputs: Vec<TokenStream> = around
        .iter()
        .map(|connection| {
            let End { process, port, .. } = &connection.from;
            let timing = timing(process);
            moved(quote!([(&#process.#port, &#timing)]), last)
        })
        .collect();
    let outputs = parenthesized(tree(&outputs, last), last);
    quote_spanned!(first=> #library::breaks_loop(&#this, &#outputs);)
}

/// Nested pairs, whose depth is the logarithm of their number: the compiler's recursion is limited.
fn tree(outputs: &[TokenStream], at: Span) -> TokenStream {
    match outputs {
        [] => TokenStream::new(),
        [output] => output.clone(),
        _ => {
            let (left, right) = outputs.split_at(outputs.len() / 2);
            let (left, right) = (tree(left, at), tree(right, at));
            parenthesized(quote!(#left, #right), at).to_token_stream()
        }
    }
}

/// The exports of the process outside: a literal of the struct that `#[process]` made. What was
/// forgotten is reported at the process, by a constant; in a generic process, whose constants are
/// evaluated late, by the literal.
fn inside(network: &Network, outer: &Outer) -> TokenStream {
    let library = &network.library;
    let ty = &outer.ty;
    let mut path = ty.clone();
    let mut is_generic = false;
    if let Some(last) = path.segments.last_mut() {
        is_generic = !last.arguments.is_none();
        last.ident = format_ident!("{}Exports", last.ident, span = last.ident.span());
        last.arguments = PathArguments::None;
    }
    let mut members: Vec<&Ident> = Vec::new();
    for member in network.ties.iter().filter_map(Tie::member) {
        if !members.contains(&member) {
            members.push(member);
        }
    }
    let fields = members.iter().map(|member| {
        let ties = network.ties.iter();
        let ties = ties.filter(|tie| tie.member() == Some(member));
        let inner = ties.filter_map(|tie| Some(exported(library, tie, tie.inner.as_ref()?)));
        match inner.reduce(|first, second| quote!(#library::export_both(#first, #second))) {
            Some(inner) => quote!(#member: #inner),
            None => quote!(#member: #library::unexported()),
        }
    });
    if is_generic {
        return quote!(::core::result::Result::<_, #library::Error>::Ok(#path { #(#fields,)* }));
    }
    let (at, exports) = (library.at(ends(ty).0), local("exports", Span::call_site()));
    let (name, members) = (outer.name.unraw().to_string(), members.iter());
    let members = members.map(|member| member.unraw().to_string());
    let check = quote_spanned! {ends(ty).0=>
        const _: () =
            #at::check_exports(&<#ty as #at::Process>::DECLARATION, #name, &[#(#members),*]);
    };
    quote! {
        #check
        #[allow(clippy::needless_update)]
        let #exports = #path { #(#fields,)* ..<#ty as #library::Composite>::unexported() };
        ::core::result::Result::<_, #library::Error>::Ok(#exports)
    }
}

/// The export of a member inside. One that does not fit is reported at the end inside, a wrong
/// direction at the end outside.
fn exported(library: &Library, tie: &Tie, inner: &End) -> TokenStream {
    let End {
        process,
        port,
        chain,
        ..
    } = inner;
    let end = quote_spanned!(process.span()=> &#process.#port #chain);
    let (first, last) = (process.span(), inner.span());
    let (at_inner, argument) = (library.at(first), parenthesized(end, last));
    let export = quote_spanned!(first=> #at_inner::export #argument);
    let at = tie.outer.span();
    let direction = match tie.how {
        How::Receives => quote_spanned!(at=> exports_input),
        How::Sends => quote_spanned!(at=> exports_output),
        How::Is => quote_spanned!(at=> exports_same),
    };
    let (library, export) = (library.at(at), parenthesized(export, at));
    quote_spanned!(at=> #library::#direction #export)
}
