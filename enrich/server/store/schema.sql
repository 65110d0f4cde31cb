-- What the server keeps: a new database. Version 4; older ones go through `migrations/`.
--
-- A run's few small members stand in `runs`, which is rewritten when it moves on;
-- what is long and never changes stands beside it in `inputs` and `outputs`.
-- JSON is stored as the bytes that go out on the wire.

CREATE TABLE accounts (
  account_no INTEGER PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  reserved   INTEGER NOT NULL DEFAULT 0,  -- thousandths of a USD held for runs in flight
  charged    INTEGER NOT NULL DEFAULT 0,  -- thousandths of a USD for completed runs
  accepted   INTEGER NOT NULL DEFAULT 0   -- runs
) STRICT;

-- A thousand runs share one task spec.
CREATE TABLE specs (
  spec_no INTEGER PRIMARY KEY,
  digest  BLOB NOT NULL UNIQUE,
  json    BLOB NOT NULL
) STRICT;

CREATE TABLE groups (
  group_no     INTEGER PRIMARY KEY,
  taskgroup_id TEXT NOT NULL UNIQUE,
  account_no   INTEGER NOT NULL,
  metadata     BLOB,
  created_at   TEXT NOT NULL,
  modified_at  TEXT NOT NULL,
  last_run     INTEGER NOT NULL DEFAULT 0,  -- position of the newest run
  last_event   INTEGER NOT NULL DEFAULT 0   -- number of the newest event
) STRICT;

-- Runs by status, kept in the transaction that moves them. Group 0 is all runs.
CREATE TABLE counts (
  group_no INTEGER NOT NULL,
  status   TEXT NOT NULL,
  n        INTEGER NOT NULL,
  PRIMARY KEY (group_no, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
  run_no      INTEGER PRIMARY KEY,  -- order of acceptance, which is the order of work
  run_id      TEXT NOT NULL UNIQUE,
  account_no  INTEGER NOT NULL,
  group_no    INTEGER,
  position    INTEGER,              -- from 1 within the group; the run's cursor
  status      TEXT NOT NULL,
  processor   TEXT NOT NULL,
  price       INTEGER NOT NULL,
  spec_no     INTEGER,              -- none: an auto schema
  fate        TEXT,                 -- how a fault says that it ends
  events      INTEGER NOT NULL,     -- whether progress is recorded
  webhook     INTEGER NOT NULL,     -- whether someone is told when it ends
  previous    TEXT,                 -- id of the run that this one goes on from
  metadata    BLOB,
  warnings    BLOB,
  error       BLOB,
  created_at  TEXT NOT NULL,
  modified_at TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX runs_of_group ON runs (group_no, position) WHERE group_no IS NOT NULL;
CREATE INDEX runs_single ON runs (account_no, run_no) WHERE group_no IS NULL;
CREATE INDEX runs_queued ON runs (processor, run_no) WHERE status = 'queued';

-- A run's body without its task_spec.
CREATE TABLE inputs (
  run_no INTEGER PRIMARY KEY,
  json   BLOB NOT NULL
) STRICT;

CREATE TABLE outputs (
  run_no INTEGER PRIMARY KEY,
  json   BLOB NOT NULL
) STRICT;

-- Runs at which workers died or hung, until they ended.
CREATE TABLE losses (
  run_no INTEGER PRIMARY KEY,
  n      INTEGER NOT NULL
) STRICT;

-- A group's live stream: a run that ended, or else the group's status at that time.
CREATE TABLE events (
  group_no INTEGER NOT NULL,
  n        INTEGER NOT NULL,  -- from 1 within the group; the event's cursor
  run_no   INTEGER,
  status   BLOB,
  PRIMARY KEY (group_no, n)
) STRICT, WITHOUT ROWID;

-- Whom to tell that a run ended, until they were told.
CREATE TABLE webhooks (
  run_no     INTEGER PRIMARY KEY,
  webhook_id TEXT NOT NULL,       -- the same at every attempt, so that doubles can be dropped
  url        TEXT NOT NULL,
  host       TEXT NOT NULL,       -- of the URL; a few at a time are told at each
  attempts   INTEGER NOT NULL DEFAULT 0,
  ended_at   REAL,                -- seconds since 1970; none while the run is at work
  next_at    REAL
) STRICT;

CREATE INDEX webhooks_due ON webhooks (next_at) WHERE next_at IS NOT NULL;
