-- Runs at which workers died or hung are counted.

CREATE TABLE losses (
  run_no INTEGER PRIMARY KEY,
  n      INTEGER NOT NULL
) STRICT;
