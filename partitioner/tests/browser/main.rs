//! The report in a browser: it loads, finds, explains, zooms, and complains about nothing.
//!
//! Needs Chromium, so these tests are not run by default; `cargo xtask test report` installs it and runs
//! them. Pictures for people are left in `target/report`.

#![forbid(unsafe_code)]

mod chromium;
#[path = "../generated/mod.rs"]
mod generated;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use chromium::Browser;
use serde_json::json;

/// Where pages and pictures are left for people.
fn left() -> PathBuf {
    let directory = root().join("target/report");
    fs::create_dir_all(&directory).expect("created");
    directory
}

fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest
        .parent()
        .expect("the package is in the project")
        .to_owned()
}

/// Makes a page; returns where it is.
fn report(driver: &Path, name: &str, more: &[&str]) -> PathBuf {
    let page = left().join(format!("{name}.html"));
    let run = Command::new(env!("CARGO_BIN_EXE_pcnet-partition"))
        .arg("report")
        .arg(driver)
        .arg("--html")
        .arg(&page)
        .args(more)
        .output()
        .expect("the command runs");
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    page
}

/// Leaves a picture of the page for people.
fn picture(browser: &mut Browser, name: &str) {
    let data = browser.picture();
    let path = left().join(format!("{name}.png"));
    fs::write(path, decode(&data)).expect("written");
}

