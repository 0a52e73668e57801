-- A ticket's sessions in their order, so that the newest is found without sorting them. The queue's indexes end in the
-- id already.
DROP INDEX walk_sessions_of_ticket;
CREATE INDEX walk_sessions_of_ticket ON walk_sessions (account_id, ticket_id, started_at, id);
