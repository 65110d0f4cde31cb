-- Webhooks are delivered fairly between hosts, and queued runs are found by processor.

ALTER TABLE webhooks ADD COLUMN host TEXT NOT NULL DEFAULT '';

DROP INDEX runs_queued;
CREATE INDEX runs_queued ON runs (processor, run_no) WHERE status = 'queued';
