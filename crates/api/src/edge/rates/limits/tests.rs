use std::net::Ipv6Addr;
use std::time::Duration;

use actix_web::http::header::HeaderMap;
use governor::clock::FakeRelativeClock;
use uuid::Uuid;

use super::*;
use crate::edge::rates::settings::Rate;
use crate::problem::Code;

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 5));
const ELSEWHERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 6));

fn rate(per_second: u32, burst: u32) -> Rate {
    Rate::per_second(per_second.try_into().unwrap(), burst.try_into().unwrap())
}

fn rates(keys: usize) -> (Rates<FakeRelativeClock>, FakeRelativeClock) {
    let clock = FakeRelativeClock::default();
    let settings = RateSettings {
        user: rate(2, 3),
        account: rate(4, 5),
        address: rate(10, 20),
        failed_sign_in: rate(1, 2),
        keys: keys.try_into().unwrap(),
    };
    (Rates::with_clock(&settings, &clock), clock)
}

fn told(standings: &Standings) -> (String, String) {
    let mut headers = HeaderMap::new();
    standings.tell(&mut headers);
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    (text("ratelimit-policy"), text("ratelimit"))
}

fn user(number: u128) -> UserId {
    Uuid::from_u128(number).into()
}

fn account(number: u128) -> AccountId {
    Uuid::from_u128(number).into()
}

/// How the token of a user names them.
fn named(number: u128) -> Named {
    Named::User { user: user(number), account: None }
}

#[test]
fn a_user_has_a_burst_and_then_the_rate_and_others_are_not_touched() {
    let (rates, clock) = rates(10);
    let call = |who| rates.admit_caller(&named(who), (user(who), account(who)), &Standings::default());
    for _ in 0..3 {
        assert!(call(1).is_ok());
    }
    assert_eq!(call(1).unwrap_err().code, Code::RateLimited);
    assert!(call(2).is_ok());
    clock.advance(Duration::from_millis(499));
    assert!(call(1).is_err());
    clock.advance(Duration::from_millis(1));
    assert!(call(1).is_ok());
    assert!(call(1).is_err());
}

#[test]
fn the_users_of_an_account_share_its_rate() {
    let (rates, clock) = rates(10);
    let call = |who, of| {
        let standings = Standings::default();
        let admitted = rates.admit_caller(&named(who), (user(who), account(of)), &standings).is_ok();
        (admitted, standings.refused_by())
    };
    for who in 0..5 {
        assert_eq!(call(who, 1), (true, None));
    }
    assert_eq!(call(5, 1), (false, Some(Limit::Account)));
    assert_eq!(call(6, 2), (true, None));
    clock.advance(Duration::from_millis(250));
    assert_eq!(call(7, 1), (true, None));
}

#[test]
fn the_headers_say_what_holds_and_what_is_left() {
    let (rates, clock) = rates(10);
    let standings = Standings::default();
    rates.admit_address(HERE, &standings).unwrap();
    assert_eq!(told(&standings), ("\"address\";q=20;w=2".to_owned(), "\"address\";r=19;t=1".to_owned()));
    rates.admit_caller(&named(1), (user(1), account(1)), &standings).unwrap();
    let (policy, rest) = told(&standings);
    assert_eq!(policy, "\"address\";q=20;w=2, \"user\";q=3;w=2, \"account\";q=5;w=2");
    assert_eq!(rest, "\"address\";r=19;t=1, \"user\";r=2;t=1, \"account\";r=4;t=1");
    let last = || {
        let standings = Standings::default();
        let outcome = rates.admit_caller(&named(1), (user(1), account(1)), &standings);
        (outcome.is_ok(), told(&standings).1)
    };
    assert_eq!(last(), (true, "\"user\";r=1;t=1, \"account\";r=3;t=1".to_owned()));
    assert_eq!(last(), (true, "\"user\";r=0;t=2, \"account\";r=2;t=1".to_owned()));
    assert_eq!(last(), (false, "\"user\";r=0;t=2".to_owned()));
    clock.advance(Duration::from_mins(1));
    assert_eq!(last(), (true, "\"user\";r=2;t=1, \"account\";r=4;t=1".to_owned()));
    assert_eq!(told(&Standings::default()), (String::new(), String::new()));
}

