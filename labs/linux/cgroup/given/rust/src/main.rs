//! Runs a command in a cgroup of its own, and manages such slices:
//!
//! ```text
//! cg run --slice NAME [--memory BYTES] [--pids N] [--cpu QUOTA/PERIOD] [--oom-group] -- COMMAND [ARG…]
//! cg stat NAME
//! cg kill NAME
//! cg freeze NAME
//! cg thaw NAME
//! cg rm [--wait] NAME
//! ```
//!
//! The contract is in LESSON.md, section "Contract"; `lab check` says which part to build next.

use std::env;
use std::ffi::OsString;
use std::process::exit;

/// The words of the command line.
#[derive(Debug, Default)]
struct Options {
    slice: Option<String>,
    /// bytes
    memory: Option<u64>,
    pids: Option<u64>,
    /// quota and period, in microseconds
    cpu: Option<(u64, u64)>,
    oom_group: bool,
    wait: bool,
    /// COMMAND and its arguments, or NAME
    rest: Vec<OsString>,
}

fn main() {
    let mut words = env::args_os().skip(1);
    let subcommand = words.next();
    let (Some(subcommand), Some(options)) = (subcommand, parse(words)) else {
        eprintln!("usage: cg run|stat|kill|freeze|thaw|rm …");
        exit(2)
    };

    // Step 1: find the place, enable the controllers there, make the slice, and run the command.
    // What std does not offer: poll(2) or inotify(7), for step 8. Declare them in an extern "C" block. In step 2,
    // std::os::unix::process::CommandExt has what a child does between fork and exec.
    eprintln!("cg: to be built: {subcommand:?} {options:?}");
    exit(1)
}

/// None is wrong usage. The options of COMMAND are not ours.
fn parse(mut words: impl Iterator<Item = OsString>) -> Option<Options> {
    let mut options = Options::default();
    while let Some(word) = words.next() {
        let mut value = || words.next()?.into_string().ok();
        match word.to_str() {
            Some("--slice") => options.slice = Some(value()?),
            Some("--memory") => options.memory = Some(value()?.parse().ok()?),
            Some("--pids") => options.pids = Some(value()?.parse().ok()?),
            Some("--cpu") => {
                let text = value()?;
                let (quota, period) = text.split_once('/')?;
                options.cpu = Some((quota.parse().ok()?, period.parse().ok()?));
            }
            Some("--oom-group") => options.oom_group = true,
            Some("--wait") => options.wait = true,
            Some("--") => break,
            Some(option) if option.starts_with('-') => return None,
            _ => {
                options.rest.push(word);
                break;
            }
        }
    }
    options.rest.extend(words);
    Some(options)
}
