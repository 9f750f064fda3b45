//! The names that a piece of syntax uses, macros included.

use syn::visit::{self, Visit};
use syn::{Attribute, ExprMethodCall, Macro, Path, Token};

use crate::api::Api;
use crate::macros;
use crate::resolve::segments;

/// Collects names from syntax that it visits.
#[derive(Debug)]
pub struct Names<'a> {
    api: &'a Api,
    /// Every path, macros' own and attributes' included.
    pub paths: Vec<Vec<String>>,
    /// Names of methods that are called.
    pub methods: Vec<String>,
    /// Names of macros that are called.
    pub macros: Vec<String>,
}

impl<'a> Names<'a> {
    /// Nothing yet.
    pub fn new(api: &'a Api) -> Names<'a> {
        Names {
            api,
            paths: Vec::new(),
            methods: Vec::new(),
            macros: Vec::new(),
        }
    }
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_path(&mut self, path: &'ast Path) {
        self.paths.push(segments(path));
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        self.methods.push(call.method.to_string());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        self.macros.extend(
            call.path
                .segments
                .last()
                .map(|segment| segment.ident.to_string()),
        );
        if let Some(arguments) = macros::arguments(self.api, call) {
            arguments
                .expressions
                .iter()
                .for_each(|expression| self.visit_expr(expression));
            arguments
                .patterns
                .iter()
                .for_each(|pattern| self.visit_pat(pattern));
        }
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if attribute.path().is_ident("derive") {
            let parser = syn::punctuated::Punctuated::<Path, Token![,]>::parse_terminated;
            if let Ok(paths) = attribute.parse_args_with(parser) {
                self.paths.extend(paths.iter().map(segments));
            }
        }
        self.paths.push(segments(attribute.path()));
    }

    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        // A constant in a pattern looks like a new name.
        self.paths.push(vec![pattern.ident.to_string()]);
        visit::visit_pat_ident(self, pattern);
    }
}
