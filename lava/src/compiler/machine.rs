//! The memory that the machine has available.

/// The bytes that the process can still allocate, if the system says so: the memory that is free or
/// can be freed, with the swap space, and no more than the control groups of the process leave it.
#[cfg(target_os = "linux")]
pub(super) fn available_memory() -> Option<u64> {
    use std::fs::read_to_string;

    let meminfo = read_to_string("/proc/meminfo").ok()?;
    let available = field(&meminfo, "MemAvailable:")?;
    let swap = field(&meminfo, "SwapFree:").unwrap_or(0);
    // Both are in units of 1024 bytes.
    let machine = (available + swap).saturating_mul(1024);
    let groups = read_to_string("/proc/self/cgroup").unwrap_or_default();
    let left = groups.lines().filter_map(left_in_group);
    Some(left.fold(machine, u64::min))
}

/// Other systems do not say it.
#[cfg(not(target_os = "linux"))]
pub(super) fn available_memory() -> Option<u64> {
    None
}

/// The bytes that the control group of a line of `/proc/self/cgroup` leaves, and those around it.
#[cfg(target_os = "linux")]
fn left_in_group(line: &str) -> Option<u64> {
    let mut parts = line.splitn(3, ':');
    let (_, controllers, path) = (parts.next()?, parts.next()?, parts.next()?);
    let (root, limit, usage) = match controllers {
        "" => ("/sys/fs/cgroup", "memory.max", "memory.current"),
        "memory" => (
            "/sys/fs/cgroup/memory",
            "memory.limit_in_bytes",
            "memory.usage_in_bytes",
        ),
        _ => return None,
    };
    // In a container the path may be that of the host; the group is the root then.
    let mut groups = vec![root.to_owned()];
    let mut group = root.to_owned();
    for name in path.split('/').filter(|name| !name.is_empty()) {
        group = format!("{group}/{name}");
        groups.push(group.clone());
    }
    let left = groups.iter().filter_map(|group| {
        let number = |file: &str| -> Option<u64> {
            let text = std::fs::read_to_string(format!("{group}/{file}")).ok()?;
            text.trim().parse().ok()
        };
        let stat = std::fs::read_to_string(format!("{group}/memory.stat")).unwrap_or_default();
        // Pages of files that have not been used lately are freed when memory is needed.
        let reclaimable = field(&stat, "inactive_file").unwrap_or(0);
        let used = number(usage)?.saturating_sub(reclaimable);
        Some(number(limit)?.saturating_sub(used))
    });
    left.min()
}

/// The number after `name` in a list of names and numbers.
#[cfg(target_os = "linux")]
fn field(list: &str, name: &str) -> Option<u64> {
    let mut fields = list.lines().map(str::split_whitespace);
    fields.find_map(|mut words| (words.next()? == name).then(|| words.next()?.parse().ok())?)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_their_whole_name() {
        let list = "MemTotal:  9 kB\nMemAvailable:   7 kB\nnothing";
        assert_eq!(field(list, "MemAvailable:"), Some(7));
        assert_eq!(field(list, "Mem"), None);
        assert_eq!(field(list, "nothing"), None);
    }

    #[test]
    fn a_machine_has_memory() {
        assert!(available_memory().is_some_and(|bytes| bytes > 0));
    }

    #[test]
    fn groups_of_other_controllers_limit_no_memory() {
        assert_eq!(left_in_group("3:cpu,cpuacct:/user"), None);
        assert_eq!(left_in_group("not a group"), None);
    }
}
