//! A server and a client of ttrpc, over a unix socket:
//!
//!     frames serve --sock S
//!     frames call --sock S [--timeout MS] SERVICE METHOD
//!
//! `serve` offers the service echo.Echo; `call` reads the payload of one request from standard input, and writes the
//! payload of the response to standard output. The contract is in LESSON.md, section "Contract"; `lab check` says which
//! part to build next.

use std::env;
use std::path::{Path, PathBuf};
use std::process::exit;
use std::time::Duration;

fn main() {
    let words = parse(env::args().skip(1)).unwrap_or_else(|| usage());
    let sock = words.sock.unwrap_or_else(|| usage());
    let others: Vec<&str> = words.others.iter().map(String::as_str).collect();
    exit(match others[..] {
        ["serve"] => serve(&sock),
        ["call", service, method] => call(&sock, service, method, words.timeout),
        _ => usage(),
    })
}

fn usage() -> ! {
    eprintln!("usage: frames serve --sock S | frames call --sock S [--timeout MS] SERVICE METHOD");
    exit(2)
}

/// Returns the exit code.
fn serve(sock: &Path) -> i32 {
    // Step 1: listen on the socket (std::os::unix::net::UnixListener), read one frame, answer it.
    // u32::from_be_bytes takes a header apart. Look ahead to step 3: a request must not wait for an earlier one.
    eprintln!("frames: to be built: serve on {}", sock.display());
    1
}

/// Returns the exit code.
fn call(sock: &Path, service: &str, method: &str, timeout: Option<Duration>) -> i32 {
    // Step 1: send one request frame, read the response, write its payload to standard output.
    eprintln!("frames: to be built: call {service} {method} on {} (timeout {timeout:?})", sock.display());
    1
}

#[derive(Default)]
struct Words {
    sock: Option<PathBuf>,
    timeout: Option<Duration>,
    /// all that is neither an option nor its value
    others: Vec<String>,
}

/// None is wrong usage.
fn parse(mut arguments: impl Iterator<Item = String>) -> Option<Words> {
    let mut words = Words::default();
    while let Some(word) = arguments.next() {
        match word.as_str() {
            "--sock" => words.sock = Some(arguments.next()?.into()),
            "--timeout" => words.timeout = Some(Duration::from_millis(arguments.next()?.parse().ok()?)),
            option if option.starts_with('-') => return None,
            _ => words.others.push(word),
        }
    }
    Some(words)
}
