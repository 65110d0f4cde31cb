-- What the server keeps: a new database. Version 5; older ones go through `migrations/`.
--
-- A run is written once when it is accepted and once when it ended, in the order of its number:
-- rows are appended, and next to none is changed. JSON is stored as the bytes that go out on
-- the wire.

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

-- A run as it was accepted; how it ended stands in `ended`.
CREATE TABLE runs (
  run_no      INTEGER PRIMARY KEY,  -- order of acceptance, which is the order of work
  run_id      TEXT NOT NULL UNIQUE,
  account_no  INTEGER NOT NULL,
  group_no    INTEGER,
  position    INTEGER,              -- from 1 within the group; the run's cursor
  processor   TEXT NOT NULL,
  price       INTEGER NOT NULL,
  spec_no     INTEGER,              -- none: an auto schema
  fate        TEXT,                 -- how a fault says that it ends
  events      INTEGER NOT NULL,     -- whether progress is recorded
  webhook     INTEGER NOT NULL,     -- whether someone is told when it ends
  previous    TEXT,                 -- id of the run that this one goes on from
  created_at  TEXT NOT NULL,
  running     INTEGER NOT NULL DEFAULT 0,  -- whether it is at work, until it ended
  modified_at TEXT,                 -- when that changed last
  metadata    BLOB,
  warnings    BLOB,
  input       BLOB NOT NULL         -- its body without task_spec and metadata
) STRICT;

CREATE UNIQUE INDEX runs_of_group ON runs (group_no, position) WHERE group_no IS NOT NULL;
CREATE INDEX runs_single ON runs (account_no, run_no) WHERE group_no IS NULL;

CREATE TABLE ended (
  run_no INTEGER PRIMARY KEY,
  status TEXT NOT NULL,
  at     TEXT NOT NULL,
  error  BLOB,
  output BLOB
) STRICT;

-- Runs of one processor that were accepted together, until all of them ended.
CREATE TABLE queue (
  processor TEXT NOT NULL,
  first     INTEGER NOT NULL,  -- run_no of the first of them, and of the last
  last      INTEGER NOT NULL,
  unended   INTEGER NOT NULL,  -- how many have not ended
  PRIMARY KEY (processor, first)
) STRICT, WITHOUT ROWID;

-- Runs at which workers died or hung, until they ended.
CREATE TABLE losses (
  run_no INTEGER PRIMARY KEY,
  n      INTEGER NOT NULL
) STRICT;

-- A group's live stream: runs that ended together, or else the group's status at that time.
CREATE TABLE events (
  group_no INTEGER NOT NULL,
  n        INTEGER NOT NULL,  -- number of the last event in here, which is its cursor
  first    INTEGER NOT NULL,  -- and of the first; from 1 within the group
  runs     TEXT,              -- their run_no, a list as JSON
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
