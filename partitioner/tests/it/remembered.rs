//! Whose replies the kernel half remembers: a function that depends on its arguments alone, and each thing
//! that would make that wrong.

use partitioner::analysis::{self, Mode};
use partitioner::source::Sources;

/// Whether `Small::get_msglevel` is one, with this body and with these items beside it: the locks behind which
/// it looks.
fn remembered(body: &str, items: &str) -> Option<Vec<String>> {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let driver = crate::common::changed(
        "tests/fixtures/small",
        &[
            ("src/ethtool.rs", "Ok(self.settings.lock().level)", body),
            (
                "src/ethtool.rs",
                "const VERSION",
                &format!("{items}\nconst VERSION"),
            ),
        ],
        directory.path(),
    );
    let mut sources = Sources::default();
    let analysis = analysis::analyse(&driver, Mode::Split, &mut sources)
        .unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
    let mut functions = analysis.driver.iter();
    let (id, _) = functions
        .find(|(_, function)| function.name == "Small::get_msglevel")
        .expect("it is there");
    analysis.graph.remembered[id.0]
        .as_ref()
        .map(|locks| locks.iter().cloned().collect::<Vec<_>>())
}

fn is_remembered(body: &str, items: &str) -> bool {
    remembered(body, items).is_some()
}

#[test]
fn what_depends_on_arguments_and_plain_fields_is_remembered() {
    assert!(is_remembered("Ok(7)", ""));
    assert!(is_remembered("Ok(u32::from(self.identity.version))", ""));
    assert!(is_remembered(
        "Ok(twice(3))",
        "fn twice(value: u32) -> u32 { value * 2 }"
    ));
    assert!(is_remembered(
        "Ok(TABLE[1])",
        "static TABLE: [u32; 2] = [1, 2];"
    ));
}

#[test]
fn what_looks_behind_a_lock_is_remembered_until_that_changes() {
    for (body, items) in [
        ("Ok(self.settings.lock().level)", ""),
        (
            "let settings = self.settings.lock(); Ok(level(&settings))",
            "fn level(settings: &Settings) -> u32 { settings.level }",
        ),
        (
            "Ok(indirect(self))",
            "fn indirect(small: &Small) -> u32 { small.settings.lock().level }",
        ),
    ] {
        let locks = remembered(body, items).unwrap_or_else(|| panic!("{body}"));
        assert_eq!(locks, ["settings"], "{body}");
    }
}

#[test]
fn what_reads_something_that_changes_is_not() {
    for (why, body, items) in [
        (
            "a lock whose state it changes",
            "let mut settings = self.settings.lock(); settings.level += 1; Ok(settings.level)",
            "",
        ),
        (
            "a lock, and an atomic",
            "Ok(self.settings.lock().level + self.running.load())",
            "",
        ),
        ("an atomic", "Ok(self.running.load())", ""),
        (
            "a register",
            "Ok(u32::from(chip::version(&self.registers)?))",
            "",
        ),
        (
            "what the kernel knows",
            "Ok(u32::from(self.device.carrier()))",
            "",
        ),
        (
            "a parameter of the module",
            "Ok(self.device.parameter(\"debug\")?.unsigned_abs())",
            "",
        ),
        ("the clock", "microdriver::sleep_ms(1); Ok(7)", ""),
        (
            "a line in the log",
            "microdriver::dev_info!(self.device, \"asked\"); Ok(7)",
            "",
        ),
        (
            "a static that changes",
            "Ok(COUNT.fetch_add(1, core::sync::atomic::Ordering::Relaxed))",
            "static COUNT: core::sync::atomic::AtomicU32 = core::sync::atomic::AtomicU32::new(0);",
        ),
        (
            "a cell in what it is given",
            "Ok(inner(&core::cell::Cell::new(1), self))",
            "fn inner(cell: &core::cell::Cell<u32>, small: &Small) -> u32 { cell.set(small.running.load()); cell.get() }",
        ),
        (
            "what another function reads",
            "Ok(indirect(self))",
            "fn indirect(small: &Small) -> u32 { direct(small) }\nfn direct(small: &Small) -> u32 { small.running.load() }",
        ),
        (
            "what a closure reads",
            "Ok((0..2).map(|_| self.running.load()).sum())",
            "",
        ),
    ] {
        assert!(!is_remembered(body, items), "{why}");
    }
}
