//! What std does not offer of the system: declarations of C functions, with the types and constants that they take.
//!
//! Every Rust program on Linux is linked with the C library, so its functions need no crate, only a declaration. Each
//! function here has the prototype of its manual page, in section 2 or 3. The types and numbers are those of glibc and
//! musl on x86_64 and aarch64, from the headers that are named. (The crate libc has all of this for every system.)
//!
//! Nothing here is wrapped: a call is unsafe, and -1 is an error that std::io::Error::last_os_error() names (SIG_ERR of
//! signal is -1 too); pthread_sigmask and sigwait return the error itself. No solution needs all of it: choose.

#![allow(dead_code)]

use std::os::raw::{c_char, c_int, c_void};

pub type Pid = i32; // pid_t: bits/typesizes.h of glibc

// signal(7), "Standard signals", column x86/ARM
pub const SIGHUP: c_int = 1;
pub const SIGINT: c_int = 2;
pub const SIGQUIT: c_int = 3;
pub const SIGKILL: c_int = 9;
pub const SIGUSR1: c_int = 10;
pub const SIGUSR2: c_int = 12;
pub const SIGPIPE: c_int = 13;
pub const SIGTERM: c_int = 15;
pub const SIGCHLD: c_int = 17;
pub const SIGCONT: c_int = 18;
pub const SIGSTOP: c_int = 19;
pub const SIGTSTP: c_int = 20;
pub const SIGTTIN: c_int = 21;
pub const SIGTTOU: c_int = 22;
pub const SIGWINCH: c_int = 28;

// What sigprocmask(2) does with its set: asm-generic/signal-defs.h
pub const SIG_BLOCK: c_int = 0;
pub const SIG_UNBLOCK: c_int = 1;
pub const SIG_SETMASK: c_int = 2;

// In place of a handler: asm-generic/signal-defs.h
pub const SIG_DFL: usize = 0;
pub const SIG_IGN: usize = 1;

pub const WNOHANG: c_int = 1; // linux/wait.h
pub const SFD_CLOEXEC: c_int = 0o2000000; // O_CLOEXEC of asm-generic/fcntl.h

// unistd.h
pub const STDIN_FILENO: c_int = 0;
pub const STDOUT_FILENO: c_int = 1;
pub const STDERR_FILENO: c_int = 2;

/// sigset_t: 1024 bits, although the kernel has 64 signals (glibc, bits/types/__sigset_t.h; musl, bits/alltypes.h).
/// Make it one with sigemptyset or sigfillset before you use it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SigSet(pub [u64; 16]);

/// struct signalfd_siginfo, what read(2) gives for one signal: 128 bytes (linux/signalfd.h).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct SignalFdInfo {
    pub signal: u32, // ssi_signo
    pub rest: [u32; 31],
}

extern "C" {
    // Sets and masks: sigsetops(3), pthread_sigmask(3), sigprocmask(2)
    pub fn sigemptyset(set: *mut SigSet) -> c_int;
    pub fn sigfillset(set: *mut SigSet) -> c_int;
    pub fn sigaddset(set: *mut SigSet, signal: c_int) -> c_int;
    pub fn sigdelset(set: *mut SigSet, signal: c_int) -> c_int;
    pub fn sigismember(set: *const SigSet, signal: c_int) -> c_int;
    pub fn sigprocmask(how: c_int, set: *const SigSet, old: *mut SigSet) -> c_int;
    pub fn pthread_sigmask(how: c_int, set: *const SigSet, old: *mut SigSet) -> c_int;

    // Receiving: sigwait(3), signalfd(2), signal(2). A handler is an extern "C" fn(c_int), cast to usize.
    pub fn sigwait(set: *const SigSet, signal: *mut c_int) -> c_int;
    pub fn signalfd(fd: c_int, set: *const SigSet, flags: c_int) -> c_int;
    pub fn signal(signal: c_int, handler: usize) -> usize;

    // Sending: kill(2)
    pub fn kill(pid: Pid, signal: c_int) -> c_int;

    // Processes: fork(2), exec(3), _exit(2), wait(2). std::os::unix::process::ExitStatusExt::from_raw reads a status.
    pub fn fork() -> Pid;
    pub fn execvp(file: *const c_char, argv: *const *const c_char) -> c_int;
    pub fn _exit(status: c_int) -> !;
    pub fn waitpid(pid: Pid, status: *mut c_int, options: c_int) -> Pid;

    // Process groups and the terminal: setpgid(2), tcsetpgrp(3)
    pub fn setpgid(pid: Pid, group: Pid) -> c_int;
    pub fn getpgrp() -> Pid;
    pub fn tcgetpgrp(terminal: c_int) -> Pid;
    pub fn tcsetpgrp(terminal: c_int, group: Pid) -> c_int;

    // Descriptors: read(2), write(2)
    pub fn read(fd: c_int, buffer: *mut c_void, count: usize) -> isize;
    pub fn write(fd: c_int, buffer: *const c_void, count: usize) -> isize;
}
