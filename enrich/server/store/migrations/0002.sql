-- Webhooks: whom to tell that a run ended, until they were told.

ALTER TABLE runs ADD COLUMN webhook INTEGER NOT NULL DEFAULT 0;

CREATE TABLE webhooks (
  run_no     INTEGER PRIMARY KEY,
  webhook_id TEXT NOT NULL,
  url        TEXT NOT NULL,
  attempts   INTEGER NOT NULL DEFAULT 0,
  ended_at   REAL,
  next_at    REAL
) STRICT;

CREATE INDEX webhooks_due ON webhooks (next_at) WHERE next_at IS NOT NULL;
