-- Webhooks are delivered fairly between hosts, queued runs are found by processor, and
-- pages show single runs and what an account has bought.

ALTER TABLE webhooks ADD COLUMN host TEXT NOT NULL DEFAULT '';

DROP INDEX runs_queued;
CREATE INDEX runs_queued ON runs (processor, run_no) WHERE status = 'queued';
CREATE INDEX runs_single ON runs (account_no, run_no) WHERE group_no IS NULL;

ALTER TABLE accounts ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0;
UPDATE accounts SET accepted = (
  SELECT count(*) FROM runs WHERE runs.account_no = accounts.account_no
);
