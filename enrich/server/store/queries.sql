-- Each query begins with its name; the words behind the name say what it does. Parts stand in
-- several of them. What the wire says of a run is written here, once, and goes out as it is read:
-- its members are JSON already, or cannot need escaping.

-- part: whole_run  A run, its end and its group.
runs AS r LEFT JOIN ended AS e USING (run_no) LEFT JOIN groups AS g ON g.group_no = r.group_no

-- part: status
coalesce(e.status, iif(r.running, 'running', 'queued'))

-- part: run_row  What a RunRow holds.
r.run_no, r.run_id, r.position, {status}, r.processor, CAST(r.metadata AS TEXT),
  CAST(r.warnings AS TEXT), CAST(e.error AS TEXT), r.created_at, {modified_at}, g.taskgroup_id,
  r.events, {run_state}

-- part: modified_at
coalesce(e.at, r.modified_at, r.created_at)

-- part: run_state  A TaskRun.
printf('{state_form}', {state_values})

-- part: state_form  Of the text that it is a part of, too: one printf takes less time than two.
{"run_id":"%s","interaction_id":"%s","status":"%s","is_active":%s,"warnings":%s,'
  || '"error":%s,"processor":"%s","metadata":%s,"taskgroup_id":%s,"created_at":"%s",'
  || '"modified_at":"%s"}

-- part: state_values
r.run_id, r.run_id, {status}, iif(e.status IS NULL, 'true', 'false'),
  ifnull(r.warnings, 'null'), ifnull(e.error, 'null'), r.processor, ifnull(r.metadata, 'null'),
  ifnull('"' || g.taskgroup_id || '"', 'null'), r.created_at, {modified_at}

-- part: run_input  A RunInput, with its metadata and the spec that holds.
substr(r.input, 1, length(r.input) - 1) || ifnull(',"metadata":' || r.metadata, '')
  || ifnull(',"task_spec":' || (SELECT s.json FROM specs AS s WHERE s.spec_no = r.spec_no), '')
  || '}'

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
SELECT {run_row}, CAST(r.input AS TEXT), CAST(e.output AS TEXT)
FROM {whole_run}
WHERE r.account_no = :account_no AND r.group_no IS NULL AND (:before IS NULL OR r.run_no < :before)
ORDER BY r.run_no DESC LIMIT :n;

-- name: counts
SELECT status, n FROM counts WHERE group_no = :group_no AND n > 0;

-- name: counts_before  Counts over the runs that were there at a time; for a listing that lags.
SELECT {status}, count(*) FROM {whole_run}
WHERE r.group_no = :group_no AND r.created_at <= :until GROUP BY 1;

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

-- name: add_runs  One after the other, with a row of values for each; what they share comes first.
INSERT INTO runs (account_no, group_no, processor, price, spec_no, fate, events, webhook, previous,
                  created_at, warnings, run_no, position, run_id, metadata, input)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?, ?, ?, nullif(?, x''), ?);

-- name: add_queued
INSERT INTO queue (processor, first, last, unended)
VALUES (:processor, :first, :first + :n - 1, :n);

-- name: end_queued  When all of them ended.
DELETE FROM queue WHERE processor = :processor AND first = :first AND unended = :n;

-- name: shorten_queued
UPDATE queue SET unended = unended - :n WHERE processor = :processor AND first = :first;

-- name: newest_runs  Whose they are; read as far back as is asked for.
SELECT account_no, created_at FROM runs ORDER BY run_no DESC;

-- name: add_completed  As `add_runs`.
INSERT INTO ended (at, status, run_no, output) VALUES (?1, 'completed', ?, ?);

-- name: add_ended  In another way.
INSERT INTO ended (run_no, status, at, error) VALUES (?, ?, ?, ?);

-- name: add_ended_events
INSERT INTO events (group_no, first, n, runs) VALUES (:group_no, :first, :n, :runs);

-- name: add_status_event
INSERT INTO events (group_no, first, n, status) VALUES (:group_no, :n, :n, :status);

-- name: knows_run
SELECT 1 FROM runs WHERE run_id = :run_id AND account_no = :account_no;

-- name: queued_of  Ranges of a processor that may hold queued runs behind one.
SELECT first, last FROM queue WHERE processor = :processor AND last > :after ORDER BY first;

-- name: ended_of  Those of a range that ended.
SELECT run_no FROM ended WHERE run_no BETWEEN :first AND :last;

-- name: queued_processors  Those that have runs to end: one step through the index for each.
WITH RECURSIVE found (processor) AS (
  SELECT min(processor) FROM queue
  UNION ALL
  SELECT (SELECT min(processor) FROM queue WHERE processor > f.processor)
  FROM found AS f WHERE f.processor IS NOT NULL
)
SELECT processor FROM found WHERE processor IS NOT NULL;

