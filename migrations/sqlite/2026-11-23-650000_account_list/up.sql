-- Nothing to do: SQLite has no row security that would have to let the owner list the accounts.
SELECT 1;
