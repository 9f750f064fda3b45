//! The macros of `tests/fixtures/macros`, once expanded by the compiler and once by the partitioner: both programs
//! must print the same.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use partitioner::expand::{Definition, parse};
use quote::ToTokens;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprParen, ImplItem, Item, Macro, Pat, Stmt, Type, TypeParen};

/// Replaces every call of a macro of the file by its expansion.
#[derive(Default)]
struct Expander {
    macros: BTreeMap<String, Definition>,
    calls: usize,
}

impl Expander {
    /// What a call expands to, if it is one of the file's macros.
    fn expansion(&mut self, call: &Macro) -> Option<proc_macro2::TokenStream> {
        let name = call.path.get_ident()?.to_string();
        let definition = self.macros.get(&name)?;
        self.calls += 1;
        match definition.expand(call.tokens.clone()) {
            Ok(tokens) => Some(tokens),
            Err(failure) => panic!("{name}!({}): {failure}", call.tokens),
        }
    }

    /// Calls among the arguments of `println!` and its kind, which this test does not know as expressions.
    fn within(&mut self, call: &mut Macro) {
        let list = syn::punctuated::Punctuated::<Expr, syn::Token![,]>::parse_terminated;
        if let Ok(mut list) = call.parse_body_with(list) {
            for expression in &mut list {
                self.visit_expr_mut(expression);
            }
            call.tokens = list.into_token_stream();
        }
    }

    fn items(&mut self, list: &mut Vec<Item>) {
        let mut done = Vec::new();
        for mut item in std::mem::take(list) {
            if let Item::Macro(call) = &item {
                if call.mac.path.is_ident("macro_rules") {
                    let definition = Definition::parse(call.mac.tokens.clone()).unwrap();
                    let name = call.ident.as_ref().unwrap().to_string();
                    self.macros.insert(name, definition);
                    continue;
                }
                let tokens = self.expansion(&call.mac).expect("a macro nobody knows");
                let mut made = parse::items(tokens).unwrap();
                self.items(&mut made);
                done.append(&mut made);
                continue;
            }
            self.visit_item_mut(&mut item);
            done.push(item);
        }
        *list = done;
    }
}

impl VisitMut for Expander {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::Macro(call) = expression {
            match self.expansion(&call.mac) {
                Some(tokens) => {
                    let made = parse::expression(tokens).unwrap();
                    *expression = Expr::Paren(ExprParen {
                        attrs: Vec::new(),
                        paren_token: syn::token::Paren::default(),
                        expr: Box::new(made),
                    });
                }
                None => self.within(&mut call.mac),
            }
        }
        visit_mut::visit_expr_mut(self, expression);
        // An invisible group has no text; `concat!` takes no parentheses.
        if let Expr::Group(group) = expression {
            let negative =
                matches!(&*group.expr, Expr::Unary(minus) if matches!(*minus.expr, Expr::Lit(_)));
            if negative || matches!(*group.expr, Expr::Lit(_)) {
                *expression = (*group.expr).clone();
                return;
            }
            *expression = Expr::Paren(ExprParen {
                attrs: Vec::new(),
                paren_token: syn::token::Paren::default(),
                expr: group.expr.clone(),
            });
        }
    }

    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Macro(call) = ty
            && let Some(tokens) = self.expansion(&call.mac)
        {
            *ty = parse::type_(tokens).unwrap();
        }
        visit_mut::visit_type_mut(self, ty);
        if let Type::Group(group) = ty {
            *ty = Type::Paren(TypeParen {
                attrs: Vec::new(),
                paren_token: syn::token::Paren::default(),
                elem: group.elem.clone(),
            });
        }
    }

    fn visit_pat_mut(&mut self, pattern: &mut Pat) {
        if let Pat::Macro(call) = pattern
            && let Some(tokens) = self.expansion(&call.mac)
        {
            *pattern = parse::pattern(tokens).unwrap();
        }
        visit_mut::visit_pat_mut(self, pattern);
    }

    fn visit_block_mut(&mut self, block: &mut syn::Block) {
        let mut done = Vec::new();
        for mut statement in std::mem::take(&mut block.stmts) {
            if let Stmt::Macro(call) = &mut statement {
                if let Some(tokens) = self.expansion(&call.mac) {
                    done.extend(parse::statements(tokens).unwrap());
                    continue;
                }
                self.within(&mut call.mac);
            }
            done.push(statement);
        }
        block.stmts = done;
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_item_impl_mut(&mut self, item: &mut syn::ItemImpl) {
        let mut done = Vec::new();
        for member in std::mem::take(&mut item.items) {
            if let ImplItem::Macro(call) = &member
                && let Some(tokens) = self.expansion(&call.mac)
            {
                done.extend(parse::impl_items(tokens).unwrap());
                continue;
            }
            done.push(member);
        }
        item.items = done;
        visit_mut::visit_item_impl_mut(self, item);
    }
}

/// Compiles a program and runs it.
fn output(directory: &Path, name: &str, text: &str) -> String {
    let source = directory.join(format!("{name}.rs"));
    let program = directory.join(name);
    std::fs::write(&source, text).unwrap();
    let compiled = Command::new("rustc")
        .args(["--edition", "2021", "-A", "warnings", "-o"])
        .arg(&program)
        .arg(&source)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&compiled.stderr);
    assert!(compiled.status.success(), "{said}\n{text}");
    let run = Command::new(&program).output().unwrap();
    assert!(run.status.success());
    String::from_utf8(run.stdout).unwrap()
}

#[test]
fn the_compiler_and_the_partitioner_expand_alike() {
    let fixture = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/fixtures/macros/calls.rs"
    );
    let text = std::fs::read_to_string(fixture).unwrap();
    let mut file = syn::parse_file(&text).unwrap();
    let mut expander = Expander::default();
    expander.items(&mut file.items);
    let expanded = file.to_token_stream().to_string();
    for name in expander.macros.keys() {
        assert!(!expanded.contains(&format!("{name} !")), "{name} is left");
    }
    assert!(expander.calls > 80, "only {} calls", expander.calls);
    let directory = tempfile::tempdir().unwrap();
    let theirs = output(directory.path(), "compiler", &text);
    let ours = output(directory.path(), "partitioner", &expanded);
    assert_eq!(theirs, ours);
    assert!(theirs.lines().count() > 30);
}
