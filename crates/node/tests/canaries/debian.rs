//! Debian's TURN client and its peer program, on both sides of a relay with public peers.
use crate::network::{Place, SERVER, alone};
use loadgen::client::credential;
use node::turn::Peers;
use std::process::{Child, Command, Stdio};

const PEER: &str = "8.8.8.8";

/// Ends with the test, whatever comes.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What the client said; 20 messages from each of four clients, echoed by the peer. By Send: its channel numbers are those of RFC 5766.
fn run(options: &[&str], peer: &str) -> (bool, String) {
    let (username, password) = credential("somebody", loadgen::client::SECRET, 600);
    let load = ["-c", "-m", "4", "-n", "20", "-z", "5", "-l", "500", "-s", "-e", peer, "-r", "3480", "-u", &username, "-w", &password, SERVER];
    let told = Command::new("turnutils_uclient").args(options).args(load).output().expect("Debian's coturn");
    (told.status.success(), String::from_utf8_lossy(&told.stdout).into_owned() + &String::from_utf8_lossy(&told.stderr))
}

#[test]
fn turnutils_uclient_runs_clean_to_a_public_peer_and_reaches_no_private_one() {
    alone(|| {
        let quiet =
            Command::new("turnutils_peer").args(["-L", PEER, "-L", "10.0.0.1", "-p", "3480"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let _peer = Running(quiet.expect("Debian's coturn"));
        for options in [&[][..], &["-t"]] {
            let place = Place::product(Peers::Public);
            place.node.admit("somebody", Some(1)).unwrap();
            let (is_good, told) = run(options, PEER);
            assert!(is_good && told.contains("Total lost packets 0 "), "{told}");
            assert!(told.contains("total send dropped 0 "), "{told}");
            assert_eq!(place.node.counters().panics, 0);
            let (is_good, told) = run(options, "10.0.0.1");
            assert!(!is_good && told.contains("403"), "{told}");
        }
    });
}
