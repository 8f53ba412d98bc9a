//! The lines that a driver writes, each answered by one line of JSON.
//!
//! | line | answer |
//! | --- | --- |
//! | `offer N AUDIO VIDEO` · `publish N` · `accept N SDP` | `sdp`, and for `offer` the `mids` of its slots |
//! | `answered N SDP` · `drop N` · `play` · `pause` | |
//! | `video N CONTEXT PER_SECOND PACKETS BYTES` · `audio N CONTEXT PER_SECOND BYTES` · `quiet N` | |
//! | `weather N LOSS_PERCENT DELAY_MS JITTER_MS` | |
//! | `connected` | `waiting`: endpoints that are not |
//! | `stuck N SENDER.CONTEXT …` | `stuck`: those not heard for 3 s |
//! | `count` | packets sent and received since the last one, and delays |
//!
//! Line breaks of SDP are written `\r\n`, as JSON has them. *Trust*: who starts it.
use super::endpoint::Shape;
use super::media::{Kind, Source};
use super::stage::Stage;
use super::weather::Weather;
use std::fmt::Write;
use std::io::BufRead;
use std::str::FromStr;
use std::sync::mpsc::{TryRecvError, sync_channel};
use std::time::Instant;

/// Lines read and not yet carried out.
const WAITING_MAX: usize = 256;

/// Serves standard input until it ends.
pub fn serve(mut stage: Stage, wait: bool) {
    let (lines, commands) = sync_channel(WAITING_MAX);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines() {
            if lines.send(line.expect("a line of text")).is_err() {
                return;
            }
        }
    });
    loop {
        match commands.try_recv() {
            Ok(line) => println!("{}", obey(&mut stage, &line).unwrap_or_else(|error| format!(r#"{{"error": {error:?}}}"#))),
            Err(TryRecvError::Empty) => stage.turn(wait),
            Err(TryRecvError::Disconnected) => return,
        }
    }
}

fn obey(stage: &mut Stage, line: &str) -> Result<String, String> {
    let mut words = line.split(' ');
    let command = words.next().unwrap_or_default();
    let nothing = || Ok("{}".to_owned());
    match command {
        "play" | "pause" => {
            stage.play(command == "play");
            nothing()
        }
        "connected" => {
            let waiting: Vec<u16> = stage.endpoints.values().filter(|endpoint| !endpoint.is_connected).map(|endpoint| endpoint.number).collect();
            Ok(format!(r#"{{"waiting": {waiting:?}}}"#))
        }
        "count" => Ok(count(stage)),
        "stuck" => {
            let receiver = number(&mut words)?;
            let wanted = words.map(stream).collect::<Result<Vec<_>, _>>()?;
            let stuck: Vec<[u16; 2]> = stage.stuck(receiver, &wanted).into_iter().map(|(sender, context)| [sender, u16::from(context)]).collect();
            Ok(format!(r#"{{"stuck": {stuck:?}}}"#))
        }
        "drop" => {
            stage.endpoints.remove(&number(&mut words)?);
            nothing()
        }
        "offer" | "publish" | "accept" | "answered" => describe(stage, command, line),
        _ => set(stage, command, &mut words).and_then(|()| nothing()),
    }
}

/// Descriptions.
fn describe(stage: &mut Stage, command: &str, line: &str) -> Result<String, String> {
    let mut words = line.splitn(3, ' ').skip(1);
    let name: u16 = number(&mut words)?;
    let rest = words.next().unwrap_or_default();
    if command == "answered" {
        let endpoint = stage.endpoints.get_mut(&name).ok_or("no such endpoint")?;
        return endpoint.answered(&unescaped(rest)).map(|()| "{}".to_owned());
    }
    let endpoint = stage.add(name).map_err(|error| error.to_string())?;
    let sdp = match command {
        "accept" => endpoint.accept(&unescaped(rest))?,
        "publish" => endpoint.offer(Shape::Publisher),
        _ => {
            let mut counts = rest.split(' ');
            endpoint.offer(Shape::Leg { audio: number(&mut counts)?, video: number(&mut counts)? })
        }
    };
    let mids: Vec<String> = endpoint.slots.iter().map(ToString::to_string).collect();
    Ok(format!(r#"{{"sdp": "{}", "mids": {mids:?}}}"#, sdp.replace('"', "\\\"").replace("\r\n", "\\r\\n")))
}

/// What an endpoint sends, and how its link is.
fn set<'a>(stage: &mut Stage, command: &str, words: &mut impl Iterator<Item = &'a str>) -> Result<(), String> {
    let name: u16 = number(words)?;
    let endpoint = stage.endpoints.get_mut(&name).ok_or("no such endpoint")?;
    match command {
        "video" | "audio" => {
            let (context, per_second) = (number(words)?, number(words)?);
            let kind = if command == "video" { Kind::Video } else { Kind::Audio };
            let packets = if kind == Kind::Video { number(words)? } else { 1 };
            endpoint.sources.retain(|source| source.context != context);
            endpoint.sources.push(Source::new(kind, context, per_second, packets, number(words)?, Instant::now()));
        }
        "quiet" => endpoint.sources.clear(),
        "weather" => endpoint.set_weather(Weather { loss_percent: number(words)?, delay_ms: number(words)?, jitter_ms: number(words)? }),
        _ => return Err("no such command".to_owned()),
    }
    Ok(())
}

fn count(stage: &mut Stage) -> String {
    let mut count = stage.count();
    let (p50_us, p99_us) = (count.received.quantile_us(0.5), count.received.quantile_us(0.99));
    let mut text = String::new();
    let _ = write!(
        text,
        r#"{{"sent_audio": {}, "sent_video": {}, "audio": {}, "video": {}, "seconds": {:.3}, "p50_us": {p50_us}, "p99_us": {p99_us}}}"#,
        count.sent_audio, count.sent_video, count.received.audio, count.received.video, count.seconds
    );
    text
}

fn stream(word: &str) -> Result<(u16, u8), String> {
    let mut parts = word.split('.');
    Ok((number(&mut parts)?, number(&mut parts)?))
}

fn number<'a, T: FromStr>(words: &mut impl Iterator<Item = &'a str>) -> Result<T, String> {
    words.next().and_then(|word| word.parse().ok()).ok_or_else(|| "a number is missing".to_owned())
}

fn unescaped(text: &str) -> String {
    text.replace("\\r\\n", "\r\n")
}
