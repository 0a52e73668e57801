-- How often an account's authored flows were changed: what suggestions ask at each question. A sum over the flows would cost more
-- with each of them.
ALTER TABLE accounts ADD COLUMN flows_mark integer NOT NULL DEFAULT 0 CHECK (typeof(flows_mark) = 'integer' AND flows_mark >= 0);
UPDATE accounts SET flows_mark =
    (SELECT coalesce(sum(f.revision), 0) FROM authored_flows f WHERE f.account_id = accounts.id);
