-- Each query begins with its name; the words behind the name say what it does. Parts stand in
-- several of them. What the wire says of a run is written here, once, and goes out as it is read:
-- its members are JSON already, or cannot need escaping.

-- part: run_row  What a RunRow holds.
r.run_no, r.run_id, r.position, r.status, r.processor, CAST(r.metadata AS TEXT),
  CAST(r.warnings AS TEXT), CAST(r.error AS TEXT), r.created_at, r.modified_at, g.taskgroup_id,
  r.events, {run_state}

-- part: run_state  A TaskRun.
printf('{"run_id":"%s","interaction_id":"%s","status":"%s","is_active":%s,"warnings":%s,'
  || '"error":%s,"processor":"%s","metadata":%s,"taskgroup_id":%s,"created_at":"%s",'
  || '"modified_at":"%s"}',
  r.run_id, r.run_id, r.status,
  CASE WHEN r.status IN ('queued', 'running', 'cancelling') THEN 'true' ELSE 'false' END,
  ifnull(r.warnings, 'null'), ifnull(r.error, 'null'), r.processor, ifnull(r.metadata, 'null'),
  CASE WHEN r.group_no IS NULL THEN 'null' ELSE '"' || g.taskgroup_id || '"' END,
  r.created_at, r.modified_at)

-- part: run_input  A RunInput, with the spec that holds.
(SELECT CASE WHEN s.json IS NULL THEN CAST(i.json AS TEXT)
        ELSE substr(i.json, 1, length(i.json) - 1) || ',"task_spec":' || s.json || '}' END
 FROM inputs AS i LEFT JOIN specs AS s ON s.spec_no = r.spec_no WHERE i.run_no = r.run_no)

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
SELECT {run_row}, (SELECT CAST(i.json AS TEXT) FROM inputs AS i WHERE i.run_no = r.run_no),
  (SELECT CAST(o.json AS TEXT) FROM outputs AS o WHERE o.run_no = r.run_no)
FROM runs AS r LEFT JOIN groups AS g USING (group_no)
WHERE r.account_no = :account_no AND r.group_no IS NULL AND (:before IS NULL OR r.run_no < :before)
ORDER BY r.run_no DESC LIMIT :n;

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
VALUES (?, ?, ?, ?, ?, 'queued', ?, ?, ?, nullif(?, ''), ?, ?, nullif(?, ''), nullif(?, x''),
        nullif(?, x''), ?, ?);

-- name: newest_runs  Whose they are; read as far back as is asked for.
SELECT account_no, created_at FROM runs ORDER BY run_no DESC;

-- name: add_input
INSERT INTO inputs (run_no, json) VALUES (?, ?);

-- name: add_output
INSERT INTO outputs (run_no, json) VALUES (?, ?);

-- name: add_ended
INSERT INTO events (group_no, n, run_no) VALUES (?, ?, ?);

-- name: add_status
INSERT INTO events (group_no, n, status) VALUES (:group_no, :n, :status);

-- name: knows_run
SELECT 1 FROM runs WHERE run_id = :run_id AND account_no = :account_no;

-- name: queued_of  The oldest queued runs of a processor behind one.
SELECT run_no FROM runs WHERE status = 'queued' AND processor = :processor AND run_no > :after
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
       r.webhook, i.json, r.spec_no,
       CASE WHEN r.previous IS NOT NULL THEN (
         SELECT o.json FROM runs AS p JOIN outputs AS o USING (run_no)
         WHERE p.run_id = r.previous AND p.account_no = r.account_no) END
FROM runs AS r JOIN inputs AS i USING (run_no)
WHERE r.run_no IN (SELECT value FROM json_each(:run_nos)) ORDER BY r.run_no;

-- name: spec
SELECT json FROM specs WHERE spec_no = :spec_no;

-- name: begin
UPDATE runs SET status = 'running', modified_at = :now
WHERE run_no IN (SELECT value FROM json_each(:run_nos));

