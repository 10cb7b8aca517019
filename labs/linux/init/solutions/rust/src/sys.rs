//! What std does not offer of the system: signal masks, waiting for any child, process groups of a terminal.
//!
//! Every Rust program on Linux is linked with the C library, so its functions need no crate, only a declaration: the
//! prototypes are those of the manual pages. The numbers are Linux's on x86_64 and aarch64: signal(7), "Standard
//! signals", column x86/ARM; the rest from the headers that are named. (The crate libc has all of this for every system.)

use std::io;
use std::mem::{size_of, zeroed};
use std::os::raw::{c_int, c_ulong};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::ptr::null_mut;

pub type Pid = i32; // pid_t: bits/typesizes.h of glibc

pub const SIGHUP: c_int = 1;
pub const SIGINT: c_int = 2;
pub const SIGQUIT: c_int = 3;
pub const SIGUSR1: c_int = 10;
pub const SIGUSR2: c_int = 12;
pub const SIGTERM: c_int = 15;
pub const SIGCHLD: c_int = 17;
pub const SIGTTOU: c_int = 22;
pub const SIGWINCH: c_int = 28;

const SIG_BLOCK: c_int = 0; // asm-generic/signal-defs.h
const SIG_SETMASK: c_int = 2;
const WNOHANG: c_int = 1; // linux/wait.h
const STDIN: c_int = 0;

/// sigset_t of glibc and musl: 1024 bits (glibc, bits/types/__sigset_t.h).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SignalSet([c_ulong; 1024 / 8 / size_of::<c_ulong>()]);

extern "C" {
    fn sigemptyset(set: *mut SignalSet) -> c_int;
    fn sigaddset(set: *mut SignalSet, signal: c_int) -> c_int;
    fn pthread_sigmask(how: c_int, set: *const SignalSet, old: *mut SignalSet) -> c_int;
    fn sigwait(set: *const SignalSet, signal: *mut c_int) -> c_int;
    fn kill(pid: Pid, signal: c_int) -> c_int;
    fn waitpid(pid: Pid, status: *mut c_int, options: c_int) -> Pid;
    fn setpgid(pid: Pid, group: Pid) -> c_int;
    fn getpgrp() -> Pid;
    fn tcgetpgrp(terminal: c_int) -> Pid;
    fn tcsetpgrp(terminal: c_int, group: Pid) -> c_int;
}

impl SignalSet {
    pub fn of(signals: &[c_int]) -> SignalSet {
        // SAFETY: a set is plain integers, and sigemptyset makes it one in any case.
        let mut set: SignalSet = unsafe { zeroed() };
        unsafe { sigemptyset(&mut set) };
        signals.iter().fold(set, |set, signal| set.with(*signal))
    }

    pub fn with(mut self, signal: c_int) -> SignalSet {
        unsafe { sigaddset(&mut self, signal) };
        self
    }

    /// Blocks these signals too, and returns the mask from before. There is one thread, so the mask is the process's.
    pub fn block(&self) -> SignalSet {
        let mut before = SignalSet::of(&[]);
        unsafe { pthread_sigmask(SIG_BLOCK, self, &mut before) };
        before
    }

    /// Makes this the mask.
    pub fn restore(&self) {
        unsafe { pthread_sigmask(SIG_SETMASK, self, null_mut()) };
    }

    /// Waits until one of these signals is pending, and takes it. They must be blocked.
    pub fn wait(&self) -> c_int {
        let mut signal = 0;
        unsafe { sigwait(self, &mut signal) };
        signal
    }
}

/// Sends a signal. A process that has ended, or a group without processes, is no error here.
pub fn send(target: Pid, signal: c_int) {
    unsafe { kill(target, signal) };
}

/// A child that has ended, with its status; None when there is none. Does not block.
pub fn wait_for_any() -> Option<(Pid, ExitStatus)> {
    let mut status = 0;
    let pid = unsafe { waitpid(-1, &mut status, WNOHANG) };
    (pid > 0).then(|| (pid, ExitStatus::from_raw(status)))
}

/// Makes a process group of this process.
pub fn lead_a_group() -> io::Result<()> {
    check(unsafe { setpgid(0, 0) })
}

/// Whether standard input is our controlling terminal and we are in its foreground. In the background it is somebody
/// else's, and not ours to give away.
pub fn owns_terminal() -> bool {
    unsafe { tcgetpgrp(STDIN) == getpgrp() }
}

/// Makes our process group the foreground group of the terminal.
pub fn take_terminal() -> io::Result<()> {
    check(unsafe { tcsetpgrp(STDIN, getpgrp()) })
}

fn check(result: c_int) -> io::Result<()> {
    if result == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
