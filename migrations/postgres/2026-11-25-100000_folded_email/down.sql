DROP INDEX users_account_id_email_folded_key;
ALTER TABLE users DROP COLUMN email_folded;
