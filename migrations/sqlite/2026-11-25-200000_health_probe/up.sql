-- One row that the service writes every few seconds, to learn whether the file takes writes.
CREATE TABLE health_probe (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- In seconds since 1970.
    written_at INTEGER NOT NULL
) STRICT;
INSERT INTO health_probe VALUES (1, unixepoch());
