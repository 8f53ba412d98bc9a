//! Each attack, against an SFU without the defence, where it must succeed, and against the product's, where it must fail.
#[path = "../attacks/mod.rs"]
mod attacks;

/// What is attacked is data: the defence, and what stands in its place.
const TABLE: &str = include_str!("../../attacks.json");

fn twice(attack: &str, on_weakened: impl FnOnce() -> bool, on_product: impl FnOnce() -> bool) {
    assert!(TABLE.contains(&format!("\"attack\": \"{attack}\"")), "{attack} is in the table");
    assert!(on_weakened(), "without the defence it succeeds: {attack}");
    assert!(!on_product(), "the product is not harmed: {attack}");
}

macro_rules! twice {
    ($attack:literal, $page:ident::$run:ident) => {
        twice($attack, weakened_sfu::attacks::$page::$run, attacks::$page::$run)
    };
}

#[test]
fn an_overheard_check_leads_no_leg_away() {
    twice!("leg led away by an overheard check", paths::an_overheard_check);
}

#[test]
fn a_packet_from_elsewhere_leads_no_leg_away() {
    twice!("leg led away by a packet that was held back", paths::a_packet_that_was_held_back);
}

#[test]
fn a_nomination_behind_the_signature_is_none() {
    twice!("nomination written behind a signature", paths::a_nomination_behind_the_signature);
}

#[test]
fn nobody_takes_the_address_of_another_member() {
    twice!("address of another member claimed", paths::another_members_address);
}

#[test]
fn packets_that_were_there_are_not_sent_on_again() {
    twice!("packets sent to the SFU again", replays::packets);
}

#[test]
fn a_report_that_was_there_counts_for_nothing() {
    twice!("report sent to the SFU again", replays::reports);
}

#[test]
fn asking_again_and_again_gets_no_more_than_the_way_carries() {
    twice!("packets asked for again and again", floods::asking_again);
}

#[test]
fn sound_is_no_more_than_sound_may_be() {
    twice!("sound that floods everybody", floods::sound);
}

#[test]
fn one_track_comes_once() {
    twice!("one track in all slots", floods::one_track_in_all_slots);
}

#[test]
fn a_publisher_is_not_kept_at_key_frames() {
    twice!("key frames asked for without an end", floods::key_frames);
}

#[test]
fn what_no_link_carries_is_not_sent_on() {
    twice!("datagrams that no link carries", floods::large_datagrams);
}

#[test]
fn numbers_that_leap_deafen_nobody() {
    twice!("numbers that leap", numbers::leaps);
}

#[test]
fn a_check_without_the_password_is_none() {
    twice!("check without the password", paths::a_check_without_the_password);
}

#[test]
fn a_leg_has_a_few_addresses() {
    twice!("addresses without end", paths::addresses_without_end);
}

#[test]
fn a_leg_has_a_few_streams() {
    twice!("streams without end", floods::streams_without_end);
}

#[test]
fn another_certificate_comes_to_nothing() {
    twice!("handshake with another certificate", handshakes::another_certificate);
}

#[test]
fn a_forged_alert_ends_no_handshake() {
    twice!("forged alert in a handshake", handshakes::a_forged_alert);
}

#[test]
fn an_answer_without_the_password_leads_no_leg_away() {
    twice!("answer without the password", paths::an_answer_without_the_password);
}

#[test]
fn no_third_party_is_flooded_with_checks() {
    twice!("checks to a third party", paths::checks_to_a_third_party);
}

#[test]
fn no_third_party_gets_a_large_check() {
    twice!("name that fills a datagram", paths::a_long_name);
}
