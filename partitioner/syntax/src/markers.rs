//! All the attributes on one item, and whether they go together.

use proc_macro2::Span;
use syn::Attribute;
use syn::spanned::Spanned;

use crate::marker::{Half, Kind, Marker, Root, Service};

/// An attribute together with where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Marked<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

/// The attributes on one item.
#[derive(Clone, Copy, Debug, Default)]
pub struct Markers {
    /// The half that the driver's author asks for.
    pub path: Option<Marked<Half>>,
    /// The kernel calls this function.
    pub root: Option<Marked<Root>>,
    /// Only the kernel can execute this function.
    pub service: Option<Marked<Service>>,
    /// The item does not exist in the user half.
    pub kernel_only: Option<Marked<()>>,
}

impl Markers {
    /// Reads every attribute of ours among `attributes`.
    ///
    /// # Errors
    /// A malformed attribute, one written twice, or two that contradict each other; all of them,
    /// combined.
    pub fn read(attributes: &[Attribute]) -> syn::Result<Markers> {
        let mut markers = Markers::default();
        markers.extend(attributes)?;
        Ok(markers)
    }

    /// Adds the attributes of ours among `attributes`.
    ///
    /// # Errors
    /// As for [`Markers::read`].
    pub fn extend(&mut self, attributes: &[Attribute]) -> syn::Result<()> {
        let mut errors: Option<syn::Error> = None;
        for attribute in attributes {
            let added = Marker::read(attribute).and_then(|marker| match marker {
                Some(marker) => self.add(marker, attribute.path().span()),
                None => Ok(()),
            });
            if let Err(error) = added {
                match &mut errors {
                    Some(errors) => errors.combine(error),
                    None => errors = Some(error),
                }
            }
        }
        errors.map_or(Ok(()), Err)
    }

    /// Adds one attribute.
    ///
    /// # Errors
    /// It is there already, or contradicts one that is.
    pub fn add(&mut self, marker: Marker, span: Span) -> syn::Result<()> {
        let kind = marker.kind();
        match marker {
            Marker::Path(half) => match self.path {
                Some(there) if there.value != half => {
                    let message = "`#[kernel_path]` and `#[user_path]` on one function: keep one";
                    Err(syn::Error::new(span, message))
                }
                _ => fill(&mut self.path, half, kind, span),
            },
            Marker::Root(root) => fill(&mut self.root, root, kind, span),
            Marker::Service(service) => fill(&mut self.service, service, kind, span),
            Marker::KernelOnly => fill(&mut self.kernel_only, (), kind, span),
        }
    }
}

fn fill<T>(slot: &mut Option<Marked<T>>, value: T, kind: Kind, span: Span) -> syn::Result<()> {
    if slot.is_some() {
        return Err(syn::Error::new(
            span,
            format!("`#[{}]` is written twice", kind.name()),
        ));
    }
    *slot = Some(Marked { value, span });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn both_paths_on_one_function_are_refused() {
        let attributes: Vec<Attribute> =
            vec![parse_quote!(#[kernel_path]), parse_quote!(#[user_path])];
        let error = Markers::read(&attributes).unwrap_err();
        assert!(error.to_string().contains("keep one"), "{error}");
    }

    #[test]
    fn all_mistakes_are_reported_together() {
        let attributes: Vec<Attribute> = vec![
            parse_quote!(#[user_path(x)]),
            parse_quote!(#[root]),
            parse_quote!(#[kernel_only]),
            parse_quote!(#[kernel_only]),
        ];
        let errors = Markers::read(&attributes).unwrap_err();
        assert_eq!(errors.into_iter().count(), 3);
    }
}
