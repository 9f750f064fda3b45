//! What the plan says of each function: fields read and written, locks, services, registers.

mod fields;
mod locks;

use partitioner::analysis::{self, Mode};
use partitioner::diagnostics::Outcome;
use partitioner::plan::Plan;
use partitioner::source::Sources;

fn outcome(edits: &[(&str, &str, &str)]) -> Outcome<Plan> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let driver = crate::common::changed("tests/fixtures/small", edits, directory.path());
    let mut sources = Sources::default();
    Ok(analysis::analyse(&driver, Mode::Split, &mut sources)?.plan)
}

fn plan(edits: &[(&str, &str, &str)]) -> Plan {
    outcome(edits).unwrap_or_else(|refusal| panic!("{:#?}", refusal.0))
}

#[test]
fn services_registers_and_the_order_of_locks() {
    let plan = plan(&[(
        "src/interface.rs",
        "let port = self.settings.lock().port;",
        "let settings = self.settings.lock();\n        chip::light(&self.registers, true)?;\n        let port = settings.port;",
    )]);
    let entry = |name: &str| {
        let found = plan.functions.iter().find(|entry| entry.name == name);
        found.expect("the function is there")
    };
    let light = entry("chip::light");
    assert_eq!(
        light.services,
        ["Registers::transaction", "Transaction::run"]
    );
    assert_eq!(light.registers, ["control(LED)"]);
    assert_eq!(light.locks, ["registers"]);
    assert!(light.reads.is_empty() && light.writes.is_empty());
    assert_eq!(entry("chip::read").registers, ["control(index)"]);
    let attach = entry("Small::attach");
    assert!(
        attach.writes.iter().any(|field| field == "settings"),
        "{:?}",
        attach.writes
    );
    let order: Vec<(&str, &str)> = plan
        .lock_order
        .iter()
        .map(|pair| (pair.held.as_str(), pair.taken.as_str()))
        .collect();
    assert_eq!(order, [("settings", "registers")], "through a call");
    let json: serde_json::Value = serde_json::from_str(&plan.json()).expect("JSON");
    let choose = json["functions"]
        .as_array()
        .and_then(|list| list.iter().find(|entry| entry["name"] == "Small::choose"));
    assert_eq!(
        choose.expect("it is there")["writes"],
        serde_json::json!(["settings.port"])
    );
}

#[test]
fn statics_in_one_half_and_constants_in_both_are_no_copies() {
    plan(&[
        (
            "src/chip.rs",
            "/// The chip's version.\npub(crate) fn",
            "static CALLS: AtomicU32 = AtomicU32::new(0);\nstatic NAMES: [&str; 1] = [\"a\"];\n\n\
             /// The chip's version.\npub(crate) fn",
        ),
        (
            "src/chip.rs",
            "use microdriver::{Grant",
            "use core::sync::atomic::{AtomicU32, Ordering};\n\nuse microdriver::{Grant",
        ),
        (
            "src/chip.rs",
            "    transaction.modify(",
            "    CALLS.fetch_add(NAMES.len() as u32, Ordering::Relaxed);\n    transaction.modify(",
        ),
        (
            "src/chip.rs",
            "    let status = transaction",
            "    let _names = NAMES.len();\n    let status = transaction",
        ),
    ]);
}
