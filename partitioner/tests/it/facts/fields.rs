//! Fields that are read and written, and locks that are taken for it.

use super::plan;

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
