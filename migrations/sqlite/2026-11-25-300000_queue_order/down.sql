DROP INDEX walk_sessions_of_ticket;
CREATE INDEX walk_sessions_of_ticket ON walk_sessions (account_id, ticket_id);
