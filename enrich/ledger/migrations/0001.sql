-- What is asked of a row besides its input. Its digest is part of every fingerprint under it.
CREATE TABLE task (
    id        INTEGER PRIMARY KEY,
    digest    BLOB NOT NULL UNIQUE,
    processor TEXT NOT NULL,
    body      TEXT NOT NULL            -- canonical JSON, without secrets
) STRICT;

CREATE TABLE task_group (
    id           INTEGER PRIMARY KEY,
    taskgroup_id TEXT NOT NULL UNIQUE, -- written before the first run is added
    created_at   REAL NOT NULL,
    runs         INTEGER NOT NULL DEFAULT 0 -- known to be in it
) STRICT;

-- The runs of one POST. The row is written, and fsynced, before the POST leaves.
CREATE TABLE chunk (
    id         INTEGER PRIMARY KEY,
    task_group INTEGER NOT NULL REFERENCES task_group (id),
    state      TEXT NOT NULL CHECK (state IN ('submitting', 'accepted', 'released')),
    sent_at    REAL NOT NULL,
    round      INTEGER NOT NULL REFERENCES round (id), -- whose budget pays
    micro_usd  INTEGER NOT NULL,       -- price of each of its runs
    first      INTEGER NOT NULL,       -- between these two are its requests: a range is read
    last       INTEGER NOT NULL,       -- where an index would be written with every move
    unsettled  INTEGER NOT NULL        -- of its requests
) STRICT;
CREATE INDEX chunk_unsettled ON chunk (id) WHERE unsettled > 0;

CREATE TABLE request (
    id          INTEGER PRIMARY KEY,
    fingerprint BLOB NOT NULL UNIQUE,  -- SHA-256, 32 bytes
    task        INTEGER NOT NULL REFERENCES task (id),
    state       TEXT NOT NULL CHECK (
        state IN ('planned', 'submitting', 'running', 'completed', 'failed', 'refused')
    ),
    attempts    INTEGER NOT NULL DEFAULT 0, -- times that it was bought
    chunk       INTEGER REFERENCES chunk (id),
    run_id      TEXT,
    settled_at  REAL,
    error       TEXT,
    input       TEXT NOT NULL          -- canonical JSON
) STRICT;
CREATE INDEX request_planned ON request (task, id) WHERE state = 'planned';

-- Outputs can be fetched again, so nothing here is worth an fsync.
CREATE TABLE result (
    request INTEGER PRIMARY KEY REFERENCES request (id),
    output  BLOB NOT NULL              -- the API's JSON as it came
) STRICT;

-- A run that was paid for beside the one that is kept.
CREATE TABLE extra_run (
    run_id  TEXT PRIMARY KEY,
    request INTEGER NOT NULL REFERENCES request (id)
) STRICT, WITHOUT ROWID;

-- A round: from a job's start to the moment when all of its rows are settled, however
-- often it is stopped in between. The budget holds for a round.
CREATE TABLE round (
    id         INTEGER PRIMARY KEY,
    job        TEXT NOT NULL,
    opened_at  REAL NOT NULL,
    closed_at  REAL,
    rows       INTEGER NOT NULL DEFAULT 0,
    runs       INTEGER NOT NULL DEFAULT 0, -- reserved: in flight or completed
    micro_usd  INTEGER NOT NULL DEFAULT 0, -- their price, in millionths of a dollar
    failed     INTEGER NOT NULL DEFAULT 0  -- runs that failed, which are not billed
) STRICT;
CREATE UNIQUE INDEX round_open ON round (job) WHERE closed_at IS NULL;
