-- Users as identity providers name them, and what became of the account's users, change by change.

ALTER TABLE users ADD COLUMN issuer TEXT CHECK (issuer <> '');
ALTER TABLE users ADD COLUMN subject TEXT CHECK (subject <> '') CHECK ((issuer IS NULL) = (subject IS NULL));

-- Within the account alone, so that a refusal tells nothing of another account. Those without one do not collide.
CREATE UNIQUE INDEX users_account_id_identity_key ON users (account_id, issuer, subject);

-- Whether an owner is the last one is asked at each change.
CREATE INDEX users_active_owners ON users (account_id) WHERE account_role = 'owner' AND active;

CREATE TABLE user_events (
    account_id BLOB NOT NULL REFERENCES accounts (id),
    -- From 1 without gaps within the account: the newest is the version of the account's directory.
    seq INTEGER NOT NULL CHECK (seq >= 1),
    user_id BLOB NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('user_created', 'user_changed')),
    -- JSON kept as text: it is only ever read back whole, and keeps its spelling.
    data TEXT NOT NULL,
    -- Null for the system. No foreign key: an event outlives whatever becomes of its actor.
    actor_user_id BLOB,
    at INTEGER NOT NULL,
    PRIMARY KEY (account_id, seq),
    FOREIGN KEY (account_id, user_id) REFERENCES users (account_id, id)
) STRICT, WITHOUT ROWID;

-- A user's history.
CREATE INDEX user_events_of_user ON user_events (account_id, user_id, seq);
