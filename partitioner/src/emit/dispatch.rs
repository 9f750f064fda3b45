//! What is appended to the module of the state: the ends of the crossings.

use syn::{Item, Type};

use super::{Context, carried, numbers};
use crate::analysis::Mode;
use crate::crossing::{self, Crossing};
use crate::driver::state::{Field, Sharing};
use crate::driver::{Function, FunctionId, Owner};
use crate::halves::Side;
use crate::types::Types;

const ARRAY_WIDTH: usize = 60;
const WIDTH: usize = 100;
/// The indentation of the body of an arm.
const ARM: &str = "                ";

/// A list in brackets, as rustfmt would lay it out.
pub(super) fn list(items: &[String], indentation: &str) -> String {
    let line = items.join(", ");
    if line.len() <= ARRAY_WIDTH {
        return format!("[{line}]");
    }
    let lines: String = items
        .iter()
        .map(|item| format!("{indentation}    {item},\n"))
        .collect();
    format!("[\n{lines}{indentation}]")
}

pub(super) fn half(context: &Context<'_>) -> String {
    match context.side {
        Side::Kernel => kernel(context),
        Side::User => user(context),
    }
}

fn names(context: &Context<'_>, functions: &[FunctionId]) -> String {
    let name = |id: &FunctionId| format!("\"{}\"", context.analysis.driver.function(*id).name);
    let names: Vec<String> = functions.iter().map(name).collect();
    list(&names, "    ")
}

fn kernel(context: &Context<'_>) -> String {
    let analysis = context.analysis;
    let halves = &analysis.halves;
    let state = &analysis.driver.state;
    let split = analysis.mode == Mode::Split;
    let mut text = String::from("// Generated: the kernel's end of the crossings.\n");
    text.push_str(&format!(
        "impl microdriver::split::KernelHalf for {state} {{\n"
    ));
    text.push_str(&format!("    const SPLIT: bool = {split};\n"));
    text.push_str("    const FINGERPRINT: u64 = crate::split::FINGERPRINT;\n");
    for (name, functions) in [
        ("UPCALLS", &halves.upcalls),
        ("DOWNCALLS", &halves.downcalls),
    ] {
        let names = names(context, functions);
        text.push_str(&format!(
            "    const {name}: &'static [&'static str] = &{names};\n"
        ));
    }
    text.push_str(&carried::constant(context));
    let deferred = deferred(context);
    if !deferred.is_empty() {
        let names = list(&deferred, "    ");
        text.push_str(&format!(
            "    const DEFERRED: &'static [&'static str] = &{names};\n"
        ));
    }
    text.push_str("    const PLACEMENTS: &'static str = crate::split::PLACEMENTS;\n");
    if context.watch.count {
        text.push_str(super::instrument::CONSTANT);
    }
    text.push_str(&lower_state(&halves.plain));
    text.push_str(&shared("lock", "RemoteLock", &halves.locks, numbers::lock));
    text.push_str(&shared(
        "atomic",
        "RemoteAtomic",
        &halves.atomics,
        numbers::atomic,
    ));
    text.push_str(&downcall(context));
    text.push_str("}\n");
    text
}

/// The operations that are stubs which queue a call: the runtime need not call them from a worker.
fn deferred(context: &Context<'_>) -> Vec<String> {
    let analysis = context.analysis;
    let types = Types {
        driver: &analysis.driver,
        api: &analysis.api,
    };
    let functions = analysis.halves.upcalls.iter();
    functions
        .map(|id| analysis.driver.function(*id))
        .filter(|function| function.root.is_some())
        .filter(|function| {
            crossing::upcall(&types, function).is_ok_and(|how| how == Crossing::Deferred)
        })
        .map(|function| format!("\"{}\"", function.ident))
        .collect()
}

