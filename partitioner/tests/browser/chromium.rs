//! Talks to a headless Chromium through its debugging pipe: JSON messages, each ended by a zero byte.
//!
//! Clicks and keys arrive as a person's would: where something else is on top, that is what is hit.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long any answer may take: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

const FLAGS: &[&str] = &[
    "--headless",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1400,900",
];

/// A browser with one page.
pub(crate) struct Browser {
    process: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    last: u64,
    /// What happened between answers.
    events: Vec<Value>,
    /// Its profile; removed with it.
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts it.
    pub(crate) fn start() -> Browser {
        let profile = tempfile::tempdir().expect("a temporary directory");
        // The pipe is on the descriptors 3 and 4.
        let mut process = Command::new("sh")
            .args([
                "-c",
                "exec chromium \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null",
                "sh",
            ])
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell starts");
        let input = process.stdin.take().expect("it is piped");
        let output = BufReader::new(process.stdout.take().expect("it is piped"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for message in output.split(0).map_while(Result::ok) {
                let parsed = serde_json::from_slice(&message).expect("Chromium writes JSON");
                if sender.send(parsed).is_err() {
                    break;
                }
            }
        });
        let mut browser = Browser {
            process,
            input,
            messages,
            session: None,
            last: 0,
            events: Vec::new(),
            _profile: profile,
        };
        let target = browser.ask("Target.createTarget", json!({ "url": "about:blank" }));
        let target = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = browser.ask("Target.attachToTarget", target);
        browser.session = attached["sessionId"].as_str().map(ToOwned::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.ask(&format!("{domain}.enable"), json!({}));
        }
        browser.ask("Page.setLifecycleEventsEnabled", json!({ "enabled": true }));
        browser
    }

    /// Opens a file, with what comes after `#`; returns how long it took until the page was loaded.
    pub(crate) fn open(&mut self, file: &Path, fragment: &str) -> Duration {
        // Another fragment alone would not load the page anew.
        self.navigate("about:blank");
        self.events.clear();
        let url = format!("file://{}{fragment}", file.display());
        let started = Instant::now();
        self.navigate(&url);
        started.elapsed()
    }

    /// Loads a page, and waits until all of it is there.
    fn navigate(&mut self, url: &str) {
        let loader = self.ask("Page.navigate", json!({ "url": url }))["loaderId"].take();
        let loaded = |event: &Value| {
            let parameters = &event["params"];
            event["method"] == "Page.lifecycleEvent"
                && parameters["name"] == "load"
                && parameters["loaderId"] == loader
        };
        while !self.events.iter().any(loaded) {
            let message = self.next(url);
            self.events.push(message);
        }
    }

    /// What an expression is; a promise is waited for.
    pub(crate) fn evaluate(&mut self, expression: &str) -> Value {
        let wanted =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.ask("Runtime.evaluate", wanted);
        assert!(
            answer.get("exceptionDetails").is_none(),
            "{expression}: {answer:#}"
        );
        answer["result"]["value"].clone()
    }

    /// The text of an element.
    pub(crate) fn text(&mut self, selector: &str) -> String {
        let text = self.evaluate(&format!(
            "document.querySelector({}).textContent",
            json!(selector)
        ));
        text.as_str().expect("an element has text").to_owned()
    }

    /// Clicks into the middle of an element.
    pub(crate) fn click(&mut self, selector: &str) {
        let at = self.evaluate(&format!(
            "(() => {{ const element = document.querySelector({}); \
             if (element instanceof HTMLElement) element.scrollIntoView({{ block: 'center' }}); \
             const box = element.getBoundingClientRect(); \
             return [box.x + box.width / 2, box.y + box.height / 2]; }})()",
            json!(selector)
        ));
        let [x, y] = [0, 1].map(|axis| at[axis].as_f64().expect("an element has a place"));
        self.click_at(x, y);
    }

    /// Clicks at a place of the window.
    pub(crate) fn click_at(&mut self, x: f64, y: f64) {
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
            self.ask("Input.dispatchMouseEvent", event);
        }
    }

    /// Turns the wheel at a place.
    pub(crate) fn wheel(&mut self, x: f64, y: f64, by: f64) {
        let event = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": by });
        self.ask("Input.dispatchMouseEvent", event);
    }

    /// Presses a key: `Escape`, `ArrowLeft`, or one that writes a character.
    pub(crate) fn press(&mut self, key: &str) {
        let mut event = json!({ "type": "keyDown", "key": key });
        if key.chars().count() == 1 {
            event["text"] = json!(key);
        }
        self.ask("Input.dispatchKeyEvent", event);
        self.ask(
            "Input.dispatchKeyEvent",
            json!({ "type": "keyUp", "key": key }),
        );
    }

    /// Types a text.
    pub(crate) fn type_text(&mut self, text: &str) {
        for character in text.chars() {
            self.press(&character.to_string());
        }
    }

    /// Wants dark pages, or light ones.
    pub(crate) fn dark(&mut self, dark: bool) {
        let value = if dark { "dark" } else { "light" };
        let feature = json!({ "name": "prefers-color-scheme", "value": value });
        self.ask(
            "Emulation.setEmulatedMedia",
            json!({ "features": [feature] }),
        );
    }

    /// A picture of the page, as a PNG in base64.
    pub(crate) fn picture(&mut self) -> String {
        let answer = self.ask("Page.captureScreenshot", json!({ "format": "png" }));
        answer["data"]
            .as_str()
            .expect("there is a picture")
            .to_owned()
    }

    /// What the page complained about since it was opened: errors, warnings, exceptions, and every
    /// request for anything but itself.
    pub(crate) fn complaints(&mut self) -> Vec<String> {
        // What was said before this answer is there after it.
        self.evaluate("1");
        let complaint = |event: &Value| {
            let parameters = &event["params"];
            match event["method"].as_str() {
                Some("Runtime.exceptionThrown" | "Log.entryAdded") => true,
                Some("Runtime.consoleAPICalled") => parameters["type"] != "log",
                Some("Network.requestWillBeSent") => {
                    let url = parameters["request"]["url"].as_str().unwrap_or_default();
                    parameters["type"] != "Document" && !url.starts_with("data:")
                }
                _ => false,
            }
        };
        let events = self.events.iter().filter(|event| complaint(event));
        events.map(ToString::to_string).collect()
    }

    fn ask(&mut self, method: &str, parameters: Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.input.write_all(&bytes).and_then(|()| self.input.flush()).expect(
            "Chromium listens; it is the package `chromium`, and `cargo xtask test report` installs it",
        );
        loop {
            let mut message = self.next(method);
            if message["id"] == self.last {
                assert!(message.get("error").is_none(), "{method}: {message:#}");
                return message["result"].take();
            }
            self.events.push(message);
        }
    }

    fn next(&self, what: &str) -> Value {
        let message = self.messages.recv_timeout(PATIENCE);
        message.unwrap_or_else(|error| panic!("no answer from Chromium ({what}): {error}"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It ends by itself once it was asked to; if it cannot be asked, it is gone already.
        let close = format!("{}\0", json!({ "id": 0, "method": "Browser.close" }));
        if self
            .input
            .write_all(close.as_bytes())
            .and_then(|()| self.input.flush())
            .is_err()
        {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}
