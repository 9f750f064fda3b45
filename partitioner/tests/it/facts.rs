//! What the plan says of each function: fields read and written, locks, services, registers.

use partitioner::analysis::{self, Mode};
use partitioner::plan::Plan;
use partitioner::source::Sources;

fn plan(edits: &[(&str, &str, &str)]) -> Plan {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let driver = crate::common::changed("tests/fixtures/small", edits, directory.path());
    let mut sources = Sources::default();
    let analysis = analysis::analyse(&driver, Mode::Split, &mut sources);
    analysis
        .unwrap_or_else(|refusal| panic!("{:#?}", refusal.0))
        .plan
}

/// What is shared by all bodies.
const TOOLS: &str = "
pub(crate) fn change(settings: &mut Settings) {
    settings.level = 1;
}

pub(crate) fn look(settings: &Settings) -> u32 {
    settings.level
}

pub(crate) fn keep(mut counters: microdriver::SpinLockGuard<'_, Counters>) {
    counters.packets = 1;
}

impl Counters {
    pub(crate) fn count(&mut self) {
        self.packets += 1;
    }

    pub(crate) fn are(&self) -> u64 {
        self.packets
    }
}

impl Small {
";

/// A body; what it reads, writes, locks.
type Body = (
    &'static str,
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
);

const BODIES: &[Body] = &[
    (
        "let _ = self.settings.lock().level;",
        &["settings.level"],
        &[],
        &["settings"],
    ),
    (
        "self.settings.lock().level = 1;",
        &[],
        &["settings.level"],
        &["settings"],
    ),
    (
        "self.settings.lock().level += 1;",
        &["settings.level"],
        &["settings.level"],
        &["settings"],
    ),
    (
        "let s = self.settings.lock(); let _ = s.level;",
        &["settings.level"],
        &[],
        &["settings"],
    ),
    (
        "let mut s = self.settings.lock(); s.level = 2; let _ = s.port;",
        &["settings.port"],
        &["settings.level"],
        &["settings"],
    ),
    (
        "let s = &mut *self.settings.lock(); s.level = 2;",
        &[],
        &["settings.level"],
        &["settings"],
    ),
    (
        "let mut s = self.settings.lock(); let l = &mut s.level; *l = 2;",
        &[],
        &["settings.level"],
        &["settings"],
    ),
    (
        "let s = &mut *self.settings.lock(); s.level = 2; change(s);",
        &["settings"],
        &["settings"],
        &["settings"],
    ),
    (
        "let mut c = self.counters.lock(); c.packets = 1; let mut h = Some(c); h.as_mut().unwrap().packets = 2;",
        &["counters"],
        &["counters"],
        &["counters"],
    ),
    (
        "let mut s = self.settings.lock(); change(&mut s);",
        &["settings"],
        &["settings"],
        &["settings"],
    ),
    (
        "let s = self.settings.lock(); look(&s);",
        &["settings"],
        &[],
        &["settings"],
    ),
    (
        "*self.settings.lock() = Settings { level: 1, port: Port::Auto };",
        &[],
        &["settings"],
        &["settings"],
    ),
    (
        "let Settings { level, .. } = *self.settings.lock(); let _ = level;",
        &["settings"],
        &[],
        &["settings"],
    ),
    (
        "let mut s = self.settings.lock(); let Settings { ref mut level, .. } = *s; *level = 1;",
        &["settings"],
        &["settings"],
        &["settings"],
    ),
    (
        "if let Port::Fixed(n) = &mut self.settings.lock().port { *n = 1; }",
        &["settings.port"],
        &["settings.port"],
        &["settings"],
    ),
    (
        "self.counters.lock().count();",
        &["counters"],
        &["counters"],
        &["counters"],
    ),
    (
        "self.counters.lock().are();",
        &["counters"],
        &[],
        &["counters"],
    ),
    (
        "let c = self.counters.lock(); drop(c);",
        &[],
        &[],
        &["counters"],
    ),
    (
        "keep(self.counters.lock());",
        &["counters"],
        &[],
        &["counters"],
    ),
    ("self.running.load();", &["running"], &[], &[]),
    ("self.running.store(1);", &[], &["running"], &[]),
    (
        "let _ = self.identity.version;",
        &["identity.version"],
        &[],
        &[],
    ),
    (
        "let f = |s: &Self| s.running.store(1); f(self);",
        &[],
        &["running"],
        &[],
    ),
];

#[test]
fn fields_are_read_or_written() {
    let mut methods = TOOLS.to_owned();
    for (number, (body, ..)) in BODIES.iter().enumerate() {
        methods.push_str(&format!(
            "    #[microdriver::kernel_path]\n    pub(crate) fn body_{number}(&self) {{ {body} }}\n"
        ));
    }
    let calls: String = (0..BODIES.len())
        .map(|number| format!("self.body_{number}(); "))
        .collect();
    let plan = plan(&[
        ("src/state.rs", "impl Small {", &methods),
        ("src/interface.rs", "self.device.stop_queue();", &calls),
    ]);
    let mut wrong = Vec::new();
    for (number, (body, reads, writes, locks)) in BODIES.iter().enumerate() {
        let name = format!("Small::body_{number}");
        let found = plan.functions.iter().find(|entry| entry.name == name);
        let entry = found.expect("the function is there");
        if entry.reads != *reads || entry.writes != *writes || entry.locks != *locks {
            wrong.push(format!(
                "{body} reads {:?} writes {:?} locks {:?}",
                entry.reads, entry.writes, entry.locks
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A guard that was given away is written through where it went.
    let keep = plan
        .functions
        .iter()
        .find(|entry| entry.name == "state::keep");
    assert_eq!(keep.expect("it is there").writes, ["counters.packets"]);
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