fn lower_state(plain: &[Field]) -> String {
    let writer = if plain.is_empty() { "_" } else { "writer" };
    let mut text = format!(
        "
    fn lower_state(
        &self,
        {writer}: &mut microdriver::wire::Writer<'_>,
    ) -> core::result::Result<(), microdriver::wire::WireError> {{
"
    );
    for field in plain {
        text.push_str(&format!(
            "        microdriver::wire::Lower::lower(&self.{}, writer)?;\n",
            field.name
        ));
    }
    text.push_str("        Ok(())\n    }\n");
    text
}

fn shared(method: &str, of: &str, fields: &[Field], constant: fn(&Field) -> String) -> String {
    let result = format!("Option<&dyn microdriver::split::{of}>");
    if fields.is_empty() {
        return format!("\n    fn {method}(&self, _: u16) -> {result} {{\n        None\n    }}\n");
    }
    let arms: String = fields
        .iter()
        .map(|field| {
            let (number, name) = (constant(field), &field.name);
            let line = format!("            crate::split::{number} => Some(&self.{name}),");
            if line.len() <= WIDTH {
                return format!("{line}\n");
            }
            format!(
                "            crate::split::{number} => {{\n{ARM}Some(&self.{name})\n            }}\n"
            )
        })
        .collect();
    format!(
        "
    fn {method}(&self, number: u16) -> {result} {{
        match number {{
{arms}            _ => None,
        }}
    }}
"
    )
}

const REFUSED: &str = "Err(microdriver::split::Refused::UnknownFunction)";

fn downcall(context: &Context<'_>) -> String {
    let downcalls = &context.analysis.halves.downcalls;
    let (number, call) = if downcalls.is_empty() {
        ("_", "_")
    } else {
        ("number", "call")
    };
    let mut text = format!(
        "
    fn downcall(
        &self,
        {number}: u16,
        {call}: &mut microdriver::split::Downcall<'_>,
    ) -> core::result::Result<(), microdriver::split::Refused> {{
"
    );
    let arms: String = downcalls
        .iter()
        .map(|id| arm(context, *id, context.numbers.down(*id), "self"))
        .collect();
    text.push_str(&choice(&arms));
    text.push_str("    }\n");
    text
}

fn choice(arms: &str) -> String {
    if arms.is_empty() {
        return format!("        {REFUSED}\n");
    }
    format!("        match number {{\n{arms}            _ => {REFUSED},\n        }}\n")
}

/// `let result = ...;`, on two lines if one would be too long.
fn binding(called: &str) -> Vec<String> {
    let line = format!("let result = {called};");
    if ARM.len() + line.len() <= WIDTH {
        return vec![line];
    }
    vec!["let result =".to_owned(), format!("    {called};")]
}

/// The name of an argument where the dispatcher has names of its own.
fn local(name: &str) -> String {
    let taken = [
        "call", "device", "number", "result", "self", "state", "this",
    ]
    .contains(&name);
    if taken {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

/// One arm: lifts the arguments, calls, replies.
fn arm(context: &Context<'_>, id: FunctionId, constant: &str, state: &str) -> String {
    let function = context.analysis.driver.function(id);
    let sent = crossing::sent(function);
    let names: Vec<String> = sent.iter().map(|(name, _)| local(name)).collect();
    let tuple = match names.as_slice() {
        [] => "()".to_owned(),
        [only] => format!("({only},)"),
        several => format!("({})", several.join(", ")),
    };
    let mut lines = Vec::new();
    if function.has_receiver() && state == "this" {
        lines.push("let this = state.ok_or(microdriver::split::Refused::NoState)?;".to_owned());
    }
    lines.push(format!("let {tuple} = call.arguments()?;"));
    let called = invocation(context, function, state);
    if function.result().is_some() {
        lines.extend(binding(&called));
        lines.push("call.reply(&result)".to_owned());
    } else {
        lines.push(format!("{called};"));
        lines.push("call.reply(&())".to_owned());
    }
    let body: String = lines.iter().map(|line| format!("{ARM}{line}\n")).collect();
    format!("            crate::split::{constant} => {{\n{body}            }}\n")
}

fn invocation(context: &Context<'_>, function: &Function, state: &str) -> String {
    let mut sent = crossing::sent(function).into_iter();
    let device = crossing::device_argument(function);
    let arguments: Vec<String> = (0..function.arguments().len())
        .filter_map(|index| {
            if Some(index) == device {
                return Some("device".to_owned());
            }
            let (name, ty) = sent.next()?;
            let name = local(&name);
            Some(if matches!(ty, Type::Reference(_)) {
                format!("&{name}")
            } else {
                name
            })
        })
        .collect();
    let arguments = arguments.join(", ");
    let ident = &function.ident;
    let analysis = context.analysis;
    match (&function.owner, &analysis.driver.item(function.item).item) {
        (Owner::Trait { .. }, Item::Impl(block)) => {
            let path = block
                .trait_
                .as_ref()
                .map(|(path, _)| numbers::absolute(analysis, function.module, path));
            let path = path.unwrap_or_default();
            let receiver = match (function.has_receiver(), arguments.is_empty()) {
                (true, true) => state.to_owned(),
                (true, false) => format!("{state}, {arguments}"),
                (false, _) => arguments,
            };
            format!("<Self as {path}>::{ident}({receiver})")
        }
        _ if function.has_receiver() => format!("{state}.{ident}({arguments})"),
        _ => format!("Self::{ident}({arguments})"),
    }
}

fn user(context: &Context<'_>) -> String {
    let analysis = context.analysis;
    let halves = &analysis.halves;
    let names = names(context, &halves.upcalls);
    let mut text = String::from("// Generated: the user half's end of the crossings.\n");
    text.push_str(&format!(
        "impl microdriver::split::UserHalf for {} {{\n",
        analysis.driver.state
    ));
    text.push_str("    const FINGERPRINT: u64 = crate::split::FINGERPRINT;\n");
    text.push_str(&format!(
        "    const UPCALLS: &'static [&'static str] = &{names};\n"
    ));
    if context.watch.count {
        text.push_str(super::instrument::CONSTANT);
    }
    text.push_str(&lift_state(context));
    text.push_str(&upcall(context));
    text.push_str("}\n");
    text
}

fn lift_state(context: &Context<'_>) -> String {
    let halves = &context.analysis.halves;
    let present: Vec<&Field> = context
        .analysis
        .fields
        .iter()
        .filter(|field| context.half.fields.contains(&field.name))
        .collect();
    let mut fields = String::new();
    for field in &present {
        let name = &field.name;
        let value = match &field.sharing {
            Sharing::Channel if name == "device" => String::new(),
            Sharing::Channel => "device".to_owned(),
            Sharing::Registers => "microdriver::Registers::remote()".to_owned(),
            Sharing::Lock(_) => remote(name, "Mutex", &numbers::lock(field)),
            Sharing::Atomic(of) => remote(name, of, &numbers::atomic(field)),
            Sharing::Plain | Sharing::KernelOnly(_) => {
                "microdriver::wire::Wire::lift(reader)?".to_owned()
            }
        };
        let separator = if value.is_empty() { "" } else { ": " };
        fields.push_str(&format!("            {name}{separator}{value},\n"));
    }
    let device = if present
        .iter()
        .any(|field| field.sharing == Sharing::Channel)
    {
        "device"
    } else {
        "_"
    };
    let reader = if halves.plain.is_empty() {
        "_"
    } else {
        "reader"
    };
    let value = if fields.is_empty() {
        "Ok(Self {})".to_owned()
    } else {
        format!("Ok(Self {{\n{fields}        }})")
    };
    format!(
        "
    fn lift_state(
        {device}: microdriver::Device,
        {reader}: &mut microdriver::wire::Reader<'_>,
    ) -> core::result::Result<Self, microdriver::wire::WireError> {{
        {value}
    }}
"
    )
}

/// What stands for the kernel's lock or atomic, as rustfmt would lay it out in the state.
fn remote(field: &str, of: &str, number: &str) -> String {
    let call = format!("microdriver::{of}::remote(");
    let line = format!("{call}crate::split::{number})");
    if "            : ,".len() + field.len() + line.len() <= WIDTH {
        return line;
    }
    format!("{call}\n{ARM}crate::split::{number},\n            )")
}

fn upcall(context: &Context<'_>) -> String {
    let driver = &context.analysis.driver;
    let upcalls = &context.analysis.halves.upcalls;
    let any =
        |wanted: &dyn Fn(&Function) -> bool| upcalls.iter().any(|id| wanted(driver.function(*id)));
    let or = |name: &'static str, used: bool| if used { name } else { "_" };
    let state = or("state", any(&Function::has_receiver));
    let device = or(
        "device",
        any(&|function| crossing::device_argument(function).is_some()),
    );
    let number = or("number", !upcalls.is_empty());
    let call = or("call", !upcalls.is_empty());
    let arms: String = upcalls
        .iter()
        .map(|id| arm(context, *id, context.numbers.up(*id), "this"))
        .collect();
    let choice = choice(&arms);
    format!(
        "
    fn upcall(
        {state}: Option<&Self>,
        {device}: &microdriver::Device,
        {number}: u16,
        {call}: &mut microdriver::split::Upcall<'_>,
    ) -> core::result::Result<(), microdriver::split::Refused> {{
{choice}    }}
"
    )
}
