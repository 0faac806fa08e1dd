//! Files that are read, and files that take the place of older ones.
//!
//! What has no length is refused, a directory, a pipe, a device: it would be waited for, or read without an end. A
//! file is written beside the one whose place it takes, which stays as it was until all is written.
//!
//! Errors know what was [`attempted`] and say what to do.

use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

/// An attempt that the operating system refuses.
#[derive(Debug)]
struct Refusal {
    attempt: Attempt,
    cause: io::Error,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attempt {
    Read,
    Write,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.cause)?;
        match remedy(self.attempt, self.cause.kind()) {
            Some(remedy) => write!(f, "; {remedy}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Refusal {}

/// What to do about a failure.
fn remedy(attempt: Attempt, kind: ErrorKind) -> Option<&'static str> {
    Some(match (attempt, kind) {
        (Attempt::Read, ErrorKind::NotFound) => "check its name and its folder",
        (Attempt::Read, ErrorKind::PermissionDenied) => "see to it that you may read it",
        (Attempt::Write, ErrorKind::NotFound) => "make its folder first",
        (Attempt::Write, ErrorKind::AlreadyExists) => "name a folder, or a file in one",
        (Attempt::Write, ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {
            "name a folder that you may write to"
        }
        (
            Attempt::Write,
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge,
        ) => "make room, or write to another disk",
        (_, ErrorKind::IsADirectory) => "give the name of a file in it",
        (_, ErrorKind::NotADirectory) => "a part of its path is a file, not a folder",
        _ => return None,
    })
}

/// The error of a file that is read.
pub fn reading(cause: io::Error) -> io::Error {
    refusal(Attempt::Read, cause)
}

/// The error of a file that is written.
pub fn writing(cause: io::Error) -> io::Error {
    refusal(Attempt::Write, cause)
}

/// The attempt that an error of this module tells of, for `cannot be …`.
pub fn attempted(error: &io::Error) -> &'static str {
    match refused(error).map(|refusal| refusal.attempt) {
        Some(Attempt::Read) => "read",
        Some(Attempt::Write) => "written",
        None => "read or written",
    }
}

fn refused(error: &io::Error) -> Option<&Refusal> {
    error.get_ref().and_then(|inner| inner.downcast_ref())
}

fn refusal(attempt: Attempt, cause: io::Error) -> io::Error {
    match refused(&cause) {
        Some(_) => cause,
        None => io::Error::new(cause.kind(), Refusal { attempt, cause }),
    }
}

/// Opens a file for reading.
///
/// # Errors
/// That of the operating system, and for what is no file.
pub fn open(path: &Path) -> io::Result<File> {
    // Opening a pipe would wait for somebody who writes to it.
    let metadata = fs::metadata(path);
    let opened = metadata.and_then(|metadata| {
        check(&metadata)?;
        File::open(path)
    });
    opened.map_err(reading)
}

/// Reads a text.
///
/// # Errors
/// As [`open`], and if the file is no text.
pub fn read_to_string(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    open(path)?.read_to_string(&mut text).map_err(reading)?;
    Ok(text)
}

/// Fails for what is no file.
fn check(metadata: &Metadata) -> io::Result<()> {
    if metadata.is_dir() {
        return Err(ErrorKind::IsADirectory.into());
    }
    if !metadata.is_file() {
        let what = "it is a pipe or a device; give the name of a file";
        return Err(io::Error::new(ErrorKind::InvalidInput, what));
    }
    Ok(())
}

/// The file that is written for a path: the one that a link leads to, which need not be there.
///
/// # Errors
/// That of the operating system, and for what is no file.
pub fn target(path: &Path) -> io::Result<PathBuf> {
    let found = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_symlink() => resolved(path),
        Ok(_) => Ok(path.to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(path.to_owned()),
        Err(error) => Err(error),
    };
    let found = found.and_then(|target| match fs::metadata(&target) {
        Ok(metadata) => check(&metadata).map(|()| target),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(target),
        Err(error) => Err(error),
    });
    found.map_err(writing)
}

/// The file that a link leads to, or would.
fn resolved(link: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(link) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let folder = link.parent().unwrap_or(Path::new(""));
            Ok(folder.join(fs::read_link(link)?))
        }
        found => found,
    }
}

