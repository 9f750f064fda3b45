//! In which order locks are taken, and that none is taken twice.

use partitioner::diagnostics::Code;

use super::{outcome, plan};

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