#[test]
fn the_wait_is_in_whole_seconds_and_long_enough() {
    let clock = FakeRelativeClock::default();
    let limiter = Limiter::new(Limit::User, rate(1, 1), 10, &clock);
    assert!(!limiter.take(&user(1)).is_refusal());
    for (after, wait) in [(0, 1), (1, 1), (500, 1), (498, 1)] {
        clock.advance(Duration::from_millis(after));
        assert_eq!(limiter.take(&user(1)).wait_seconds(), wait, "{after}");
    }
    clock.advance(Duration::from_millis(1));
    assert!(!limiter.take(&user(1)).is_refusal());
}

#[test]
fn too_many_failed_sign_ins_hold_up_failing_ones_from_that_address_alone() {
    let (rates, clock) = rates(10);
    let fail = |address| {
        let standings = Standings::default();
        let outcome = rates.count_failed_sign_in(address, &standings);
        assert_eq!(outcome.is_err(), standings.refused_by().is_some());
        standings.refused_by()
    };
    assert_eq!((fail(HERE), fail(HERE)), (None, None));
    assert_eq!(fail(HERE), Some(Limit::FailedSignIn));
    assert_eq!(fail(ELSEWHERE), None);
    assert!(rates.admit_address(HERE, &Standings::default()).is_ok());
    clock.advance(Duration::from_secs(1));
    assert_eq!((fail(HERE), fail(HERE)), (None, Some(Limit::FailedSignIn)));
}

#[test]
fn what_is_given_back_can_be_had_again_and_never_more_than_there_was() {
    let (rates, clock) = rates(1);
    let knock = |from| rates.admit_address(from, &Standings::default()).is_ok();
    let give_back = |from| {
        let standings = Standings::default();
        rates.admit_address(from, &standings).unwrap();
        rates.give_back_address(from, &standings);
        told(&standings).1
    };
    // One with a place of its own, one of the crowd.
    for from in [HERE, ELSEWHERE] {
        for _ in 0..100 {
            assert_eq!(give_back(from), "\"address\";r=20;t=0");
        }
        assert_eq!((0..30).filter(|_| knock(from)).count(), 20);
    }
    clock.advance(Duration::from_millis(100));
    assert_eq!(give_back(HERE), "\"address\";r=1;t=2");
    assert_eq!((knock(HERE), knock(HERE)), (true, false));
}

#[test]
fn who_was_refused_is_refused_again_by_name_until_there_is_room_and_not_longer() {
    let (rates, clock) = rates(10);
    let by_name = |who| {
        let standings = Standings::default();
        let refused = rates.refuse_named(&named(who), &standings);
        refused.map(|(party, problem)| (party, problem.code, standings.refused_by(), told(&standings).1))
    };
    let call = |who, of| rates.admit_caller(&named(who), (user(who), account(of)), &Standings::default()).is_ok();
    assert!((0..3).all(|_| by_name(1).is_none() && call(1, 1)) && !call(1, 1));
    let refused = |who, of, limit: Limit| {
        let rest = format!("\"{}\";r=0;t=2", limit.as_str());
        Some(((user(who), account(of)), Code::RateLimited, Some(limit), rest))
    };
    clock.advance(Duration::from_millis(499));
    assert_eq!((by_name(1), by_name(2)), (refused(1, 1, Limit::User), None));
    clock.advance(Duration::from_millis(1));
    assert_eq!((by_name(1), call(1, 1)), (None, true));
    // By the account's limit as well.
    clock.advance(Duration::from_mins(1));
    assert!((2..7).all(|who| call(who, 2)) && !call(7, 2));
    assert_eq!((by_name(7), by_name(2)), (refused(7, 2, Limit::Account), None));
}

#[test]
fn a_flood_of_addresses_takes_no_more_room_and_shares_one_rate() {
    let (rates, clock) = rates(100);
    let network = |number: u16| IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, number, 0, 0, 0, 1));
    let knock = |address| rates.admit_address(address, &Standings::default()).is_ok();
    for number in 0..100 {
        assert!(knock(network(number)));
    }
    assert_eq!(rates.address.keys(), 100);
    let admitted = (100..10_000).filter(|number| knock(network(*number))).count();
    assert_eq!(admitted, 20, "those without room share one burst");
    assert_eq!(rates.address.keys(), 100);
    assert!(knock(network(7)), "those who were there first are not touched");
    // What is as good as new makes room.
    clock.advance(Duration::from_secs(10));
    assert!(knock(network(20_000)) && knock(network(20_001)));
    assert!(rates.address.keys() <= 3, "{}", rates.address.keys());
}
