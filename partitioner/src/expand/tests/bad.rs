//! Input that means harm.

use super::{FailureKind, definition, expand, fails, tokens};
use crate::expand::{Budget, parse};

#[test]
fn too_many_tokens_are_an_error() {
    let twice = definition("($($x:tt)*) => { $($x)* $($x)* }");
    let mut budget = Budget::new(1_000);
    let mut tokens = tokens("a");
    let failure = loop {
        match twice.expand_within(tokens, &mut budget) {
            Ok(next) => tokens = next,
            Err(failure) => break failure,
        }
    };
    assert_eq!(failure.kind, FailureKind::Limit);
    // One expansion alone is not without end either.
    let many = "a ".repeat(4_000);
    let square = "($($x:tt)*) => { square!($($x)*; $($x)*) }; ";
    let square = format!("{square} ($($x:tt)*; $($y:tt)*) => {{ $( $x )* }}");
    assert!(expand(&square, &many).is_ok());
    let cube = "({$($x:tt)*} $y:tt) => { $($x $y $y $y $y $y $y $y $y)* }";
    let wide = format!("{{ {} }} ({})", many, "a ".repeat(50));
    fails(cube, &wide, FailureKind::Limit);
    // A round that writes nothing counts, too.
    let idle = "($($x:tt)*; $($y:tt)*) => { $($( $($($( )* $x)*)? )? $y)* }";
    assert!(expand(idle, "a; b").is_err());
}

#[test]
fn deep_recursion_is_an_error() {
    let mut budget = Budget::default();
    let span = proc_macro2::Span::call_site();
    for _ in 0..128 {
        budget.enter(span).unwrap();
    }
    assert_eq!(budget.enter(span).unwrap_err().kind, FailureKind::Limit);
    budget.leave();
    budget.enter(span).unwrap();
}

#[test]
fn deep_groups_are_an_error() {
    let deep = format!("{}a{}", "(".repeat(100_000), ")".repeat(100_000));
    fails("($x:expr) => { $x }", &deep, FailureKind::Limit);
    fails("($($x:tt)*) => { $($x)* }", &deep, FailureKind::Limit);
    let rules = format!("() => {{ {deep} }}");
    assert!(super::Definition::parse(tokens(&rules)).is_err());
    assert!(parse::expression(tokens(&deep)).is_err());
    // What grows with each call ends, too.
    let wrap = definition("($x:tt) => { ($x) }");
    let mut tokens = tokens("a");
    let failure = loop {
        match wrap.expand(tokens) {
            Ok(next) => tokens = next,
            Err(failure) => break failure,
        }
    };
    assert_eq!(failure.kind, FailureKind::Limit);
}

/// Text that nests without end: what stands around, and what is repeated before and after the middle.
const NESTS: &[(&str, &str, &str, &str, &str)] = &[
    ("", "! ", "x", "", ""),
    ("", "& ", "x", "", ""),
    ("", "*", "x", "", ""),
    ("", "-", "x", "", ""),
    ("", "&mut ", "x", "", ""),
    ("", "(", "x", ")", ""),
    ("", "[", "x", "]", ""),
    ("", "{", "x", "}", ""),
    ("", "f(", "x", ")", ""),
    ("", "a[", "x", "]", ""),
    ("", "if x {", "x", "}", ""),
    ("", "match x { _ => ", "x", "}", ""),
    ("", "match x { _ => {", "x", "} A => {} }", ""),
    ("", "|x| ", "x", "", ""),
    ("", "|x, y| ", "x", "", ""),
    ("", "|x: u8| { ", "x", "}", ""),
    ("", "move || ", "x", "", ""),
    ("", "return ", "x", "", ""),
    ("", "break ", "x", "", ""),
    ("", "match ", "x", "{}", ""),
    ("", "if ", "x", "{}", ""),
    ("", "a = ", "x", "", ""),
    ("", "a += ", "x", "", ""),
    ("", "a + ", "x", "", ""),
    ("", "a && ", "x", "", ""),
    ("", "a == b && ", "x", "", ""),
    ("x", ".a", "", "", ""),
    ("x", ".a()", "", "", ""),
    ("x", "?", "", "", ""),
    ("x", "()", "", "", ""),
    ("x", "[0]", "", "", ""),
    ("x", " as u8", "", "", ""),
    ("", "if x {} else ", "{}", "", ""),
    ("", ".. ", "x", "", ""),
    ("", "#[a] ", "x", "", ""),
    ("", "m!(", "x", ")", ""),
    ("", "{ let x = ", "x", "; }", ""),
    ("", "'a: loop { ", "x", "}", ""),
    ("", "unsafe { ", "x", "}", ""),
    ("", "async move { ", "x", "}", ""),
    ("x as ", "A<", "B", ">", ""),
    ("x as ", "A<B, ", "B", ">", ""),
    ("f::<", "A<", "B", ">", ">()"),
    ("x as ", "& ", "B", "", ""),
    ("x as ", "&'a mut ", "B", "", ""),
    ("x as ", "&'a ", "B", "", ""),
    ("x as ", "*const ", "B", "", ""),
    ("x as ", "fn() -> ", "B", "", ""),
    ("x as ", "dyn Fn() -> ", "B", "", ""),
    ("x as ", "(", "B", ")", ""),
    ("x as ", "[", "B", "]", ""),
    ("x as ", "<", "B", " as T>::X", ""),
    ("if let ", "& ", "x", "", " = y {}"),
    ("if let ", "a @ ", "x", "", " = y {}"),
    ("if let ", "S(", "x", ")", " = y {}"),
    ("if let ", "a | ", "x", "", " = y {}"),
    ("{", "fn f() { ", "", "}", "}"),
    ("{", "mod m { ", "", "}", "}"),
    ("{", "impl A { fn f() { ", "", "} }", "}"),
    ("{ use ", "a::", "b", "", "; }"),
    ("{ use ", "a::{", "b", "}", "; }"),
    ("", "a::", "b", "", ""),
    ("{ fn f<T: ", "A<B: ", "C", ">", ">() {} }"),
    ("{ type T = ", "impl A<B = ", "C", ">", "; }"),
];

