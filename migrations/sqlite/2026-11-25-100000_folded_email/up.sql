-- E-mail addresses that people take for the same stand once in an account. The domain folds them, as SQL cannot: the
-- column is null for a user who was there before, until `migrate` has compared their address, and stays null for one
-- whose address a user from before has too.
ALTER TABLE users ADD COLUMN email_folded TEXT CHECK (email_folded <> '');
CREATE UNIQUE INDEX users_account_id_email_folded_key ON users (account_id, email_folded);
