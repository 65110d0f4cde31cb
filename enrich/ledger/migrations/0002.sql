-- Fingerprints are random: an index of them whole is written all over and outgrows every cache.
-- Their first eight bytes find a row as well; who looks one up compares the whole fingerprint.
-- That no fingerprint stands here twice is the one writer's care.
CREATE TABLE request_keyed (
    id          INTEGER PRIMARY KEY,
    key         INTEGER NOT NULL,      -- the fingerprint's first 8 bytes, big-endian and signed
    fingerprint BLOB NOT NULL,         -- SHA-256, 32 bytes
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
INSERT INTO request_keyed
SELECT id, fingerprint_key(fingerprint), fingerprint, task, state, attempts, chunk, run_id,
       settled_at, error, input
FROM request;
DROP TABLE request;
ALTER TABLE request_keyed RENAME TO request;
CREATE INDEX request_key ON request (key);
CREATE INDEX request_planned ON request (task, id) WHERE state = 'planned';

-- Nobody reads when a POST left: the settling time counts from the command's own start.
ALTER TABLE chunk DROP COLUMN sent_at;
