//! What `analyze` and `graph` print.

use serde_json::Value;

fn stdout(arguments: &[&str]) -> String {
    let run = crate::common::run(arguments);
    assert!(run.status.success(), "{}", crate::common::stderr(&run));
    String::from_utf8(run.stdout).expect("output is UTF-8")
}

#[test]
fn the_table_gives_a_reason_for_every_function() {
    let driver = crate::common::fixture("small");
    let table = stdout(&["analyze", &driver.to_string_lossy()]);
    let rows: Vec<&str> = table.lines().take_while(|line| !line.is_empty()).collect();
    assert!(rows[0].starts_with("function"), "{table}");
    let row = rows
        .iter()
        .find(|row| row.starts_with("Small::start "))
        .expect("there is a row");
    assert!(
        row.contains("kernel") && row.contains("`Device::start_queue`"),
        "{row}"
    );
    assert!(table.contains("crossings: "), "{table}");
}

#[test]
fn the_plan_agrees_with_itself() {
    let driver = crate::common::fixture("small");
    let plan: Value = serde_json::from_str(&stdout(&[
        "analyze",
        &driver.to_string_lossy(),
        "--format",
        "json",
    ]))
    .expect("JSON");
    assert_eq!(plan["schema"], 1);
    assert_eq!(plan["state"], "Small");
    assert_eq!(plan["pci_ids"][1]["device"], 2);
    assert_eq!(plan["pci_ids"][1]["class"], 0x02_0000);
    assert_eq!(plan["pci_ids"][1]["class_mask"], 0xff_0000);
    assert_eq!(plan["parameters"][0]["default"], -1);
    assert_eq!(plan["parameters"][0]["per_card"], false);
    assert_eq!(plan["parameters"][1]["per_card"], true);
    for function in plan["functions"].as_array().expect("a list") {
        let list = match function["crossing"].as_str() {
            Some("upcall" | "deferred") => &plan["upcalls"],
            Some("downcall") => &plan["downcalls"],
            _ => continue,
        };
        let number =
            usize::try_from(function["number"].as_u64().expect("a number")).expect("small");
        assert_eq!(list[number], function["name"]);
    }
}

#[test]
fn the_graph_is_for_graphviz_or_for_programs() {
    let driver = crate::common::fixture("small");
    let dot = stdout(&["graph", &driver.to_string_lossy()]);
    assert!(dot.starts_with("digraph \"small\" {"), "{dot}");
    assert!(
        dot.contains("\"Small::open\" -> \"Small::start\" [style=dashed];"),
        "{dot}"
    );
    let graph: Value = serde_json::from_str(&stdout(&[
        "graph",
        &driver.to_string_lossy(),
        "--format",
        "json",
    ]))
    .expect("JSON");
    let edges = graph["edges"].as_array().expect("a list");
    assert!(
        edges
            .iter()
            .any(|edge| edge["from"] == "Small::probe" && edge["to"] == "chip::version")
    );
}

#[test]
fn help_has_an_example() {
    for command in [
        "analyze", "graph", "report", "split", "merge", "build", "explain",
    ] {
        assert!(
            stdout(&[command, "--help"]).contains("Example:\n"),
            "{command}"
        );
    }
    assert!(stdout(&["--help"]).contains("Exit codes:"));
}
