//! Reports as pages for a browser.

use std::fmt::Write as _;

use super::{COLUMNS, Report};

const STYLE: &str = "\
:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:70em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;width:100%}
th,td{padding:.3em .7em;text-align:right;border-bottom:1px solid #8884}
th:nth-child(-n+2),td:nth-child(-n+2){text-align:left}
tr:last-child td{font-weight:600}
.bar{display:inline-block;height:.7em;background:#0072b2;margin-right:.5em}
li{margin:.4em 0}";

impl Report {
    /// The report as a page of HTML, complete in itself.
    ///
    /// ```
    /// # use lava::prelude::*;
    /// # use lava::proc::Lif;
    /// # fn main() -> lava::Result<()> {
    /// # let net = Network::<Loihi1SimCfg>::new();
    /// let lif: Lif = net.add(Lif::shape([3]))?;
    /// net.set_profiling(true)?;
    /// net.run(RunSteps(100))?;
    /// # let path = std::env::temp_dir().join("lava-report.html");
    /// std::fs::write(&path, net.report()?.to_html())?;
    /// # std::fs::remove_file(&path)?;
    /// # net.stop()
    /// # }
    /// ```
    pub fn to_html(&self) -> String {
        let mut page = format!(
            "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Report of a network</title>\n\
             <style>{STYLE}</style>\n<h1>Report of a network</h1>\n"
        );
        for line in self.summary() {
            let _ = writeln!(page, "<p>{}</p>", escaped(&line));
        }
        page.push_str("<table><tr>");
        for column in COLUMNS {
            let _ = write!(page, "<th>{column}</th>");
        }
        page.push_str("</tr>\n");
        for row in self.table() {
            let process = self
                .processes
                .iter()
                .find(|process| process.process == row[0]);
            let share = process.map_or(0.0, |process| self.share(process));
            page.push_str("<tr>");
            for (column, cell) in row.iter().enumerate() {
                let bar = match column {
                    2 => format!(
                        "<span class=\"bar\" style=\"width:{:.1}em\"></span>",
                        5.0 * share
                    ),
                    _ => String::new(),
                };
                let _ = write!(page, "<td>{bar}{}</td>", escaped(cell));
            }
            page.push_str("</tr>\n");
        }
        page.push_str("</table>\n");
        let advice = self.advice();
        if !advice.is_empty() {
            page.push_str("<h2>What to do</h2>\n<ul>\n");
            for advice in advice {
                let (what, remedy) = (escaped(&advice.finding), escaped(&advice.remedy));
                let _ = writeln!(page, "<li><b>{what}</b>: {remedy}</li>");
            }
            page.push_str("</ul>\n");
        }
        page.push_str(
            "<p>Energy proxies: an update is one of a neuron in a step; a synaptic operation is a \
             message that arrives at a synapse; moved are the bytes that both read and write. \
             Memory is an estimate.</p>\n</html>\n",
        );
        page
    }
}

/// A text without characters that HTML and XML reserve or forbid.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            control if control.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(escaped("a<b & \"c\"\u{1}"), "a&lt;b &amp; &quot;c&quot;");
    }
}
