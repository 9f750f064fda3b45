//! Which macro a name means.

use crate::expand::Table;

#[test]
fn a_name_means_the_newest_macro_in_sight() {
    let mut table = Table::default();
    let path = |text: &str| syn::parse_str::<syn::Path>(text).unwrap();
    let before = table.here();
    table.define("m", 1);
    let first = table.here();
    table.define("m", 2);
    let second = table.here();
    table.enter();
    let inside = table.here();
    table.define("m", 3);
    table.define("inner", 4);
    let shadowed = table.here();
    table.leave(false);
    let behind = table.here();
    table.enter();
    table.define("shared", 5);
    table.leave(true);
    let end = table.here();
    assert_eq!(table.find(&path("m"), before), [1, 2, 3]);
    assert_eq!(table.find(&path("m"), first), [1]);
    assert_eq!(table.find(&path("m"), second), [2]);
    assert_eq!(table.find(&path("m"), inside), [2]);
    assert_eq!(table.find(&path("m"), shadowed), [3]);
    assert_eq!(table.find(&path("m"), behind), [2]);
    assert_eq!(table.find(&path("inner"), shadowed), [4]);
    assert_eq!(table.find(&path("shared"), behind), [5]);
    assert_eq!(table.find(&path("shared"), end), [5]);
    assert_eq!(table.find(&path("crate::m"), shadowed), [1, 2, 3]);
    assert!(table.find(&path("nobody"), end).is_empty());
    table.rename("other", "inner");
    assert_eq!(table.find(&path("other"), end), [4]);
}

#[test]
fn modules_within_modules_hand_their_macros_up_only_if_all_say_so() {
    let mut table = Table::default();
    let path = syn::parse_str::<syn::Path>("m").unwrap();
    table.define("m", 0);
    table.enter();
    table.enter();
    table.define("m", 1);
    table.leave(true);
    let middle = table.here();
    table.leave(false);
    assert_eq!(table.find(&path, middle), [1]);
    assert_eq!(table.find(&path, table.here()), [0]);
    // One `leave` too many changes nothing.
    table.leave(false);
    assert_eq!(table.find(&path, table.here()), [0]);
}
