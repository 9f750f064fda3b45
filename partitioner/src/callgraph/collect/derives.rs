//! What derives make.

use super::{Collector, Place};
use crate::callgraph::index::{Key, Kind, Method};
use crate::callgraph::{Home, Origin};
use crate::expand::derive;

impl<'a, 's> Collector<'a, 's> {
    pub(super) fn derived(&mut self) {
        for (of, path, span) in std::mem::take(&mut self.derives) {
            let Some(last) = path.segments.last() else {
                continue;
            };
            let (name, scope) = (last.ident.to_string(), self.index.types[of.0].scope);
            // It makes no function.
            if name == "Copy" {
                continue;
            }
            let place = Place {
                scope,
                file: span.file,
                made_at: None,
            };
            let home = Home::TraitImpl(self.index.types[of.0].name.clone(), name.clone());
            let known = derive::shape(&name);
            let ident = known.map_or("*", |known| known.method);
            let node = self.node(place, home, Some(span), span, ident, Origin::Derived);
            let method = known.map(|known| known.method);
            self.index.kinds.push(Kind::Derived { of, method });
            match known {
                Some(known) => {
                    let method = Method {
                        node,
                        receiver: known.receiver,
                        arguments: known.arity,
                        of_trait: true,
                    };
                    self.register(Key::Local(of), known.method.to_owned(), method);
                }
                None => self.index.foreign.push(node),
            }
        }
    }
}
