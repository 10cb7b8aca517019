//! The first process (PID 1) of a pid namespace: `init [-g] [--] COMMAND [ARG…]`
//!
//! It starts COMMAND as its child, passes signals on to it, reaps what is left behind, and exits the way its child did.
//! The contract is in LESSON.md, section "Contract"; `lab check` says which part to build next.

mod sys;

use std::env;
use std::ffi::OsString;
use std::process::exit;

fn main() {
    let (group, command) = parse(env::args_os().skip(1)).unwrap_or_else(|| {
        eprintln!("usage: init [-g] [--] COMMAND [ARG…]");
        exit(2)
    });

    // Step 1: start the command, wait for it, and exit with its status.
    // Before you reach for Child::wait, look ahead to step 4: this process will also get children that it did not start.
    // What std does not offer (signals, waiting for any child) is in libc; sys.rs declares it: unsafe { sys::kill(…) }.
    eprintln!("init: to be built: start {command:?} (-g: {group}) and exit with its status");
}

/// Whether -g was given, and COMMAND with its arguments; None is wrong usage. The options of COMMAND are not ours.
fn parse(mut words: impl Iterator<Item = OsString>) -> Option<(bool, Vec<OsString>)> {
    let mut group = false;
    let mut command = Vec::new();
    for word in words.by_ref() {
        match word.to_str() {
            Some("-g") => group = true,
            Some("--") => break,
            Some(option) if option.starts_with('-') => return None,
            _ => {
                command.push(word);
                break;
            }
        }
    }
    command.extend(words);
    (!command.is_empty()).then_some((group, command))
}
