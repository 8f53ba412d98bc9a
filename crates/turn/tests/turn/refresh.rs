//! RFC 8656 §8: Refresh, and how allocations end.
use crate::support::{Caller, Heard, Lab, config, public_config};
use turn::Ending;
use wire::attribute as kind;
use wire::stun::Method;

fn of_family(caller: &mut Caller, lifetime_s: u32, family: u8) -> Vec<u8> {
    let lifetime = (kind::LIFETIME, lifetime_s.to_be_bytes().to_vec());
    caller.signed(Method::Refresh, &[lifetime, (kind::REQUESTED_ADDRESS_FAMILY, vec![family, 0, 0, 0])])
}

fn dual(lab: &mut Lab) -> Caller {
    lab.admit("ada", 1);
    let mut caller = Caller::new("ada", "203.0.113.5:4000");
    caller.learn_nonce(lab);
    assert_eq!(caller.allocate_with(lab, &[(kind::ADDITIONAL_ADDRESS_FAMILY, vec![2, 0, 0, 0])]).relays().len(), 2);
    caller
}

#[test]
fn a_lifetime_of_zero_ends_the_allocation_and_a_second_one_finds_none() {
    let mut lab = Lab::new(config());
    let mut ada = lab.client("ada", 1);
    lab.heard();
    let request = ada.signed(Method::Refresh, &[(kind::LIFETIME, vec![0; 4])]);
    let heard = lab.give(&ada.addr, &request);
    assert_eq!(heard[0], Heard::Ended("ada".into(), Ending::Released, 0, 0));
    let answer = lab.ask(&ada.addr, &request);
    assert_eq!(answer.code, Some(437));
    assert_eq!(lab.server.next_timeout(), None);
}

#[test]
fn who_does_not_refresh_is_ended_and_who_does_is_not() {
    let mut lab = Lab::new(config());
    let mut ada = lab.client("ada", 1);
    let _bob = lab.client("bob", 1);
    lab.pass_s(500);
    assert_eq!(ada.refresh(&mut lab, 600).code, None);
    lab.heard();
    lab.pass_s(100);
    assert_eq!(lab.heard(), [Heard::Ended("bob".into(), Ending::Expired, 0, 0)]);
    assert_eq!(lab.server.next_timeout(), Some(lab.now.monotonic_ms + 500_000));
}

#[test]
fn an_allocation_that_ran_out_is_gone_even_if_nobody_called_the_timer() {
    let mut lab = Lab::new(config());
    let mut ada = lab.client("ada", 1);
    lab.now.monotonic_ms += 600_000;
    lab.heard();
    assert_eq!(ada.refresh(&mut lab, 600).code, Some(437));
    assert_eq!(ada.allocate(&mut lab).code, None);
}

#[test]
fn an_allocation_that_ran_out_passes_no_data_even_if_nobody_called_the_timer() {
    let mut lab = Lab::new(public_config());
    let mut ada = lab.client("ada", 1);
    let peer = "8.8.8.8:9000".parse().unwrap();
    lab.pass_s(500);
    assert_eq!(ada.bind(&mut lab, 0x4000, peer).code, None);
    for (later_ms, passes) in [(99_999, 2), (1, 0)] {
        lab.now.monotonic_ms += later_ms;
        let mut heard = ada.channel_data(&mut lab, 0x4000, b"out");
        lab.server.handle_peer(lab.now, ada.relay(), peer, b"in", &mut lab.ears);
        heard.extend(lab.heard());
        assert_eq!(heard.len(), passes);
    }
}

#[test]
fn refresh_without_an_allocation_is_a_mismatch() {
    let mut lab = Lab::new(config());
    lab.admit("ada", 1);
    let mut caller = Caller::new("ada", "203.0.113.5:4000");
    caller.learn_nonce(&mut lab);
    assert_eq!(caller.refresh(&mut lab, 600).code, Some(437));
    assert_eq!(caller.refresh(&mut lab, 0).code, Some(437));
}

#[test]
fn a_malformed_lifetime_or_family_changes_nothing() {
    let mut lab = Lab::new(config());
    let mut ada = lab.client("ada", 1);
    for (attribute, code) in [
        ((kind::LIFETIME, vec![0; 3]), 400),
        ((kind::REQUESTED_ADDRESS_FAMILY, vec![1]), 400),
        ((kind::REQUESTED_ADDRESS_FAMILY, vec![9, 0, 0, 0]), 443),
        ((kind::REQUESTED_ADDRESS_FAMILY, vec![2, 0, 0, 0]), 443),
    ] {
        let request = ada.signed(Method::Refresh, &[attribute]);
        assert_eq!(lab.ask(&ada.addr, &request).code, Some(code));
        assert_eq!(lab.server.next_timeout(), Some(lab.now.monotonic_ms + 600_000));
    }
}

#[test]
fn one_of_two_families_can_be_given_back() {
    let mut lab = Lab::new(config());
    let mut ada = dual(&mut lab);
    let request = of_family(&mut ada, 0, 1);
    assert_eq!(lab.ask(&ada.addr, &request).code, None);
    assert_eq!(lab.server.stats().allocations, 1);
    let request = of_family(&mut ada, 600, 1);
    assert_eq!(lab.ask(&ada.addr, &request).code, Some(443));
    let request = of_family(&mut ada, 0, 2);
    assert_eq!(lab.ask(&ada.addr, &request).code, None);
    assert_eq!(lab.server.stats().allocations, 0);
}

#[test]
fn two_families_run_out_each_in_its_time() {
    let mut lab = Lab::new(config());
    let mut ada = dual(&mut lab);
    let request = of_family(&mut ada, 1_200, 2);
    assert_eq!(lab.ask(&ada.addr, &request).lifetime_s(), 1_200);
    lab.pass_s(600);
    assert_eq!(lab.server.stats().allocations, 1);
    let request = of_family(&mut ada, 600, 1);
    assert_eq!(lab.ask(&ada.addr, &request).code, Some(443));
    lab.pass_s(600);
    assert_eq!(lab.server.stats().allocations, 0);
}

#[test]
fn a_refresh_without_a_family_ends_both() {
    let mut lab = Lab::new(config());
    let mut ada = dual(&mut lab);
    assert_eq!(ada.refresh(&mut lab, 0).code, None);
    assert_eq!(lab.server.stats().allocations, 0);
    assert_eq!(lab.server.next_timeout(), None);
}
