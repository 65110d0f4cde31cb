-- Each query begins with its name; the words behind the name say what it does.

-- name: add_account  The account of this name, made when it is not there.
INSERT INTO accounts (name) VALUES (:name) ON CONFLICT (name) DO NOTHING;

-- name: account_no
SELECT account_no FROM accounts WHERE name = :name;

-- name: spent  What an account holds and has paid, in thousandths of a USD.
SELECT reserved + charged FROM accounts WHERE account_no = :account_no;

-- name: balance
SELECT accepted, reserved, charged FROM accounts WHERE account_no = :account_no;

-- name: spend  Move an account's sums.
UPDATE accounts SET reserved = reserved + :reserved, charged = charged + :charged,
  accepted = accepted + :accepted
WHERE account_no = :account_no;

-- name: spec_no
SELECT spec_no FROM specs WHERE digest = :digest;

-- name: add_spec
INSERT INTO specs (digest, json) VALUES (:digest, :json) RETURNING spec_no;

-- name: add_group
INSERT INTO groups (taskgroup_id, account_no, metadata, created_at, modified_at)
VALUES (:taskgroup_id, :account_no, :metadata, :now, :now);

-- name: group_by_id
SELECT group_no, taskgroup_id, metadata, created_at, modified_at, last_run, last_event
FROM groups WHERE taskgroup_id = :taskgroup_id AND account_no = :account_no;

-- name: group_by_no
SELECT group_no, taskgroup_id, metadata, created_at, modified_at, last_run, last_event
FROM groups WHERE group_no = :group_no;

-- name: recent_groups
SELECT group_no, taskgroup_id, metadata, created_at, modified_at, last_run, last_event
FROM groups WHERE account_no = :account_no AND (:before IS NULL OR group_no < :before)
ORDER BY group_no DESC LIMIT :n;

-- name: recent_runs  Single runs.
SELECT run_no, run_id, position, status, processor, metadata, warnings, error,
       created_at, modified_at, NULL, events
FROM runs
WHERE account_no = :account_no AND group_no IS NULL AND (:before IS NULL OR run_no < :before)
ORDER BY run_no DESC LIMIT :n;

-- name: counts
SELECT status, n FROM counts WHERE group_no = :group_no AND n > 0;

-- name: counts_before  Counts over the runs that were there at a time; for a listing that lags.
SELECT status, count(*) FROM runs
WHERE group_no = :group_no AND created_at <= :until GROUP BY status;

-- name: last_position_before  Position of the newest run that was there at a time.
SELECT coalesce(max(position), 0) FROM runs WHERE group_no = :group_no AND created_at <= :until;

-- name: move_count
INSERT INTO counts (group_no, status, n) VALUES (:group_no, :status, :n)
ON CONFLICT (group_no, status) DO UPDATE SET n = n + excluded.n;

-- name: touch_group  Note what a transaction did to a group.
UPDATE groups SET last_run = :last_run, last_event = :last_event, modified_at = :now
WHERE group_no = :group_no;

-- name: last_run_no
SELECT coalesce(max(run_no), 0) FROM runs;

-- name: add_run
INSERT INTO runs (run_no, run_id, account_no, group_no, position, status, processor, price,
                  spec_no, fate, events, webhook, previous, metadata, warnings, created_at,
                  modified_at)
