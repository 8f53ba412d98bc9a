//! Loads a relay over UDP: sets up, prints `ready`, and for each line `RATE SECONDS` on its input runs once and prints one line of JSON.
//!
//!   loadgen SERVER SECRET USER clients|peers FLOWS BURST one-by-one|together BYTES
//!
//! Or endpoints of an SFU, with sockets at IP, that do what lines on its input say (`sfu::serve`); `wait` leaves the core to others in between.
//!
//!   loadgen sfu IP wait|spin
use loadgen::relay_load::{Load, Plan, To};
use loadgen::sfu::Stage;
use std::io::BufRead;
use std::time::Duration;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, ip, pace] = arguments.as_slice()
        && command == "sfu"
    {
        let stage = Stage::new(ip.parse().expect("an address")).expect("epoll");
        return loadgen::sfu::serve(stage, pace == "wait");
    }
    let [server, secret, user, to, flows, burst, arrival, bytes] = arguments.as_slice() else {
        eprintln!("loadgen SERVER SECRET USER clients|peers FLOWS BURST one-by-one|together BYTES | loadgen sfu IP wait|spin");
        std::process::exit(2);
    };
    let number = |text: &String| text.parse::<usize>().expect("a number");
    let mut load = Load::set_up(Plan {
        server: server.parse().expect("an address and a port"),
        secret: secret.as_bytes().to_vec(),
        user: user.clone(),
        to: if to == "clients" { To::Clients } else { To::Peers },
        flows: number(flows),
        burst: number(burst),
        together: arrival == "together",
        bytes: number(bytes),
        rate: 1.0,
        duration: Duration::ZERO,
    });
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("a line");
        let (rate, seconds) = line.split_once(' ').expect("RATE SECONDS");
        let done = load.run_at(rate.parse().expect("a rate"), Duration::from_secs_f64(seconds.parse().expect("seconds")));
        println!(
            r#"{{"sent": {}, "received": {}, "seconds": {:.3}, "p50_us": {}, "p99_us": {}}}"#,
            done.sent, done.received, done.seconds, done.p50_us, done.p99_us
        );
    }
}
