//! What was found becomes scopes, names and functions of the index.

use std::collections::HashMap;
use std::rc::Rc;

use syn::{Block, Signature};

use super::{Collector, Place, plain};
use crate::callgraph::index::{Around, Def, Function, Key, Kind, Method, Scope, ScopeId};
use crate::callgraph::{Home, Node, NodeId, Origin};
use crate::source::{FileId, Span};

impl<'a, 's> Collector<'a, 's> {
    pub(super) fn scope(
        &mut self,
        around: Option<ScopeId>,
        parent: Option<ScopeId>,
        path: Vec<String>,
        file: FileId,
    ) -> ScopeId {
        let id = ScopeId(self.index.scopes.len());
        let module = around.map_or(id, |around| self.index.scope(around).module);
        let parent = around.map_or(parent, |around| self.index.scope(around).parent);
        self.index.scopes.push(Scope {
            around,
            module,
            parent,
            path,
            file,
            names: HashMap::new(),
            imports: HashMap::new(),
            globs: Vec::new(),
        });
        id
    }

    pub(super) fn define(&mut self, scope: ScopeId, name: impl ToString, def: Def) {
        let names = &mut self.index.scopes[scope.0].names;
        names.entry(plain(&name.to_string())).or_default().push(def);
    }

    #[expect(clippy::too_many_arguments, reason = "what a function is made of")]
    pub(super) fn function(
        &mut self,
        place: Place,
        around: Rc<Around<'a>>,
        home: Home,
        block: Option<Span>,
        code: Span,
        signature: &'a Signature,
        body: &'a Block,
    ) -> NodeId {
        let origin = if place.made_at.is_some() {
            Origin::Expanded
        } else {
            Origin::Written
        };
        let ident = plain(&signature.ident.to_string());
        let id = self.node(place, home, block, code, &ident, origin);
        self.index.kinds.push(Kind::Function(Box::new(Function {
            scope: place.scope,
            around,
            signature,
            body,
            made_at: place.made_at,
            result: std::cell::OnceCell::new(),
        })));
        id
    }

    pub(super) fn node(
        &mut self,
        place: Place,
        home: Home,
        block: Option<Span>,
        span: Span,
        ident: &str,
        origin: Origin,
    ) -> NodeId {
        let module = self.index.scope(place.scope).path.clone();
        let mut name = module.join("::");
        let owner = match &home {
            Home::Module => None,
            Home::Inherent(of) => Some(of.clone()),
            Home::TraitImpl(of, name) => Some(format!("<{of} as {name}>")),
            Home::TraitDefault(name) => Some(name.clone()),
        };
        for part in owner.iter().map(String::as_str).chain([ident]) {
            if !name.is_empty() {
                name.push_str("::");
            }
            name.push_str(part);
        }
        self.index.homes.push(home.clone());
        self.nodes.push(Node {
            name,
            module,
            home,
            ident: ident.to_owned(),
            span,
            block,
            origin,
        });
        NodeId(self.nodes.len() - 1)
    }

    pub(super) fn method(&mut self, key: Key, signature: &Signature, node: NodeId, of_trait: bool) {
        let receiver = signature.receiver().is_some();
        let method = Method {
            node,
            receiver,
            arguments: signature.inputs.len(),
            of_trait,
        };
        self.register(key, plain(&signature.ident.to_string()), method);
    }

    pub(super) fn register(&mut self, key: Key, name: String, method: Method) {
        self.index
            .methods
            .entry(name.clone())
            .or_default()
            .push(method);
        self.index
            .of_type
            .entry((key, name))
            .or_default()
            .push(method);
    }
}
