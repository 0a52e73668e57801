ALTER TABLE accounts DROP COLUMN flows_mark;
