-- How a run ended stands beside it, runs that wait stand in ranges, and so do events of runs.

CREATE TABLE ended (
  run_no INTEGER PRIMARY KEY,
  status TEXT NOT NULL,
  at     TEXT NOT NULL,
  error  BLOB,
  output BLOB
) STRICT;
INSERT INTO ended (run_no, status, at, error, output)
SELECT r.run_no, r.status, r.modified_at, r.error, o.json
FROM runs AS r LEFT JOIN outputs AS o USING (run_no)
WHERE r.status NOT IN ('queued', 'running') ORDER BY r.run_no;
DROP TABLE outputs;

CREATE TABLE queue (
  processor TEXT NOT NULL,
  first     INTEGER NOT NULL,
  last      INTEGER NOT NULL,
  unended   INTEGER NOT NULL,
  PRIMARY KEY (processor, first)
) STRICT, WITHOUT ROWID;
INSERT INTO queue (processor, first, last, unended)
SELECT processor, run_no, run_no, 1 FROM runs WHERE status IN ('queued', 'running');

DROP INDEX runs_of_group;
DROP INDEX runs_single;
DROP INDEX runs_queued;
ALTER TABLE runs RENAME TO old_runs;
CREATE TABLE runs (
  run_no      INTEGER PRIMARY KEY,
  run_id      TEXT NOT NULL UNIQUE,
  account_no  INTEGER NOT NULL,
  group_no    INTEGER,
  position    INTEGER,
  processor   TEXT NOT NULL,
  price       INTEGER NOT NULL,
  spec_no     INTEGER,
  fate        TEXT,
  events      INTEGER NOT NULL,
  webhook     INTEGER NOT NULL,
  previous    TEXT,
  created_at  TEXT NOT NULL,
  running     INTEGER NOT NULL DEFAULT 0,
  modified_at TEXT,
  metadata    BLOB,
  warnings    BLOB,
  input       BLOB NOT NULL
) STRICT;
INSERT INTO runs (run_no, run_id, account_no, group_no, position, processor, price, spec_no, fate,
                  events, webhook, previous, created_at, running, modified_at, metadata, warnings,
                  input)
SELECT r.run_no, r.run_id, r.account_no, r.group_no, r.position, r.processor, r.price, r.spec_no,
       r.fate, r.events, r.webhook, r.previous, r.created_at, r.status = 'running',
       r.modified_at, r.metadata, r.warnings,
       CASE WHEN r.metadata IS NULL THEN i.json
            ELSE CAST(json_remove(CAST(i.json AS TEXT), '$.metadata') AS BLOB) END
FROM old_runs AS r JOIN inputs AS i USING (run_no) ORDER BY r.run_no;
DROP TABLE old_runs;
DROP TABLE inputs;
CREATE UNIQUE INDEX runs_of_group ON runs (group_no, position) WHERE group_no IS NOT NULL;
CREATE INDEX runs_single ON runs (account_no, run_no) WHERE group_no IS NULL;

ALTER TABLE events RENAME TO old_events;
CREATE TABLE events (
  group_no INTEGER NOT NULL,
  n        INTEGER NOT NULL,
  first    INTEGER NOT NULL,
  runs     TEXT,
  status   BLOB,
  PRIMARY KEY (group_no, n)
) STRICT, WITHOUT ROWID;
INSERT INTO events (group_no, n, first, runs, status)
SELECT group_no, n, n, '[' || run_no || ']', status FROM old_events;
DROP TABLE old_events;
