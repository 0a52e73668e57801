DROP TABLE user_events;
DROP INDEX users_active_owners;
ALTER TABLE users
    DROP CONSTRAINT users_account_id_identity_key,
    DROP CONSTRAINT users_identity_whole,
    DROP COLUMN subject,
    DROP COLUMN issuer;
