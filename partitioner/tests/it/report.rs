//! The page and the picture, as files; `tests/browser` opens the page.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use partitioner::analysis::{self, Mode};
use partitioner::command::FAILURE;
use partitioner::report::{Data, Extras, front, html, svg};
use partitioner::source::Sources;

fn data(driver: &Path) -> Data {
    let mut sources = Sources::default();
    let analysis = analysis::analyse(driver, Mode::Split, &mut sources)
        .unwrap_or_else(|refusal| panic!("{:#?}", refusal.0));
    Data::new(&analysis, &sources, Extras::default())
}

/// The picture in the documentation is what `graph --format svg --crossings` draws.
#[test]
fn the_picture_in_the_documentation_is_of_this_driver() {
    let root = crate::common::root();
    let made = svg::file(&data(&root.join("drivers/pcnet32")).crossings());
    let path = root.join("docs/crossings.svg");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, made).expect("written");
        return;
    }
    let there = fs::read_to_string(&path).expect("docs/crossings.svg is there");
    assert!(
        there == made,
        "docs/crossings.svg differs: look at the new one, made with UPDATE_GOLDEN=1"
    );
}

/// Everything that can be named is named as something that would end the script, the style or a tag.
#[test]
fn no_name_breaks_out() {
    let evil = "</script></style><script>alert(1)</script>@data@\"'<!--";
    let mut data = data(&crate::common::fixture("small"));
    data.driver = evil.to_owned();
    data.workload = Some(evil.to_owned());
    data.front = vec![front::Choice {
        lines: 1,
        instructions: 1.0,
        overhead: None,
        lambda: Some(1.0),
        leaves: vec![evil.to_owned()],
        chosen: true,
    }];
    for function in &mut data.functions {
        for text in [
            &mut function.name,
            &mut function.doc,
            &mut function.reason,
            &mut function.file,
        ] {
            *text = evil.to_owned();
        }
    }
    let clean = html::page(&self::data(&crate::common::fixture("small")));
    let page = html::page(&data);
    for tag in ["</script", "<script", "</style", "<!--"] {
        assert_eq!(
            page.matches(tag).count(),
            clean.matches(tag).count(),
            "{tag}"
        );
    }
    let embedded = page
        .split("id=\"data\">")
        .nth(1)
        .and_then(|rest| rest.split("</script>").next());
    let read: serde_json::Value =
        serde_json::from_str(embedded.expect("there is data")).expect("JSON");
    assert_eq!(read["functions"][0]["name"], evil);
    assert!(!svg::file(&data).contains("<script"), "nor in the picture");
}

/// The page needs nothing that is not in it.
#[test]
fn the_page_is_one_file() {
    let page = html::page(&data(&crate::common::fixture("small")));
    for outside in ["http:", "https:", "src=", "@import", "url("] {
        let used = page.matches(outside).count();
        assert_eq!(used, 0, "{outside}");
    }
    assert!(page.contains("default-src 'none'"));
    // There is nothing to choose from, and nothing to compare with.
    assert!(page.contains(
        "data-view=\"front\" aria-controls=\"view-front\" aria-selected=\"false\" hidden"
    ));
    assert!(
        page.contains(
            "data-view=\"diff\" aria-controls=\"view-diff\" aria-selected=\"false\" hidden"
        )
    );
}

#[test]
fn a_thousand_functions_are_drawn_in_time_and_always_alike() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    crate::generated::driver(&crate::common::root(), directory.path(), 1000);
    let data = data(directory.path());
    assert!(data.functions.len() >= 1000, "{}", data.functions.len());
    let started = Instant::now();
    let page = html::page(&data);
    // Not optimised, on a machine that does other things: it takes half a second.
    let took = started.elapsed();
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert!(
        page == html::page(&data),
        "the same input gives the same bytes"
    );
}

#[test]
fn the_report_is_written_or_not_touched() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let driver = crate::common::fixture("small");
    let driver = driver.to_string_lossy();
    let page = directory.path().join("report.html");
    let path = page.to_string_lossy().into_owned();
    fs::write(&page, "before").expect("written");
    let plan = directory.path().join("plan.json");
    let golden = fs::read_to_string(crate::common::root().join("tests/golden/small/plan.json"));
    let golden = golden.expect("readable");

    let plans = [
        ("", "expected `{`"),
        ("{}", "missing field"),
        (
            &*golden.replacen("\"schema\": 1", "\"schema\": 99", 1),
            "version 99",
        ),
        (
            &*golden.replacen("\"driver\": \"small\"", "\"driver\": \"other\"", 1),
            "the plan of `other`",
        ),
        (&golden[..golden.len() / 2], "EOF"),
    ];
    for (text, why) in plans {
        fs::write(&plan, text).expect("written");
        let against = plan.to_string_lossy();
        let run = crate::common::run(&["report", &driver, "--html", &path, "--against", &against]);
        let message = crate::common::stderr(&run);
        assert_eq!(run.status.code(), Some(i32::from(FAILURE)), "{message}");
        assert!(
            message.contains("error[MD0070]") && message.contains(why),
            "{why}: {message}"
        );
        assert_eq!(fs::read_to_string(&page).expect("readable"), "before");
    }

    let nowhere = directory.path().join("nothing/report.html");
    for place in [nowhere.as_path(), directory.path()] {
        let run = crate::common::run(&["report", &driver, "--html", &place.to_string_lossy()]);
        let message = crate::common::stderr(&run);
        assert_eq!(run.status.code(), Some(i32::from(FAILURE)), "{message}");
        assert!(message.contains("error[MD0071]"), "{message}");
    }

    let run = crate::common::run(&["report", &driver, "--html", &path]);
    assert!(run.status.success(), "{}", crate::common::stderr(&run));
    assert!(
        fs::read_to_string(&page)
            .expect("readable")
            .starts_with("<!DOCTYPE html>")
    );
    let left = fs::read_dir(directory.path()).expect("readable").count();
    assert_eq!(left, 2, "nothing else is left there");
}
