-- Indexes in the order of the queue and of a ticket's sessions, down to the id. Read backwards, they need no sort, and
-- no statistics say otherwise.
--
-- Each is partial by what is true of every row that it is for, and only the statements that it is for say that.
-- Otherwise, on a table without statistics, the planner takes an index that begins with the account for as good as the
-- primary key, and goes through the whole account for one row. So does a foreign key, whose statement is not ours.
--
-- Building one holds up writes of its table. Where tables are big they can be built beforehand, while the service
-- runs: docs/INSTALL.md, "A new version". One whose building was broken off is not valid, and is built here.
DO $$
DECLARE
    broken text;
BEGIN
    FOR broken IN
        SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE NOT i.indisvalid AND c.relnamespace = to_regnamespace(quote_ident(current_schema())) AND c.relname IN (
            'tickets_in_order', 'tickets_in_order_by_status', 'walk_sessions_of_ticket_in_order', 'walk_sessions_untouched'
        )
    LOOP
        EXECUTE format('DROP INDEX %I', broken);
    END LOOP;
END
$$;

CREATE INDEX IF NOT EXISTS tickets_in_order ON tickets (account_id, created_at, id) WHERE status <> '';
CREATE INDEX IF NOT EXISTS tickets_in_order_by_status ON tickets (account_id, status, created_at, id) WHERE status <> '';
DROP INDEX tickets_queue;
DROP INDEX tickets_queue_by_status;

CREATE INDEX IF NOT EXISTS walk_sessions_of_ticket_in_order ON walk_sessions (ticket_id, account_id, started_at, id)
    WHERE ticket_kind <> '';
-- walk_sessions_of_ticket stays for the processes of the version before, whose statements do not say that condition.
-- The next version drops it.
-- What the sweeper looks for. A technician's active sessions were read by it as well, through those of all accounts.
CREATE INDEX IF NOT EXISTS walk_sessions_untouched ON walk_sessions (started_at)
    WHERE status = 'active' AND abandoned_at IS NULL;
DROP INDEX walk_sessions_idle;
