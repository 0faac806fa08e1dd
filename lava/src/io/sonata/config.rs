//! Configurations: JSON with the variables of its manifest.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::limits::ReadLimits;
use super::error::SonataError;
use super::files;

/// The longest text that variables may grow to.
const LONGEST: usize = 4096;
/// The most variables that the value of one may be made of.
const VARIABLES: usize = 256;

/// A file of configuration. Its relative paths begin at its folder.
#[derive(Clone, Debug)]
pub(super) struct Config {
    path: PathBuf,
    root: Value,
}

/// The parts of a configuration, which may lie in several files: that which was opened, the circuit's and the
/// simulation's.
#[derive(Debug)]
pub(super) struct Configs(Vec<Config>);

impl Configs {
    /// Reads a file and those that it names as its circuit and its simulation.
    pub(super) fn read(path: &Path, limits: &ReadLimits) -> Result<Configs, SonataError> {
        let first = Config::read(path, limits)?;
        let mut configs = Configs(vec![first]);
        // What is opened names the simulation, and this may name the circuit.
        for key in ["simulation", "network"] {
            let has_circuit = configs.section("networks").is_some();
            let Some((config, entry)) = configs.section(key).filter(|(_, entry)| entry.is_string())
            else {
                continue;
            };
            if key == "network" && has_circuit {
                continue;
            }
            let path = config.file(key, entry)?;
            let config = Config::read(&path, limits)?;
            configs.0.push(config);
        }
        Ok(configs)
    }

    /// The first file that has a section, and the section.
    pub(super) fn section(&self, key: &str) -> Option<(&Config, &Value)> {
        let mut found = self
            .0
            .iter()
            .filter_map(|config| Some((config, config.root.get(key)?)));
        found.next()
    }

    /// The file that was opened.
    pub(super) fn first(&self) -> &Config {
        &self.0[0]
    }

    /// An entry of a section that is a folder.
    pub(super) fn folder(&self, section: &str, key: &str) -> Result<Option<PathBuf>, SonataError> {
        let Some((config, values)) = self.section(section) else {
            return Ok(None);
        };
        let entry = values.get(key).filter(|entry| !entry.is_null());
        entry.map(|entry| config.file(key, entry)).transpose()
    }
}

impl Config {
    fn read(path: &Path, limits: &ReadLimits) -> Result<Config, SonataError> {
        let root = files::json(path, limits)?;
        let config = Config {
            path: path.to_owned(),
            root,
        };
        match config.root.is_object() {
            true => Ok(config),
            false => Err(SonataError::Json {
                path: files::shown(path),
                problem: "it is no object, `{…}`".to_owned(),
            }),
        }
    }

    pub(super) fn error(&self, key: &str, problem: impl Into<String>) -> SonataError {
        SonataError::Config {
            path: files::shown(&self.path),
            key: key.to_owned(),
            problem: problem.into(),
        }
    }

    /// An entry of the file's root.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.root.get(key)
    }

    /// The text of an entry, its variables replaced.
    pub(super) fn text(&self, key: &str, entry: &Value) -> Result<String, SonataError> {
        let text = entry
            .as_str()
            .ok_or_else(|| self.error(key, "this is no text"))?;
        self.replaced(text, &mut { VARIABLES })
            .map_err(|problem| self.error(key, problem))
    }

    /// The path that an entry names.
    pub(super) fn file(&self, key: &str, entry: &Value) -> Result<PathBuf, SonataError> {
        let text = self.text(key, entry)?;
        let folder = self.path.parent().unwrap_or(Path::new(""));
        Ok(folder.join(text))
    }

    /// A number, if the entry is there.
    pub(super) fn number(
        &self,
        key: &str,
        entry: Option<&Value>,
    ) -> Result<Option<f64>, SonataError> {
        let Some(entry) = entry.filter(|entry| !entry.is_null()) else {
            return Ok(None);
        };
        let number = entry.as_f64().filter(|number| number.is_finite());
        let number = number.ok_or_else(|| self.error(key, format!("{entry} is no number")))?;
        Ok(Some(number))
    }

    /// A text with its variables, `$NAME` or `${NAME}`, replaced.
    fn replaced(&self, text: &str, left: &mut usize) -> Result<String, String> {
        let mut whole = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            whole.push_str(before);
            let (name, end) = variable(after)
                .ok_or_else(|| format!("`{text}` has a `$` without the name of a variable"))?;
            *left = left
                .checked_sub(1)
                .ok_or_else(|| format!("the variables of `{text}` name each other without end"))?;
            whole.push_str(&self.variable(name, left)?);
            if whole.len() > LONGEST {
                return Err(format!("the variables of `{text}` make it too long"));
            }
            rest = end;
        }
        whole.push_str(rest);
        Ok(whole)
    }

    fn variable(&self, name: &str, left: &mut usize) -> Result<String, String> {
        let manifest = self.root.get("manifest").and_then(Value::as_object);
        let value = manifest.and_then(|manifest| {
            let exact = manifest.get(&format!("${name}"));
            exact.or_else(|| manifest.get(name))
        });
        match (value.and_then(Value::as_str), name) {
            (Some(value), _) => self.replaced(value, left),
            (None, "configdir" | "workingdir") => Ok(".".to_owned()),
            (None, _) => Err(format!("the manifest has no variable `${name}`")),
        }
    }
}

/// The name of a variable after its `$`, and the text that follows.
fn variable(text: &str) -> Option<(&str, &str)> {
    if let Some(inner) = text.strip_prefix('{') {
        return inner.split_once('}').filter(|(name, _)| !name.is_empty());
    }
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(manifest: &str) -> Config {
        Config {
            path: "folder/config.json".into(),
            root: serde_json::from_str(&format!("{{\"manifest\": {manifest}}}"))
                .expect("it is JSON"),
        }
    }

    #[test]
    fn variables_are_replaced_in_variables() {
        let config =
            config(r#"{"$BASE_DIR": ".", "$NET_DIR": "$BASE_DIR/net", "OUT": "${NET_DIR}/x"}"#);
        let file = |text: &str| config.file("key", &Value::from(text));
        let path = file("$NET_DIR/nodes.h5").expect("the variable is there");
        assert_eq!(path, Path::new("folder/./net/nodes.h5"));
        assert_eq!(
            file("${OUT}y").expect("it is there"),
            Path::new("folder/./net/xy")
        );
        assert_eq!(file("/a/b").expect("no variable"), Path::new("/a/b"));
        let error = file("$NO/x").expect_err("there is no such variable");
        assert!(error.to_string().contains("no variable `$NO`"), "{error}");
        assert!(file("a$/b").is_err() && file("${}").is_err());
    }

    #[test]
    fn variables_that_never_end_are_an_error() {
        let circle = config(r#"{"$A": "$B", "$B": "$A"}"#);
        let error = circle
            .text("key", &Value::from("$A"))
            .expect_err("a circle");
        assert!(error.to_string().contains("without end"), "{error}");
        let doubled: Vec<String> = (0..30)
            .map(|n| format!("\"$V{n}\": \"$V{}$V{}\"", n + 1, n + 1))
            .collect();
        let grown = config(&format!("{{{}, \"$V30\": \"\"}}", doubled.join(",")));
        assert!(grown.text("key", &Value::from("$V0")).is_err());
        let long = config(&format!("{{\"$A\": \"{}\"}}", "x".repeat(2 * LONGEST)));
        let error = long.text("key", &Value::from("$A")).expect_err("too long");
        assert!(error.to_string().contains("too long"), "{error}");
    }
}
