//! Folders of files, for tests that change some of them.

use std::path::Path;

/// Copies a folder with all that is in it.
///
/// # Panics
/// If it cannot be read, or the copy not be written.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for entry in std::fs::read_dir(from).expect("it is a folder") {
        let path = entry.expect("it can be read").path();
        let to = to.join(path.file_name().expect("it has a name"));
        match path.is_dir() {
            true => copy(&path, &to),
            false => std::fs::write(&to, std::fs::read(&path).expect("a file")).expect("a copy"),
        }
    }
}