-- name: work  What the work on some runs needs.
SELECT r.run_no, r.run_id, r.group_no, r.account_no, r.processor, r.price, r.fate, r.events,
       r.webhook, r.input, r.spec_no,
       CASE WHEN r.previous IS NOT NULL THEN (
         SELECT o.output FROM runs AS p JOIN ended AS o USING (run_no)
         WHERE p.run_id = r.previous AND p.account_no = r.account_no) END
FROM runs AS r
WHERE r.run_no IN (SELECT value FROM json_each(:run_nos)) ORDER BY r.run_no;

-- name: spec
SELECT json FROM specs WHERE spec_no = :spec_no;

-- name: begin
UPDATE runs SET running = 1, modified_at = :now
WHERE run_no IN (SELECT value FROM json_each(:run_nos));

-- name: release
UPDATE runs SET running = 0, modified_at = ? WHERE run_no = ?;

-- name: all_running  What a server that died had at work.
SELECT r.run_no, r.group_no FROM queue AS q JOIN runs AS r ON r.run_no BETWEEN q.first AND q.last
WHERE r.running AND NOT EXISTS (SELECT 1 FROM ended AS e WHERE e.run_no = r.run_no)
ORDER BY r.run_no;

-- name: losses  How many workers were lost at a run; those that ended are not here.
SELECT run_no, n FROM losses;

-- name: lose
INSERT INTO losses (run_no, n) VALUES (:run_no, :n) ON CONFLICT (run_no) DO UPDATE SET n = :n;

-- name: forgive
DELETE FROM losses WHERE run_no = :run_no;

-- name: run_by_id
SELECT {run_row}
FROM {whole_run}
WHERE r.run_id = :run_id AND r.account_no = :account_no;

-- name: run_input
SELECT {run_input} FROM runs AS r WHERE r.run_no = :run_no;

-- name: run_output
SELECT CAST(output AS TEXT) FROM ended WHERE run_no = :run_no;

-- name: runs_page  Runs of a group in the order of their inputs.
SELECT {run_row}, CAST(r.input AS TEXT), CAST(e.output AS TEXT)
FROM {whole_run}
WHERE r.group_no = :group_no AND r.position > :after AND (:status IS NULL OR {status} = :status)
ORDER BY r.position LIMIT :n;

-- name: run_frames  The same as they go out, in one piece: how many, the last one's position, and they.
SELECT count(*), max(n), ifnull(CAST(group_concat(frame, '') AS BLOB), x'') FROM (
  SELECT r.position AS n,
    printf('event: task_run.state%sdata: {"type":"task_run.state","event_id":"%d","run":{state_form},'
      || '"input":%s,"output":%s}%s',
      char(10), r.position, {state_values},
      CASE WHEN :with_input THEN {run_input} ELSE 'null' END,
      CASE WHEN :with_output THEN ifnull(e.output, 'null') ELSE 'null' END,
      char(10, 10)) AS frame
  FROM {whole_run}
  WHERE r.group_no = :group_no AND r.position > :after AND r.position <= :until
    AND (:status IS NULL OR {status} = :status)
  ORDER BY r.position LIMIT :n);

-- name: event_frames  Events of a group in order, as `run_frames`. Lists are read in their order.
SELECT count(*), max(n), ifnull(CAST(group_concat(frame, '') AS BLOB), x'') FROM (
  SELECT v.first + ifnull(j.key, 0) AS n,
    CASE WHEN v.runs IS NULL THEN
      printf('event: task_group_status%sdata: {"type":"task_group_status","event_id":"%d",'
        || '"status":%s}%s', char(10), v.n, v.status, char(10, 10))
    ELSE
      printf('event: task_run.state%sdata: {"type":"task_run.state","event_id":"%d","run":{state_form},'
        || '"input":null,"output":null}%s', char(10), v.first + j.key, {state_values}, char(10, 10))
    END AS frame
  FROM events AS v LEFT JOIN json_each(v.runs) AS j LEFT JOIN runs AS r ON r.run_no = j.value
    LEFT JOIN ended AS e ON e.run_no = r.run_no LEFT JOIN groups AS g ON g.group_no = v.group_no
  WHERE v.group_no = :group_no AND v.n > :after AND v.first <= :until
    AND v.first + ifnull(j.key, 0) BETWEEN :after + 1 AND :until
  ORDER BY v.n LIMIT :n);

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
FROM webhooks AS w JOIN runs AS r USING (run_no) LEFT JOIN ended AS e USING (run_no)
  LEFT JOIN groups AS g USING (group_no)
WHERE w.next_at <= :now AND w.run_no NOT IN (SELECT value FROM json_each(:but))
  AND w.host NOT IN (SELECT value FROM json_each(:busy))
ORDER BY w.next_at LIMIT :n;

-- name: next_webhook_at
SELECT min(next_at) FROM webhooks
WHERE next_at IS NOT NULL AND run_no NOT IN (SELECT value FROM json_each(:but))
  AND host NOT IN (SELECT value FROM json_each(:busy));
