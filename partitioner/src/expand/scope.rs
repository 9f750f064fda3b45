//! Which macro a name means at a place.

use std::collections::BTreeMap;

/// A place in the text of a crate, between two definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position(usize);

/// The `macro_rules!` of a crate, with where each can be seen.
///
/// Walk through the crate in the order of its text: modules where they are declared, blocks where they stand.
/// [`Table::enter`] and [`Table::leave`] bound each; [`Table::define`] adds a macro; [`Table::here`] is kept with
/// each call, since macros that come later are not seen there. `T` is what stands for a definition.
#[derive(Debug)]
pub struct Table<T> {
    entries: Vec<Entry<T>>,
    names: BTreeMap<String, Vec<usize>>,
    renamed: BTreeMap<String, Vec<String>>,
    open: Vec<Vec<usize>>,
    now: usize,
}

#[derive(Debug)]
struct Entry<T> {
    definition: T,
    from: usize,
    until: usize,
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table {
            entries: Vec::new(),
            names: BTreeMap::new(),
            renamed: BTreeMap::new(),
            open: vec![Vec::new()],
            now: 0,
        }
    }
}

impl<T: Clone> Table<T> {
    /// Starts a module or a block.
    pub fn enter(&mut self) {
        self.open.push(Vec::new());
    }

    /// Ends it; the macros of a module with `#[macro_use]` are seen behind it.
    pub fn leave(&mut self, macro_use: bool) {
        self.now += 1;
        if self.open.len() == 1 {
            return;
        }
        let Some(ended) = self.open.pop() else {
            return;
        };
        if macro_use {
            if let Some(outer) = self.open.last_mut() {
                outer.extend(ended);
            }
        } else {
            for index in ended {
                self.entries[index].until = self.now;
            }
        }
    }

    /// Adds a macro, seen from here on to the end of what is entered.
    pub fn define(&mut self, name: &str, definition: T) {
        self.now += 1;
        let index = self.entries.len();
        self.entries.push(Entry {
            definition,
            from: self.now,
            until: usize::MAX,
        });
        self.names.entry(name.to_owned()).or_default().push(index);
        if let Some(scope) = self.open.last_mut() {
            scope.push(index);
        }
    }

    /// Adds another name: `use old as new`.
    pub fn rename(&mut self, new: &str, old: &str) {
        if new != old {
            let list = self.renamed.entry(new.to_owned()).or_default();
            list.push(old.to_owned());
        }
    }

    /// This place.
    pub fn here(&self) -> Position {
        Position(self.now)
    }

    /// What a call can mean: the newest definition in sight, for a name; for a path, and a name that nothing in
    /// sight has (it was imported), every definition of that name.
    pub fn find(&self, path: &syn::Path, place: Position) -> Vec<T> {
        let Some(last) = path.segments.last() else {
            return Vec::new();
        };
        let name = last.ident.to_string();
        if let Some(single) = path.get_ident()
            && let Some(list) = self.names.get(&single.to_string())
            && let Some(index) = list.iter().rev().find(|index| {
                let entry = &self.entries[**index];
                entry.from <= place.0 && place.0 < entry.until
            })
        {
            return vec![self.entries[*index].definition.clone()];
        }
        let others = self.renamed.get(&name).into_iter().flatten();
        std::iter::once(&name)
            .chain(others)
            .filter_map(|name| self.names.get(name))
            .flatten()
            .map(|index| self.entries[*index].definition.clone())
            .collect()
    }
}
