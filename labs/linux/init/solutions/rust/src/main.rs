//! The first process (PID 1) of a pid namespace: `init [-g] [--] COMMAND [ARG…]`
//!
//! It starts COMMAND as its child, passes signals on to it (-g: to its whole process group), reaps what is left behind,
//! and exits the way its child did.
//!
//! No signal handler runs here. The signals are blocked, so that the kernel keeps them pending, and one loop takes them
//! one by one with sigwait: nothing is interrupted, and nothing that arrives before the loop begins is lost.

mod calls;
mod sys;

use calls::SignalSet;
use std::env;
use std::ffi::OsString;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{exit, Command, ExitStatus};
use sys::Pid;

/// What is sent to a container in order to reach the program in it. SIGKILL and SIGSTOP cannot be caught; SIGCHLD is
/// about our own children.
const PASSED_ON: [i32; 7] = [
    sys::SIGTERM,
    sys::SIGHUP,
    sys::SIGINT,
    sys::SIGQUIT,
    sys::SIGUSR1,
    sys::SIGUSR2,
    sys::SIGWINCH,
];

fn main() {
    let (group, command) = parse(env::args_os().skip(1)).unwrap_or_else(|| {
        eprintln!("usage: init [-g] [--] COMMAND [ARG…]");
        exit(2)
    });

    // Before the child exists: what arrives from here on is pending until the loop below takes it.
    let events = SignalSet::of(&PASSED_ON).with(sys::SIGCHLD);
    let inherited = events.block();

    let child = start(&command, inherited).unwrap_or_else(|error| {
        eprintln!("init: {}: {error}", command[0].to_string_lossy());
        // As in the shell: 127 when there is no such command, 126 when there is but it cannot be run.
        exit(match error.kind() {
            io::ErrorKind::NotFound => 127,
            _ => 126,
        })
    });
    let target = if group { -child } else { child }; // kill(2): a negative pid is a process group

    loop {
        match events.wait() {
            sys::SIGCHLD => {
                if let Some(code) = reap(child) {
                    exit(code) // the kernel ends what still runs in this pid namespace
                }
            }
            signal => calls::send(target, signal), // it may have ended already: the next SIGCHLD says so
        }
    }
}

/// Starts the command with our own standard streams, which spawn leaves alone: nothing is copied, so nothing is
/// buffered, and end-of-file passes.
fn start(command: &[OsString], inherited: SignalSet) -> io::Result<Pid> {
    let foreground = calls::owns_terminal();
    let mut child = Command::new(&command[0]);
    child.args(&command[1..]);
    // SAFETY: between fork and exec `prepare` makes system calls and nothing else: it neither allocates nor locks.
    unsafe { child.pre_exec(move || prepare(foreground, &inherited)) };
    // Only the pid is kept. Child::wait would be a second place that waits, and the loop in reap would take the status
    // away from it. A Child that is dropped is neither killed nor waited for.
    Ok(child.spawn()?.id() as Pid)
}

/// Runs in the new child, before it executes the command. An error ends the child and is what spawn returns.
fn prepare(foreground: bool, inherited: &SignalSet) -> io::Result<()> {
    // A group of its own: -g then reaches exactly what the command started, and a Ctrl-C on the terminal reaches the
    // command and not init (which would pass it on, and it would arrive twice). spawn returns after exec, so the group
    // exists before the first signal is passed on to it.
    calls::lead_a_group()?;
    if foreground {
        // Only the foreground group may read from a terminal. Asked from the background, as here, the kernel answers
        // with SIGTTOU, which would stop us.
        SignalSet::of(&[sys::SIGTTOU]).block();
        calls::take_terminal()?;
    }
    // exec keeps the mask, and spawn does not reset it (rust-lang/rust#101077), so we do: the command gets it as init got
    // it. SIGPIPE, which Rust's runtime ignores, is set back to its default by spawn.
    inherited.restore();
    Ok(())
}

/// Waits for every child that has ended, orphans included. Returns the exit code of ours if it was among them.
///
/// A loop: a signal is pending or not, so one SIGCHLD may stand for hundreds of children.
fn reap(child: Pid) -> Option<i32> {
    let mut code = None;
    while let Some((pid, status)) = calls::wait_for_any() {
        if pid == child {
            code = Some(exit_code(status));
        }
    }
    code
}

/// One number for two stories: an exit code, or 128 and the number of the signal that ended the child.
fn exit_code(status: ExitStatus) -> i32 {
    match (status.code(), status.signal()) {
        (Some(code), _) => code,
        (None, Some(signal)) => 128 + signal,
        (None, None) => unreachable!("waitpid was not asked for children that stop or go on"),
    }
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
