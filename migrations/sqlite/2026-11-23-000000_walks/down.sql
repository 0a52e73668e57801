DROP TABLE session_notes;
DROP TABLE session_events;
DROP TABLE walk_sessions;
DROP TABLE tickets;
DROP TABLE flow_proposals;
DROP TABLE flows;
DROP TABLE users;
DROP TABLE accounts;