#[test]
fn what_nests_without_end_is_an_error_and_takes_a_small_stack() {
    let work = || {
        for &(before, open, middle, close, after) in NESTS {
            for times in [3, 100, 130, 400, 3_000] {
                let mut text = String::from(before);
                text.push_str(&open.repeat(times));
                text.push_str(middle);
                text.push_str(&close.repeat(times));
                text.push_str(after);
                let stream = tokens(&text);
                let read = parse::expression(stream.clone());
                // What is this small is read, and what the repetition makes is never beyond the stack.
                if times == 3 {
                    assert!(read.is_ok(), "{text}: {:?}", read.err());
                }
                drop(read);
                drop(parse::items(stream.clone()));
                drop(parse::type_(stream.clone()));
                drop(parse::pattern(stream.clone()));
                let eager = "($x:item) => {}; ($x:expr) => { $x }; ($($x:tt)*) => { $($x)* }";
                drop(definition(eager).expand(stream));
            }
        }
    };
    // The stack of a main thread.
    let thread = std::thread::Builder::new().stack_size(8 << 20);
    thread.spawn(work).unwrap().join().unwrap();
}

#[test]
fn much_of_the_same_is_no_nesting() {
    let list = |each: &str| format!("[{}]", each.repeat(2_000));
    for text in [
        list("f(|a, b| a < b && !c, x = -1), "),
        list("a | b | c, "),
        format!(
            "{{ {} }}",
            "let x = &mut *a; if b < c { return; } else { match d { _ => 1 } } ".repeat(2_000)
        ),
        format!(
            "match x {{ {} }}",
            "A { a, .. } | B(1) if c => { -1 } 2 => !d, _ => |x| x, ".repeat(2_000)
        ),
        format!("x{}", " + y".repeat(2_000)),
    ] {
        assert!(parse::expression(tokens(&text)).is_ok(), "{}", &text[..60]);
    }
    let items = "impl<T: A<B>> C for D<T> where T: E { fn f(&self) -> F<G> { self.x } } struct H { a: Vec<u8> } ";
    assert_eq!(
        parse::items(tokens(&items.repeat(2_000))).unwrap().len(),
        4_000
    );
}

/// Random rules and calls: nothing panics, and nothing takes long.
#[test]
fn a_soup_of_tokens_never_panics() {
    const WORDS: &[&str] = &[
        "a",
        "b",
        "x",
        "y",
        "1",
        "\"s\"",
        "'l",
        "-",
        "=>",
        "::",
        "..=",
        ",",
        ";",
        "=",
        "<",
        ">",
        "&",
        "|",
        "!",
        "#",
        "$",
        "$x",
        "$y",
        "$crate",
        "$x:expr",
        "$y:tt",
        "$x:ty",
        "$y:ident",
        "$x:pat",
        "$y:stmt",
        "$x:item",
        "$y:vis",
        "$x:path",
        "$y:block",
        "$x:literal",
        "$y:lifetime",
        "$x:meta",
        "*",
        "+",
        "?",
        "@",
        "fn",
        "let",
        "if",
        "match",
        "pub",
        "struct",
        "impl",
        "return",
        "_",
        "r#fn",
        "m!",
        "self",
        ".",
        "as",
        "macro_rules!",
    ];
    // A fixed sequence: the same on each run.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut soup = |length: usize| {
        let mut text = String::new();
        let mut open = Vec::new();
        for _ in 0..length {
            match next(8) {
                0 => {
                    let (start, end) = [
                        ("(", ")"),
                        ("[", "]"),
                        ("{", "}"),
                        ("$(", ")*"),
                        ("$(", "),+"),
                    ][next(5)];
                    text.push_str(start);
                    open.push(end);
                }
                1 => text.push_str(open.pop().unwrap_or(" ")),
                _ => {
                    text.push_str(WORDS[next(WORDS.len())]);
                    text.push_str([" ", ""][next(2)]);
                }
            }
        }
        while let Some(end) = open.pop() {
            text.push_str(end);
        }
        text
    };
    let (mut definitions, mut matched) = (0, 0);
    for round in 0..6_000 {
        let call = soup(round % 23);
        let rules = format!(
            "({}) => {{ {} }}; ($($x:tt)*) => {{ {} }}",
            soup(round % 7),
            soup(round % 17),
            soup(3)
        );
        let (Ok(rules), Ok(call)) = (rules.parse(), call.parse::<proc_macro2::TokenStream>())
        else {
            continue;
        };
        let Ok(definition) = super::Definition::parse(rules) else {
            continue;
        };
        definitions += 1;
        let mut budget = Budget::new(100_000);
        if let Ok(result) = definition.expand_within(call, &mut budget) {
            matched += 1;
            drop(parse::items(result.clone()));
            drop(parse::statements(result.clone()));
            drop(parse::expression(result.clone()));
            // And once more through what came out.
            drop(definition.expand_within(result, &mut budget));
        }
    }
    assert!(
        definitions > 1_000 && matched > 500,
        "{definitions} {matched}"
    );
}
