//! Items within bodies: each block that has any is a scope.

use std::path::Path;

use syn::visit::{self, Visit};
use syn::{Block, Item};

use super::{Collector, Place};
use crate::callgraph::index::ScopeId;
use crate::load::item_attributes;

impl<'a, 's> Collector<'a, 's> {
    /// The items in a body.
    pub(super) fn nested(&mut self, place: Place, body: &'a Block) {
        let mut found = Blocks(Vec::new());
        found.visit_block(body);
        self.nested_blocks(place, found.0);
    }

    pub(super) fn nested_in(&mut self, place: Place, value: &'a syn::Expr) {
        let mut found = Blocks(Vec::new());
        found.visit_expr(value);
        self.nested_blocks(place, found.0);
    }

    fn nested_blocks(&mut self, place: Place, blocks: Vec<&'a Block>) {
        // Outer blocks come first, and are the scope of those within.
        let mut open: Vec<(&'a Block, ScopeId)> = Vec::new();
        for block in blocks {
            while let Some((outer, _)) = open.last() {
                let mut within = Contains {
                    block,
                    found: false,
                };
                within.visit_block(outer);
                if within.found {
                    break;
                }
                open.pop();
            }
            let around = open.last().map_or(place.scope, |(_, scope)| *scope);
            let path = self.index.scope(around).path.clone();
            let scope = self.scope(Some(around), None, path, place.file);
            self.index
                .blocks
                .insert(std::ptr::from_ref(block) as usize, scope);
            open.push((block, scope));
            let items = block.stmts.iter().filter_map(|statement| match statement {
                syn::Stmt::Item(item) => Some(item),
                _ => None,
            });
            for item in items {
                if let Item::Macro(_) = item {
                    self.macros.define_all(std::slice::from_ref(item));
                }
                if self.config.keeps(item_attributes(item)) {
                    self.item(Place { scope, ..place }, item, Path::new(""), Path::new(""));
                }
            }
        }
    }
}

/// Blocks with items.
struct Blocks<'a>(Vec<&'a Block>);

impl<'a> Visit<'a> for Blocks<'a> {
    fn visit_block(&mut self, block: &'a Block) {
        if block
            .stmts
            .iter()
            .any(|statement| matches!(statement, syn::Stmt::Item(_)))
        {
            self.0.push(block);
        }
        visit::visit_block(self, block);
    }

    // The bodies of items are looked into when those are collected.
    fn visit_item(&mut self, _: &'a Item) {}
}

struct Contains<'b> {
    block: &'b Block,
    found: bool,
}

impl<'a> Visit<'a> for Contains<'_> {
    fn visit_block(&mut self, block: &'a Block) {
        if std::ptr::eq(block, self.block) {
            self.found = true;
        } else if !self.found {
            visit::visit_block(self, block);
        }
    }
}
