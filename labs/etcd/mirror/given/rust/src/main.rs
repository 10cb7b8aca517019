//! A live copy of all keys with a prefix, told as lines of JSON:
//!
//! ```text
//! mirror --from URL --prefix P [--resume FILE]
//! ```
//!
//! The contract is in LESSON.md, section "Contract"; `lab check` says which part to build next.
//!
//! etcd speaks gRPC, and JSON over HTTP at the same address: a POST to URL/v3/kv/range or URL/v3/watch with the fields of
//! rpc.proto, bytes in base64 and 64-bit numbers as strings. The standard library's TcpStream can carry it; crates for
//! JSON, HTTP or etcd (etcd-client) come with `fetch: [cargo, fetch]` in component.yaml.

use std::process::exit;

struct Words {
    /// URL of etcd
    from: String,
    /// keys that begin with it are mirrored
    prefix: String,
    /// file with what an earlier mirror wrote
    resume: Option<String>,
}

fn run(words: &Words) -> Result<(), String> {
    // Step 1: a range of the prefix; a put line for each key, and then a sync line with the revision of the header.
    // Step 2: a watch; the answer does not end, and has one JSON object a line.
    Err(format!("to be built: {} of {} (resume {:?})", words.prefix, words.from, words.resume))
}

fn parse() -> Option<Words> {
    let (mut from, mut prefix, mut resume) = (None, None, None);
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        match name.as_str() {
            "--from" => from = Some(args.next()?),
            "--prefix" => prefix = Some(args.next()?),
            "--resume" => resume = Some(args.next()?),
            _ => return None,
        }
    }
    Some(Words { from: from?, prefix: prefix?, resume })
}

fn main() {
    let Some(words) = parse() else {
        eprintln!("usage: mirror --from URL --prefix P [--resume FILE]");
        exit(2);
    };
    if let Err(why) = run(&words) {
        eprintln!("mirror: {why}");
        exit(1);
    }
}
