//! The page in a real browser: Chromium, driven by `chromedriver`, where they are installed.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use lava::network::StepAction;
use lava::prelude::*;
use lava::proc::Lif;
use serde_json::{Value, json};

use crate::http;

/// A page in a browser, by the protocol of WebDriver.
struct Page {
    driver: Child,
    /// Kept, as the driver goes on to write.
    _output: BufReader<ChildStdout>,
    port: u16,
    session: String,
}

impl Page {
    /// Opens a page. Returns `None` if no driver is installed.
    fn open(address: &str) -> Option<Page> {
        let mut command = Command::new("chromedriver");
        command
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut driver = command.spawn().ok()?;
        let mut output = BufReader::new(driver.stdout.take().unwrap());
        // "… was started successfully on port 45123."
        let started = |line: std::io::Result<String>| {
            let line = line.ok()?;
            let (_, port) = line.rsplit_once("on port ")?;
            port.trim_end_matches('.')
                .parse()
                .ok()
                .filter(|port| *port > 0)
        };
        let port = output.by_ref().lines().find_map(started)?;
        let options =
            json!({ "args": ["--headless=new", "--no-sandbox", "--window-size=1100,900"] });
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
        let answer = http::request(port, "POST", "/session", &wanted.to_string()).json();
        let session = answer["value"]["sessionId"].as_str().unwrap().to_owned();
        let page = Page {
            driver,
            _output: output,
            port,
            session,
        };
        page.call("url", &json!({ "url": address }));
        Some(page)
    }

    fn call(&self, command: &str, body: &Value) -> Value {
        let target = format!("/session/{}/{command}", self.session);
        http::request(self.port, "POST", &target, &body.to_string()).json()["value"].clone()
    }

    /// The value of a script's `return`.
    fn script(&self, script: &str) -> Value {
        self.call("execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Clicks on an element, as a mouse does.
    fn click(&self, selector: &str) {
        let found = self.call(
            "element",
            &json!({ "using": "css selector", "value": selector }),
        );
        let element = found
            .as_object()
            .unwrap()
            .values()
            .next()
            .unwrap()
            .as_str()
            .unwrap();
        self.call(&format!("element/{element}/click"), &json!({}));
    }

    /// Waits until the result of a script is as wanted.
    fn until(&self, script: &str, is_wanted: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            let value = self.script(script);
            if is_wanted(&value) {
                return value;
            }
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "`{script}` stays {value}"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn until_text(&self, selector: &str, text: &str) {
        let script = format!("return document.querySelector('{selector}').textContent");
        self.until(&script, |shown| shown == text);
    }

    /// Writes what is seen to the file that the environment variable `LAVA_SCREENSHOT` names.
    fn screenshot(&self) {
        let Ok(path) = std::env::var("LAVA_SCREENSHOT") else {
            return;
        };
        std::thread::sleep(Duration::from_secs(3));
        let target = format!("/session/{}/screenshot", self.session);
        let picture = http::request(self.port, "GET", &target, "").json();
        std::fs::write(path, picture["value"].as_str().unwrap()).unwrap(); // base64
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        http::request(
            self.port,
            "DELETE",
            &format!("/session/{}", self.session),
            "",
        );
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// The points of the raster, and the sum of their places, which changes as they move.
const RASTER: &str = "
    const canvas = document.querySelector('canvas');
    const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    let points = 0, places = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i] > 0) { points += 1; places += i % 99991; }
    return [points, places];";

#[test]
#[allow(clippy::print_stderr, reason = "it says that it has tried nothing")]
fn a_browser_shows_holds_and_changes_the_network() {
    let net = Network::<Loihi1SimCfg>::new();
    let lif = Lif::shape([40]).bias_mant((1..=40).map(|n| n as f32).collect::<Vec<_>>());
    let lif: Lif = net.add(lif.vth(200.0).name("lif")).unwrap();
    // Few steps a second, so that the page can be followed.
    let slowly = |_| {
        std::thread::sleep(Duration::from_millis(2));
        StepAction::Continue
    };
    net.on_step(slowly).unwrap();
    let live = net.live().title("Counting").raster("spikes", &lif.s_out);
    let live = live.trace("voltage", &lif.v.select([0, 1, 2]));
    let view = live.slider(&lif.vth, 100.0..=1100.0).serve().unwrap();
    net.start(RunContinuous).unwrap();
    let Some(page) = Page::open(view.address()) else {
        eprintln!("the page is not tried, as there is no `chromedriver`");
        return net.stop().unwrap();
    };
    page.until_text("#state", "running");
    page.until_text("title", "Counting");

    let shown = page.until(RASTER, |shown| shown[0].as_u64() > Some(100));
    page.until(RASTER, |now| *now != shown);

    page.click("#hold");
    page.until_text("#state", "paused");
    let held = net.time_step();
    page.click("#step");
    let start = Instant::now();
    while net.time_step() != held + 1 {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "no step was made"
        );
    }

    page.script(
        "const slider = document.querySelector('input[type=range]');
        slider.value = 600;
        slider.dispatchEvent(new Event('change'));",
    );
    page.until_text("label output", "600");

    page.click("#hold");
    page.until_text("#state", "running");
    page.screenshot();
    net.pause().unwrap();
    assert_eq!(lif.vth.get().unwrap()[0], 600.0);
    drop(view);
    page.until_text("#state", "the program has ended");
}
