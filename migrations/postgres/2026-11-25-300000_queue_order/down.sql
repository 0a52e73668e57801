CREATE INDEX tickets_queue ON tickets (account_id, created_at);
CREATE INDEX tickets_queue_by_status ON tickets (account_id, status, created_at);
DROP INDEX tickets_in_order;
DROP INDEX tickets_in_order_by_status;
CREATE INDEX walk_sessions_idle ON walk_sessions (started_at) WHERE status = 'active';
DROP INDEX walk_sessions_of_ticket_in_order;
DROP INDEX walk_sessions_untouched;
