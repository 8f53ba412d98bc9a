//! Orders of a test, one line each, over the Unix socket that `EVIL_ORDERS` names; each is answered by a line.
//!
//! ```text
//!   leg 1 swap            what leg 1's session does to its client from now on (`deed`)
//!   key-frames 500        every leg's camera is asked for a key frame this often; 0 for never
//!   dump /path            payloads that arrive are written there (`ledger`)
//!   legs                  how many were opened
//! ```
use crate::deed::Deed;
use crate::ledger::{LEDGER, lock};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::Duration;
use std::{env, io, thread};

/// Begins to listen, when there is a socket to listen on.
pub(crate) fn listen() -> io::Result<()> {
    let Some(path) = env::var_os("EVIL_ORDERS") else { return Ok(()) };
    let listener = UnixListener::bind(path)?;
    thread::Builder::new().name("evil-orders".to_owned()).spawn(move || {
        for stream in listener.incoming().flatten() {
            // Whoever gave orders is gone; the next one may come.
            let _ = obey_all(&stream);
        }
    })?;
    Ok(())
}

fn obey_all(stream: &UnixStream) -> io::Result<()> {
    let mut answers = stream.try_clone()?;
    for line in BufReader::new(stream).lines() {
        let line = line?;
        let words: Vec<&str> = line.split_whitespace().collect();
        let answer = obey(&words)?.unwrap_or_else(|| format!("no order: {line}"));
        writeln!(answers, "{answer}")?;
    }
    Ok(())
}

fn obey(words: &[&str]) -> io::Result<Option<String>> {
    let mut ledger = lock(&LEDGER);
    Ok(match words {
        ["leg", number, deed @ ..] => number.parse().ok().zip(Deed::read(deed)).map(|(leg, deed)| {
            ledger.deeds.insert(leg, deed);
            "done".to_owned()
        }),
        ["key-frames", every] => every.parse().ok().map(|every: u64| {
            ledger.key_frames_every = (every > 0).then(|| Duration::from_millis(every));
            "done".to_owned()
        }),
        ["dump", path] => {
            ledger.dump_to(path)?;
            Some("done".to_owned())
        }
        ["legs"] => Some(ledger.legs.to_string()),
        _ => None,
    })
}
