DROP POLICY owner_lists ON accounts;
