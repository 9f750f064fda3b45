//! The kernel's log, in the length in which it is reported.

use std::collections::BTreeSet;

/// Leaves out the details of a warning that has been there before: the port is slow where
/// instructions are counted, and each warning comes with a page of registers and a stack.
pub(crate) fn without_repeated_details(log: &str) -> String {
    let mut places = BTreeSet::new();
    let mut repeated = false;
    let mut kept = String::new();
    for line in log.lines() {
        if repeated {
            repeated = !line.contains("---[ end trace");
            continue;
        }
        if let Some((_, warning)) = line.split_once("WARNING: CPU: ") {
            let place = warning
                .split_once(" at ")
                .map_or(warning, |(_, place)| place);
            repeated = !places.insert(place);
        }
        kept.push_str(line);
        kept.push('\n');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_each_kind_is_kept() {
        let warning = |time: u32, place: &str, end: &str| {
            format!("[{time}] WARNING: CPU: 0 PID: {time} at {place}\n[{time}] a stack\n{end}")
        };
        let end = "---[ end trace 0 ]---\n";
        let log = [
            warning(1, "a.c:1 f", end),
            warning(2, "b.c:1 f", end),
            warning(3, "a.c:1 f", end),
            "[4] other\n".to_owned(),
        ];
        let short = without_repeated_details(&log.concat());
        assert_eq!(short.matches("WARNING").count(), 3);
        assert_eq!(short.matches("a stack").count(), 2);
        assert!(short.ends_with("PID: 3 at a.c:1 f\n[4] other\n"));
    }
}