/// Base64, without checks: the browser wrote it.
fn decode(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for character in text.bytes() {
        let value = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => break,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    bytes
}

#[test]
#[ignore = "needs Chromium: cargo xtask test report"]
fn the_page_finds_explains_and_sorts() {
    let page = report(&root().join("drivers/pcnet32"), "pcnet32", &[]);
    let mut browser = Browser::start();
    browser.dark(false);
    browser.open(&page, "");
    picture(&mut browser, "pcnet32");

    // A click on a box explains it.
    browser.click("[data-number='0']");
    let name = browser.text("[data-number='0'] text");
    assert_eq!(browser.text("#panel h2"), name);
    assert!(!browser.text("#why").is_empty());
    assert!(
        browser.text("#panel").contains("for it to move"),
        "and says what would have to change"
    );
    // One beside all boxes lets go of it.
    browser.click_at(5.0, 60.0);
    assert_eq!(browser.text("#panel h2"), "Choose a function");

    // The key finds the field; what is found is highlighted, and Enter brings it to the middle.
    browser.press("/");
    browser.type_text("start_xmit");
    assert_eq!(
        browser.evaluate("document.querySelectorAll('.function.found').length"),
        1
    );
    assert_eq!(browser.text("#found li"), "Pcnet32::start_xmit");
    browser.press("Enter");
    assert_eq!(browser.text("#panel h2"), "Pcnet32::start_xmit");
    assert_eq!(browser.text("#why"), "annotated #[kernel_path]");
    let middle = browser.evaluate(
        "(() => { const box = document.querySelector('.selected rect').getBoundingClientRect(); \
         const around = document.getElementById('graph').getBoundingClientRect(); \
         return Math.hypot(box.x + box.width / 2 - around.x - around.width / 2, \
         box.y + box.height / 2 - around.y - around.height / 2) })()",
    );
    assert!(middle.as_f64().expect("a distance") < 2.0, "{middle}");
    picture(&mut browser, "pcnet32-found");

    // The right arrow goes to a function that it calls, the left one back to a caller.
    browser.press("ArrowRight");
    let callee = browser.text("#panel h2");
    assert_ne!(callee, "Pcnet32::start_xmit");
    let callers = browser
        .evaluate("[...document.querySelectorAll('#panel li button')].map((b) => b.textContent)");
    assert!(
        callers
            .as_array()
            .expect("a list")
            .contains(&json!("Pcnet32::start_xmit")),
        "{callers}"
    );
    // Escape first clears what was looked for, then what was found.
    browser.press("Escape");
    assert_eq!(
        browser.evaluate("document.querySelectorAll('.function.found').length"),
        0
    );
    assert_eq!(browser.text("#panel h2"), callee);
    browser.press("Escape");
    assert_eq!(browser.text("#panel h2"), "Choose a function");

    // The wheel zooms about where the pointer is.
    let scale = "document.getElementById('scene').transform.baseVal.consolidate().matrix.a";
    let before = browser.evaluate(scale).as_f64().expect("a number");
    browser.wheel(400.0, 400.0, -200.0);
    let zoomed = format!(
        "new Promise((done) => {{ const look = () => {scale} > {before} ? done(true) : requestAnimationFrame(look); look(); }})"
    );
    assert_eq!(browser.evaluate(&zoomed), true);

    // The table sorts by a column, and back.
    browser.click("#tab-table");
    let lines = "[...document.querySelectorAll('#view-table tbody tr')].map((row) => Number(row.cells[3].textContent))";
    browser.click("#view-table th:nth-child(4) button");
    let falling = browser.evaluate(lines);
    let falling = falling.as_array().expect("a list");
    assert!(
        falling
            .iter()
            .map(|n| n.as_u64())
            .is_sorted_by(|a, b| a >= b),
        "{falling:?}"
    );
    browser.click("#view-table th:nth-child(4) button");
    let rising = browser.evaluate(lines);
    assert!(
        rising
            .as_array()
            .expect("a list")
            .iter()
            .map(|n| n.as_u64())
            .is_sorted(),
        "{rising}"
    );
    browser.click("#view-table tbody tr:last-child td:last-child");
    let chosen = browser.text("#view-table tbody tr:last-child td");
    assert_eq!(browser.text("#panel h2"), chosen);
    picture(&mut browser, "pcnet32-table");

    // The plan of this report is one of those that could be chosen.
    browser.click("#tab-front");
    assert_eq!(
        browser.evaluate("document.querySelectorAll('.choice.chosen').length"),
        1
    );
    picture(&mut browser, "pcnet32-choices");
    browser.click("#tab-table");

    // The address leads to the same view.
    let address = browser.evaluate("location.hash");
    browser.open(&page, address.as_str().expect("a text"));
    assert_eq!(browser.text("#panel h2"), chosen);
    assert_eq!(
        browser.evaluate("document.getElementById('view-table').hidden"),
        false
    );

    browser.dark(true);
    browser.open(&page, "#function=Pcnet32::restart");
    picture(&mut browser, "pcnet32-dark");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
#[ignore = "needs Chromium: cargo xtask test report"]
fn a_thousand_functions_are_usable() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    generated::driver(&root(), directory.path(), 1000);
    let page = report(directory.path(), "thousand", &[]);
    let mut browser = Browser::start();
    browser.dark(false);
    let loaded = browser.open(&page, "");
    let painted = browser.evaluate(
        "new Promise((done) => requestAnimationFrame(() => setTimeout(() => \
         done(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1))))",
    );
    eprintln!("loaded in {loaded:?}, first paint after {painted} ms");
    picture(&mut browser, "thousand");
    assert_eq!(
        browser.evaluate("document.querySelectorAll('.function').length >= 1000"),
        true
    );
    browser.press("/");
    browser.type_text("step_777");
    assert_eq!(browser.text("#found li"), "Small::step_777");
    browser.press("Enter");
    assert_eq!(browser.text("#panel h2"), "Small::step_777");
    picture(&mut browser, "thousand-found");
    // Wide bounds, for machines that are busy: what is meant is a second.
    assert!(loaded < Duration::from_secs(10), "{loaded:?}");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
#[ignore = "needs Chromium: cargo xtask test report"]
fn changes_are_shown_and_a_hostile_plan_stays_text() {
    let driver = root().join("tests/fixtures/small");
    let golden = fs::read_to_string(root().join("tests/golden/small/plan.json")).expect("readable");
    let mut plan: serde_json::Value = serde_json::from_str(&golden).expect("JSON");
    let evil = "</script><script>window.broken = 1</script><img src=x onerror='window.broken = 1'>";
    plan["functions"][0]["name"] = json!(evil);
    let other = left().join("other-plan.json");
    fs::write(&other, plan.to_string()).expect("written");
    let page = report(&driver, "changes", &["--against", &other.to_string_lossy()]);
    let mut browser = Browser::start();
    browser.dark(false);
    browser.open(&page, "#view=diff");
    picture(&mut browser, "changes");
    let rows = "[...document.querySelectorAll('#view-diff tbody tr')].map((row) => row.cells[0].textContent)";
    let rows = browser.evaluate(rows);
    assert!(
        rows.as_array().expect("a list").contains(&json!(evil)),
        "{rows}"
    );
    assert_eq!(browser.evaluate("typeof window.broken"), "undefined");
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