-- name: release
UPDATE runs SET status = 'queued', modified_at = ? WHERE run_no = ?;

-- name: all_running  What a server that died had at work.
SELECT run_no, group_no FROM runs WHERE status = 'running';

-- name: losses  How many workers were lost at a run; those that ended are not here.
SELECT run_no, n FROM losses;

-- name: lose
INSERT INTO losses (run_no, n) VALUES (:run_no, :n) ON CONFLICT (run_no) DO UPDATE SET n = :n;

-- name: forgive
DELETE FROM losses WHERE run_no = :run_no;

-- name: complete
UPDATE runs SET status = 'completed', modified_at = :now
WHERE run_no IN (SELECT value FROM json_each(:run_nos));

-- name: end  In another way.
UPDATE runs SET status = ?, error = ?, modified_at = ? WHERE run_no = ?;

-- name: run_by_id
SELECT {run_row}
FROM runs AS r LEFT JOIN groups AS g USING (group_no)
WHERE r.run_id = :run_id AND r.account_no = :account_no;

-- name: run_input
SELECT {run_input} FROM runs AS r WHERE r.run_no = :run_no;

-- name: run_output
SELECT CAST(json AS TEXT) FROM outputs WHERE run_no = :run_no;

-- name: runs_page  Runs of a group in the order of their inputs.
SELECT {run_row}, (SELECT CAST(i.json AS TEXT) FROM inputs AS i WHERE i.run_no = r.run_no),
  (SELECT CAST(o.json AS TEXT) FROM outputs AS o WHERE o.run_no = r.run_no)
FROM runs AS r JOIN groups AS g USING (group_no)
WHERE r.group_no = :group_no AND r.position > :after AND (:status IS NULL OR r.status = :status)
ORDER BY r.position LIMIT :n;

-- name: run_frames  The same as they go out, each with its position.
SELECT r.position,
  printf('event: task_run.state%sdata: {"type":"task_run.state","event_id":"%d","run":%s,'
    || '"input":%s,"output":%s}%s',
    char(10), r.position, {run_state},
    CASE WHEN :with_input THEN {run_input} ELSE 'null' END,
    CASE WHEN :with_output
      THEN ifnull((SELECT o.json FROM outputs AS o WHERE o.run_no = r.run_no), 'null')
      ELSE 'null' END,
    char(10, 10))
FROM runs AS r JOIN groups AS g USING (group_no)
WHERE r.group_no = :group_no AND r.position > :after AND r.position <= :until
  AND (:status IS NULL OR r.status = :status)
ORDER BY r.position;

-- name: event_frames  Events of a group in order, as they go out, each with its number.
SELECT e.n,
  CASE WHEN e.run_no IS NULL THEN
    printf('event: task_group_status%sdata: {"type":"task_group_status","event_id":"%d",'
      || '"status":%s}%s', char(10), e.n, e.status, char(10, 10))
  ELSE
    printf('event: task_run.state%sdata: {"type":"task_run.state","event_id":"%d","run":%s,'
      || '"input":null,"output":null}%s', char(10), e.n, {run_state}, char(10, 10))
  END
FROM events AS e LEFT JOIN runs AS r ON r.run_no = e.run_no
  LEFT JOIN groups AS g ON g.group_no = e.group_no
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
SELECT w.webhook_id, w.url, w.host, w.attempts, w.ended_at, {run_row}
FROM webhooks AS w JOIN runs AS r USING (run_no) LEFT JOIN groups AS g USING (group_no)
WHERE w.next_at <= :now AND w.run_no NOT IN (SELECT value FROM json_each(:but))
  AND w.host NOT IN (SELECT value FROM json_each(:busy))
ORDER BY w.next_at LIMIT :n;

-- name: next_webhook_at
SELECT min(next_at) FROM webhooks
WHERE next_at IS NOT NULL AND run_no NOT IN (SELECT value FROM json_each(:but))
  AND host NOT IN (SELECT value FROM json_each(:busy));
