//! How many connections an address and a server may have.

use std::io::Write;
use std::time::{Duration, Instant};

use firstline_http_guard::ServeSettings;

use crate::fixture::{HELLO, SOON, Server, ms, read_hello, until_end};

#[test]
fn an_address_has_so_many_connections_and_a_trusted_proxy_any_number() {
    let settings = ServeSettings { connections_per_address: 3, ..ServeSettings::default() };
    let server = Server::start(&settings);
    let mut held = server.connect_and_greet(3);
    let (response, after) = until_end(&mut server.connect());
    assert!(response.is_empty() && after < ms(4_000), "{after:?}");
    assert_eq!((server.open(), server.refused()), (3, 1));
    drop(held.pop());
    let began = Instant::now();
    while !server.serves() {
        assert!(began.elapsed() < SOON, "the closed connection still counts");
        std::thread::sleep(ms(10));
    }
    assert_eq!(Server::behind_proxy(&settings).connect_and_greet(10).len(), 10);
}

#[test]
fn a_refused_connection_gets_the_response_of_the_hook() {
    let server = Server::refusing_aloud(&ServeSettings { connections_per_address: 1, ..ServeSettings::default() });
    let _held = server.connect_and_greet(1);
    let (response, _) = until_end(&mut server.connect());
    assert!(response.starts_with("HTTP/1.1 503 Service Unavailable\r\n") && response.ends_with("\r\n\r\nfull"));
}

#[test]
fn when_all_connections_are_taken_idle_ones_are_closed_and_the_waiting_client_is_served() {
    let server = Server::start(&ServeSettings { connections_per_worker: 4, ..ServeSettings::default() });
    let _idle = server.connect_and_greet(4);
    let began = Instant::now();
    let mut waiting = server.connect();
    waiting.write_all(HELLO).unwrap();
    assert!(read_hello(&mut waiting).starts_with("HTTP/1.1 200"));
    // Idle connections are kept for 75 s otherwise.
    assert!((ms(1_000)..Duration::from_secs(15)).contains(&began.elapsed()), "{:?}", began.elapsed());
}

#[test]
fn one_client_cannot_keep_its_neighbours_behind_the_same_address_out_by_holding_connections() {
    let settings = ServeSettings { connections_per_address: 8, head_timeout: ms(60_000), ..ServeSettings::default() };
    let server = Server::start(&settings);
    // Half of them idle, half of them new.
    let held = (server.connect_and_greet(4), [(); 4].map(|()| server.connect()));
    let began = Instant::now();
    assert!(!server.serves(), "there was room");
    while !server.serves() {
        assert!(began.elapsed() < Duration::from_secs(15), "the neighbour was kept out");
        std::thread::sleep(ms(50));
    }
    assert!(began.elapsed() > ms(1_000), "no connection had its time: {:?}", began.elapsed());
    // When there is room again, five of eight may stay, whatever they do.
    drop(held);
    let began = Instant::now();
    while server.open() > 0 {
        assert!(began.elapsed() < SOON);
        std::thread::sleep(ms(20));
    }
    let _few = server.connect_and_greet(5);
    std::thread::sleep(ms(5_000));
    assert_eq!(server.open(), 5);
}
