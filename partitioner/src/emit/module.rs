//! One module of one half: the driver's file, edited.

use syn::{ImplItem, Item, ItemImpl};

use super::edits::{Edited, Edits};
use super::{Context, dispatch, instrument, present, stubs, traceable, uses, visibility};
use crate::analysis::Mode;
use crate::driver::{Entry, Function, FunctionId, ItemId};
use crate::halves::{self, Side};
use crate::load::ModuleId;
use crate::source::Span;

/// The text, and which bytes of it are the source's.
pub(super) fn emit(context: &Context<'_>, id: ModuleId) -> Edited {
    let analysis = context.analysis;
    let module = analysis.driver.tree.module(id);
    let file = context.sources.file(module.file);
    let mut edits = Edits::new(&file.text);
    module
        .removed
        .iter()
        .for_each(|span| edits.cut(span.range()));
    for (item, entry) in analysis
        .driver
        .entries()
        .filter(|(_, entry)| entry.module == id)
    {
        edit_item(context, &mut edits, item, entry);
    }
    let edited = edits.apply();
    let pruned = match analysis.mode {
        Mode::Split => uses::prune(context, id, &edited.text).of_first(&edited.kept),
        Mode::Unsplit => edited,
    };
    let mut emitted = pruned.after(&format!(
        "// Emitted by pcnet-partition from {}. Do not edit.\n\n",
        file.name
    ));
    let text = &mut emitted.text;
    if id == analysis.driver.item(analysis.driver.state_item).module {
        text.push('\n');
        text.push_str(&dispatch::half(context));
    }
    if id.0 == 0 {
        text.push_str("\nmod split;\n");
    }
    emitted
}

fn edit_item(context: &Context<'_>, edits: &mut Edits<'_>, id: ItemId, entry: &Entry) {
    let half = context.half;
    if context.numbers.raised.contains(&id) {
        visibility::raise(edits, entry);
    }
    match &entry.item {
        // Imports are pruned when it is known what is left.
        Item::Use(_) => {}
        Item::Mod(item) => {
            let module = context.analysis.driver.tree.module(entry.module);
            let child = module.children.get(&item.ident.to_string());
            if child.is_some_and(|child| !present(context, *child)) {
                edits.cut(entry.span.range());
            }
        }
        Item::Fn(_) => {
            for function in &entry.functions {
                edit_function(context, edits, *function);
            }
        }
        Item::Impl(block) => edit_block(context, edits, id, entry, block),
        _ if !half.items.contains(&id) => edits.cut(entry.span.range()),
        Item::Struct(_) if id == context.analysis.driver.state_item => edit_state(context, edits),
        _ => {}
    }
}

/// The fields that this half does not have.
fn edit_state(context: &Context<'_>, edits: &mut Edits<'_>) {
    for field in &context.analysis.fields {
        if !context.half.fields.contains(&field.name) {
            edits.cut(field.span.range());
        }
    }
}

fn edit_block(
    context: &Context<'_>,
    edits: &mut Edits<'_>,
    id: ItemId,
    entry: &Entry,
    block: &ItemImpl,
) {
    let half = context.half;
    let file = entry.span.file;
    let is_root = halves::is_root_block(&context.analysis.api, block);
    let has =
        |function: &FunctionId| half.functions.contains(function) || half.stubs.contains(function);
    let constant = |item: &ImplItem| match item {
        ImplItem::Const(constant) => half.constants.contains(&(id, constant.ident.to_string())),
        ImplItem::Type(_) => true,
        _ => false,
    };
    let is_left = entry.functions.iter().any(has) || block.items.iter().any(constant);
    let marker = block.trait_.is_some() && block.items.is_empty();
    if !half.items.contains(&id) || (!is_left && !is_root && !marker) {
        edits.cut(entry.span.range());
        return;
    }
    if !is_left && !block.items.is_empty() {
        let braces = Span::from(file, block.brace_token.span.join());
        edits.replace(braces.range(), "{}".to_owned());
        return;
    }
    for item in &block.items {
        if matches!(item, ImplItem::Const(_)) && !constant(item) {
            edits.cut(Span::of(file, item).range());
        }
    }
    for function in &entry.functions {
        // The user half has of the roots what is there; a stub of a root would answer the kernel's
        // own question.
        edit_function(context, edits, *function);
    }
}

fn edit_function(context: &Context<'_>, edits: &mut Edits<'_>, id: FunctionId) {
    let function = context.analysis.driver.function(id);
    let indentation = edits.indentation(function.span.start);
    let start = function.span.start;
    if context.half.functions.contains(&id) {
        let place = place(context, function);
        let never = traceable::never_inline(context, edits, function, indentation);
        edits.replace(
            start..start,
            format!("// from {place}\n{indentation}{never}"),
        );
        if must_be_raised(context, id, function) {
            let range = match function.visibility {
                Some(span) => span.range(),
                None => function.code.start..function.code.start,
            };
            let space = if function.visibility.is_some() {
                ""
            } else {
                " "
            };
            edits.replace(range, format!("pub(crate){space}"));
        }
        if context.watch.count {
            instrument::count(context, edits, id, function);
        }
    } else if context.half.stubs.contains(&id) {
        let raised = must_be_raised(context, id, function);
        let stub = stubs::stub(context, id, function, indentation, raised);
        edits.replace(function.span.range(), stub);
    } else {
        edits.cut(function.span.range());
    }
}

/// `file:line` of a function's `fn`.
pub(super) fn place(context: &Context<'_>, function: &Function) -> String {
    context.sources.place(function.code)
}

/// Whether the dispatcher, which stands with the state, could not see the function otherwise.
fn must_be_raised(context: &Context<'_>, id: FunctionId, function: &Function) -> bool {
    let halves = &context.analysis.halves;
    let called = match context.side {
        Side::Kernel => &halves.downcalls,
        Side::User => &halves.upcalls,
    };
    let driver = &context.analysis.driver;
    let own = &driver.tree.module(function.module).path;
    let state = &driver
        .tree
        .module(driver.item(driver.state_item).module)
        .path;
    called.contains(&id) && !function.is_public && !state.starts_with(own)
}
