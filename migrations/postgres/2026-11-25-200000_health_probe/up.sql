-- One row that each instance writes every few seconds, to learn whether the database takes writes. It belongs to no
-- account. The free space keeps each new version of the row in the same page.
CREATE TABLE health_probe (
    id smallint PRIMARY KEY CHECK (id = 1),
    written_at timestamptz NOT NULL
) WITH (fillfactor = 10);
INSERT INTO health_probe VALUES (1, now());

REVOKE ALL ON health_probe FROM PUBLIC;
GRANT UPDATE (written_at) ON health_probe TO firstline_service;
