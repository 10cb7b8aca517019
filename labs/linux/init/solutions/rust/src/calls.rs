//! The calls that init makes, as safe functions: signal masks, waiting for any child, process groups of a terminal.

use crate::sys::{self, Pid, SigSet};
use std::io;
use std::os::raw::c_int;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::ptr::null_mut;

/// A set of signals, made by sigemptyset.
#[derive(Clone, Copy)]
pub struct SignalSet(SigSet);

impl SignalSet {
    pub fn of(signals: &[c_int]) -> SignalSet {
        let mut set = SigSet([0; 16]);
        unsafe { sys::sigemptyset(&mut set) };
        signals
            .iter()
            .fold(SignalSet(set), |set, signal| set.with(*signal))
    }

    pub fn with(mut self, signal: c_int) -> SignalSet {
        unsafe { sys::sigaddset(&mut self.0, signal) };
        self
    }

    /// Blocks these signals too, and returns the mask from before. There is one thread, so the mask is the process's.
    pub fn block(&self) -> SignalSet {
        let mut before = SignalSet::of(&[]);
        unsafe { sys::pthread_sigmask(sys::SIG_BLOCK, &self.0, &mut before.0) };
        before
    }

    /// Makes this the mask.
    pub fn restore(&self) {
        unsafe { sys::pthread_sigmask(sys::SIG_SETMASK, &self.0, null_mut()) };
    }

    /// Waits until one of these signals is pending, and takes it. They must be blocked.
    pub fn wait(&self) -> c_int {
        let mut signal = 0;
        unsafe { sys::sigwait(&self.0, &mut signal) };
        signal
    }
}

/// Sends a signal. A process that has ended, or a group without processes, is no error here.
pub fn send(target: Pid, signal: c_int) {
    unsafe { sys::kill(target, signal) };
}

/// A child that has ended, with its status; None when there is none. Does not block.
pub fn wait_for_any() -> Option<(Pid, ExitStatus)> {
    let mut status = 0;
    let pid = unsafe { sys::waitpid(-1, &mut status, sys::WNOHANG) };
    (pid > 0).then(|| (pid, ExitStatus::from_raw(status)))
}

/// Makes a process group of this process.
pub fn lead_a_group() -> io::Result<()> {
    check(unsafe { sys::setpgid(0, 0) })
}

/// Whether standard input is our controlling terminal and we are in its foreground. In the background it is somebody
/// else's, and not ours to give away.
pub fn owns_terminal() -> bool {
    unsafe { sys::tcgetpgrp(sys::STDIN_FILENO) == sys::getpgrp() }
}

/// Makes our process group the foreground group of the terminal.
pub fn take_terminal() -> io::Result<()> {
    check(unsafe { sys::tcsetpgrp(sys::STDIN_FILENO, sys::getpgrp()) })
}

fn check(result: c_int) -> io::Result<()> {
    if result == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}
