//! Attributes that leave an item out of ordinary builds.

use syn::punctuated::Punctuated;
use syn::{Attribute, Meta, Token};

/// Whether an item with these attributes is compiled for tests alone.
pub(crate) fn is_test_only(attributes: &[Attribute]) -> bool {
    let cfg = attributes.iter().filter(|attribute| attribute.path().is_ident("cfg"));
    let is_test = |attribute: &Attribute| attribute.parse_args::<Meta>().is_ok_and(|predicate| needs_test(&predicate));
    cfg.into_iter().any(is_test) || attributes.iter().any(|attribute| attribute.path().is_ident("test"))
}

/// Whether the predicate is false wherever `test` is.
fn needs_test(predicate: &Meta) -> bool {
    let Meta::List(list) = predicate else { return predicate.path().is_ident("test") };
    let Ok(parts) = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) else { return false };
    if list.path.is_ident("all") {
        parts.iter().any(needs_test)
    } else {
        list.path.is_ident("any") && !parts.is_empty() && parts.iter().all(needs_test)
    }
}
