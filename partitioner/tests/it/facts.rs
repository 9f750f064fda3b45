//! What the plan says of each function: fields read and written, locks, services, registers.

use partitioner::analysis::{self, Mode};
use partitioner::diagnostics::{Code, Outcome};
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

/// Pairs of names.
type Pairs = Vec<(String, String)>;

/// Three more locks, and methods with these bodies in the kernel half.
fn locks(bodies: &[&str]) -> Result<Pairs, Vec<(Code, String)>> {
    let mut methods = "impl Small {\n".to_owned();
    for (number, body) in bodies.iter().enumerate() {
        methods.push_str(&format!(
            "    pub(crate) fn body_{number}(&self) {{ {body} }}\n"
        ));
    }
    let calls: String = (0..bodies.len())
        .map(|number| format!("self.body_{number}(); "))
        .collect();
    let outcome = outcome(&[
        ("src/state.rs", "impl Small {", &methods),
        (
            "src/state.rs",
            "    pub(crate) running: AtomicU32,",
            "    pub(crate) running: AtomicU32,\n    pub(crate) a: SpinLock<u8>,\n    pub(crate) b: SpinLock<u16>,\n    pub(crate) c: SpinLock<u64>,\n    pub(crate) many: [SpinLock<u32>; 2],",
        ),
        ("src/interface.rs", "self.device.stop_queue();", &calls),
    ]);
    match outcome {
        Ok(plan) => {
            let pairs = plan.lock_order.into_iter();
            Ok(pairs.map(|pair| (pair.held, pair.taken)).collect())
        }
        Err(refusal) => {
            let found = refusal.0.into_iter();
            Err(found.map(|found| (found.code, found.title)).collect())
        }
    }
}

fn pairs(list: &[(&str, &str)]) -> Pairs {
    let list = list.iter();
    list.map(|(held, taken)| ((*held).to_owned(), (*taken).to_owned()))
        .collect()
}

#[test]
fn locks_have_one_order() {
    let found = locks(&[
        "let a = self.a.lock(); let b = self.b.lock();",
        "let b = self.b.lock(); let c = self.c.lock();",
    ]);
    assert_eq!(found, Ok(pairs(&[("a", "b"), ("b", "c")])));
    let found = locks(&[
        "let a = self.a.lock(); self.body_3();",
        "let b = self.b.lock(); let c = self.c.lock();",
        "let c = self.c.lock(); let a = self.a.lock();",
        "*self.b.lock() = 1;",
    ]);
    let found = found.expect_err("a circle");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, Code::LockOrder);
    assert!(
        found[0].1.ends_with("`a`, then `b`, then `c`, then `a`"),
        "{found:?}"
    );
    // The other order, but never both at once.
    let found = locks(&[
        "let a = self.a.lock(); let b = self.b.lock();",
        "let b = self.b.lock(); drop(b); let a = self.a.lock();",
    ]);
    assert_eq!(found, Ok(pairs(&[("a", "b")])));
    // A guard that a function returns holds its lock here.
    let found = locks(&[
        "let a = self.give(); let b = self.b.lock();",
        "} fn give(&self) -> microdriver::SpinLockGuard<'_, u8> { self.a.lock()",
    ]);
    assert_eq!(found, Ok(pairs(&[("a", "b")])));
    // A closure runs under what is held by whom it is given to.
    let found = locks(&[
        "self.with(|| { let b = self.b.lock(); });",
        "} fn with(&self, action: impl FnOnce()) { let a = self.a.lock(); action();",
    ]);
    assert_eq!(found, Ok(pairs(&[("a", "b")])));
}

#[test]
fn locks_are_not_taken_twice() {
    let twice = |bodies: &[&str]| {
        let found = locks(bodies).err().unwrap_or_default();
        let codes = found.iter().map(|(code, _)| *code).collect::<Vec<_>>();
        assert!(
            codes.iter().all(|code| *code == Code::LockTwice),
            "{found:?}"
        );
        codes.len()
    };
    assert_eq!(
        twice(&["let a = self.a.lock(); let again = self.a.lock();"]),
        1
    );
    assert_eq!(
        twice(&["{ let a = self.a.lock(); } let again = self.a.lock();"]),
        0
    );
    assert_eq!(
        twice(&[
            "let a = self.a.lock(); self.body_1();",
            "*self.a.lock() = 1;"
        ]),
        1
    );
    assert_eq!(
        twice(&["let l = &self.a; let a = self.a.lock(); let again = l.lock();"]),
        1
    );
    assert_eq!(
        twice(&[
            "let g = self.a.lock(); self.body_1();",
            "self.body_2();",
            "self.body_0();"
        ]),
        1
    );
    // Of an array of locks it is not known which.
    assert_eq!(
        twice(&["let x = self.many[0].lock(); let y = self.many[1].lock();"]),
        0
    );
    assert_eq!(
        twice(&["let t = self.registers.transaction(); let u = self.registers.transaction();"]),
        1
    );
}

/// In the user half a transaction is a program: until it runs, it holds nothing.
#[test]
fn transactions_of_the_user_half_hold_nothing() {
    let body = "let port = self.settings.lock().port;";
    let free = "let transaction = self.registers.transaction();\n        let port = self.settings.lock().port;\n        transaction.run()?;";
    let order = plan(&[("src/interface.rs", body, free)]).lock_order;
    assert!(order.is_empty(), "{order:?}");
    let held = "let settings = self.settings.lock();\n        self.registers.transaction().run()?;\n        let port = settings.port;";
    let order = plan(&[("src/interface.rs", body, held)]).lock_order;
    assert_eq!(order.len(), 1);
}