/// Has `write` write a file, which then takes the place of an older one at `path`. The older one stays as it was if
/// that fails. `failed` makes an error of one of the file system.
///
/// # Errors
/// Those of `write`, and those of [`target`] and of renaming.
pub fn replace<R, E>(
    path: &Path,
    failed: impl Fn(io::Error) -> E,
    write: impl FnOnce(&Path) -> Result<R, E>,
) -> Result<R, E> {
    let path = target(path).map_err(&failed)?;
    let temporary = beside(&path, "part");
    let written = write(&temporary).and_then(|result| {
        put(&temporary, &path).map_err(|error| failed(writing(error)))?;
        Ok(result)
    });
    written.inspect_err(|_| {
        // It may not be there.
        let _ = fs::remove_file(&temporary);
    })
}

/// Renames a file, which gets the permissions of the one whose place it takes.
fn put(temporary: &Path, path: &Path) -> io::Result<()> {
    if let Ok(older) = fs::metadata(path) {
        fs::set_permissions(temporary, older.permissions())?;
    }
    fs::rename(temporary, path)
}

/// Writes a file of these bytes, in place of an older one.
///
/// # Errors
/// Those of [`replace`].
pub fn write(path: &Path, bytes: impl AsRef<[u8]>) -> io::Result<()> {
    replace(path, writing, |file| {
        fs::write(file, bytes).map_err(writing)
    })
}

/// Makes a folder, and those that it is in.
///
/// # Errors
/// That of the operating system.
pub fn make_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path).map_err(writing)
}

/// A file of this process beside another: a file is renamed within a file system only.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.{ending}", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of a test.
    fn folder(test: &str) -> PathBuf {
        let name = format!("lava-files-{}-{test}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    fn entries(folder: &Path) -> usize {
        fs::read_dir(folder).expect("a folder").count()
    }

    #[test]
    fn an_older_file_stays_until_the_new_one_is_whole() {
        let folder = folder("replace");
        let path = folder.join("file");
        write(&path, "old").expect("it is written");
        let failed = replace(&path, writing, |file| {
            fs::write(file, "ne")?;
            Err::<(), _>(io::Error::from(ErrorKind::StorageFull))
        });
        assert_eq!(
            failed.map_err(|error| error.kind()),
            Err(ErrorKind::StorageFull)
        );
        assert_eq!(read_to_string(&path).expect("the old one"), "old");
        write(&path, "new").expect("it is written");
        assert_eq!(read_to_string(&path).expect("the new one"), "new");
        assert_eq!(entries(&folder), 1);
        fs::remove_dir_all(folder).expect("it is there");
    }

    #[test]
    fn errors_say_what_was_attempted_and_what_to_do() {
        let folder = folder("errors");
        let file = folder.join("file");
        fs::write(&file, "a file").expect("it is written");
        let text = |error: io::Error| format!("{}: {error}", attempted(&error));
        let read = |path: &Path| text(open(path).expect_err("no file"));
        let written = |path: &Path| text(write(path, "").expect_err("no file"));
        let missing = read(&folder.join("missing"));
        assert!(missing.starts_with("read: "), "{missing}");
        assert!(
            missing.ends_with("; check its name and its folder"),
            "{missing}"
        );
        for text in [read(&folder), written(&folder)] {
            assert!(text.ends_with("give the name of a file in it"), "{text}");
        }
        for text in [read(&file.join("inner")), written(&file.join("inner"))] {
            assert!(text.ends_with("is a file, not a folder"), "{text}");
        }
        let text = written(&folder.join("missing/file"));
        assert!(text.starts_with("written: "), "{text}");
        assert!(text.ends_with("; make its folder first"), "{text}");
        assert_eq!(entries(&folder), 1);
        fs::remove_dir_all(folder).expect("it is there");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_devices_are_refused() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let folder = folder("links");
        let [file, link, device, around] =
            ["file", "link", "device", "around"].map(|name| folder.join(name));
        symlink("file", &link).expect("a link");
        symlink("/dev/zero", &device).expect("a link");
        symlink("around", &around).expect("a link");
        let error = open(&link).expect_err("it leads nowhere");
        assert_eq!(error.kind(), ErrorKind::NotFound);
        write(&link, "first").expect("it is made");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("they are set");
        write(&link, "second").expect("it is replaced");
        assert_eq!(read_to_string(&file).expect("a text"), "second");
        let metadata = fs::symlink_metadata(&file).expect("it is there");
        assert!(metadata.is_file());
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
        for refused in [open(&device).err(), write(&device, "").err()] {
            let text = refused.expect("it is no file").to_string();
            assert!(text.contains("it is a pipe or a device"), "{text}");
        }
        assert!(write(&around, "").is_err());
        assert_eq!(entries(&folder), 4);
        fs::remove_dir_all(folder).expect("it is there");
    }
}