VALUES (?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: add_input
INSERT INTO inputs (run_no, json) VALUES (?, ?);

-- name: add_output
INSERT INTO outputs (run_no, json) VALUES (?, ?);

-- name: add_event
INSERT INTO events (group_no, n, run_no, status) VALUES (?, ?, ?, ?);

-- name: knows_run
SELECT 1 FROM runs WHERE run_id = :run_id AND account_no = :account_no;

-- name: queued_of  The oldest queued runs of a processor.
SELECT run_no FROM runs WHERE status = 'queued' AND processor = :processor
ORDER BY run_no LIMIT :n;

-- name: queued_processors  Those that have queued runs: one step through the index for each.
WITH RECURSIVE found (processor) AS (
  SELECT min(processor) FROM runs WHERE status = 'queued'
  UNION ALL
  SELECT (SELECT min(processor) FROM runs WHERE status = 'queued' AND processor > f.processor)
  FROM found AS f WHERE f.processor IS NOT NULL
)
SELECT processor FROM found WHERE processor IS NOT NULL;

-- name: work  What the work on some runs needs.
SELECT r.run_no, r.run_id, r.group_no, r.account_no, r.processor, r.price, r.fate, r.events,
       r.webhook, i.json, s.json,
       CASE WHEN r.previous IS NOT NULL THEN (
         SELECT o.json FROM runs AS p JOIN outputs AS o USING (run_no)
         WHERE p.run_id = r.previous AND p.account_no = r.account_no) END
FROM runs AS r JOIN inputs AS i USING (run_no) LEFT JOIN specs AS s USING (spec_no)
WHERE r.run_no IN (SELECT value FROM json_each(:run_nos)) ORDER BY r.run_no;

-- name: claim
UPDATE runs SET status = 'running', modified_at = ? WHERE run_no = ?;

-- name: release
UPDATE runs SET status = 'queued', modified_at = ? WHERE run_no = ? AND status = 'running';

-- name: all_running  What a server that died had at work.
SELECT run_no, group_no FROM runs WHERE status = 'running';

-- name: settle
UPDATE runs SET status = ?, error = ?, modified_at = ? WHERE run_no = ? AND status = 'running';

-- name: run_by_id
SELECT r.run_no, r.run_id, r.position, r.status, r.processor, r.metadata, r.warnings, r.error,
       r.created_at, r.modified_at, g.taskgroup_id, r.events
FROM runs AS r LEFT JOIN groups AS g USING (group_no)
WHERE r.run_id = :run_id AND r.account_no = :account_no;

-- name: run_input
SELECT i.json, s.json
FROM runs AS r JOIN inputs AS i USING (run_no) LEFT JOIN specs AS s USING (spec_no)
WHERE r.run_no = :run_no;

-- name: run_output
SELECT json FROM outputs WHERE run_no = :run_no;

-- name: runs_page  Runs of a group in the order of their inputs.
SELECT r.run_no, r.run_id, r.position, r.status, r.processor, r.metadata, r.warnings, r.error,
       r.created_at, r.modified_at, :taskgroup_id, r.events,
       CASE WHEN :with_input THEN (SELECT json FROM inputs AS i WHERE i.run_no = r.run_no) END,
       CASE WHEN :with_input THEN (SELECT json FROM specs AS s WHERE s.spec_no = r.spec_no) END,
       CASE WHEN :with_output THEN (SELECT json FROM outputs AS o WHERE o.run_no = r.run_no) END
FROM runs AS r
WHERE r.group_no = :group_no AND r.position > :after AND r.position <= :until
  AND (:status IS NULL OR r.status = :status)
ORDER BY r.position;

-- name: events_page  Events of a group in order, with the run that each tells of.
SELECT e.n, e.status,
       r.run_no, r.run_id, r.position, r.status, r.processor, r.metadata, r.warnings, r.error,
       r.created_at, r.modified_at, :taskgroup_id, r.events
FROM events AS e LEFT JOIN runs AS r ON r.run_no = e.run_no
WHERE e.group_no = :group_no AND e.n > :after AND e.n <= :until
ORDER BY e.n;

-- name: add_webhook
INSERT INTO webhooks (run_no, webhook_id, url, host) VALUES (?, ?, ?, ?);

-- name: webhook_is_due
UPDATE webhooks SET ended_at = :now, next_at = :now WHERE run_no = :run_no;

-- name: drop_webhook
DELETE FROM webhooks WHERE run_no = :run_no;

-- name: put_off_webhook
UPDATE webhooks SET attempts = attempts + 1, next_at = :next_at WHERE run_no = :run_no;

-- name: due_webhooks  Those that are to be told by now, the longest waiting first.
SELECT w.webhook_id, w.url, w.host, w.attempts, w.ended_at,
       r.run_no, r.run_id, r.position, r.status, r.processor, r.metadata, r.warnings, r.error,
       r.created_at, r.modified_at, g.taskgroup_id, r.events
FROM webhooks AS w JOIN runs AS r USING (run_no) LEFT JOIN groups AS g USING (group_no)
WHERE w.next_at <= :now AND w.run_no NOT IN (SELECT value FROM json_each(:but))
  AND w.host NOT IN (SELECT value FROM json_each(:busy))
ORDER BY w.next_at LIMIT :n;

-- name: next_webhook_at
SELECT min(next_at) FROM webhooks
WHERE next_at IS NOT NULL AND run_no NOT IN (SELECT value FROM json_each(:but))
  AND host NOT IN (SELECT value FROM json_each(:busy));
