//! Recordings of a real kernel: what Debian's 6.12 printed of the driver in this tree, built with a call for the
//! tracer in each function, cut to a few entries.

use std::path::Path;

use partitioner::profile::Subject;
use partitioner::profile::import::{Imported, Options, import};
use partitioner::source::Sources;

fn recorded(name: &str) -> Imported {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let driver = root.join("drivers/pcnet32");
    let subject = Subject::read(&driver, &mut Sources::default()).expect("the driver");
    let text = root.join("tests/fixtures/recordings").join(name);
    let options = Options {
        kernel: Some("6.12.0".to_owned()),
        ..Options::default()
    };
    import(&text, &subject, None, &options).unwrap_or_else(|refused| panic!("{refused:#?}"))
}

#[test]
fn a_real_graph_of_calls() {
    let found = recorded("function-graph.txt");
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    assert_eq!((found.entries, found.own), (27, 27));
    let link = &found.profile.functions["Pcnet32::get_link"];
    assert_eq!((link.calls, link.cost), (1, 40_010));
    let callees: Vec<_> = link.callees.iter().collect();
    assert_eq!(
        callees,
        [
            (&"Pcnet32::link".to_owned(), &1),
            (&"look::in_use".to_owned(), &1),
            (&"look::look".to_owned(), &1),
        ]
    );
}

#[test]
fn a_real_histogram_by_function() {
    let found = recorded("hist-by-function.txt");
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    assert_eq!(found.entries, found.own);
    assert_eq!(found.profile.functions["Pcnet32::watch_link"].calls, 2);
    assert_eq!(found.profile.functions["statistics::numbers"].calls, 20);
}

/// On top of its stacks are frames of the kernel's own way from the probe to the histogram.
#[test]
fn a_real_histogram_by_stack() {
    let found = recorded("hist-by-stack.txt");
    assert!(found.warnings.is_empty(), "{:?}", found.warnings);
    assert_eq!((found.entries, found.own), (3, 3));
    let watch = &found.profile.functions["Pcnet32::watch_link"];
    assert_eq!(watch.callees["look::in_use"], 2);
    assert_eq!(watch.callees["look::look"], 2);
    let look = &found.profile.functions["look::look"];
    assert_eq!((look.calls, look.callees.len()), (2, 0));
}
