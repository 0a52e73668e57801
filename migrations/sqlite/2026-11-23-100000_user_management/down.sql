DROP TABLE user_events;
DROP INDEX users_active_owners;
DROP INDEX users_account_id_identity_key;
ALTER TABLE users DROP COLUMN subject;
ALTER TABLE users DROP COLUMN issuer;
