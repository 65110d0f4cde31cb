-- A database of version 1 with a group of four runs, of which one failed, one completed and
-- one is at work, and a single run.
BEGIN TRANSACTION;
CREATE TABLE accounts (
  account_no INTEGER PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,
  reserved   INTEGER NOT NULL DEFAULT 0,
  charged    INTEGER NOT NULL DEFAULT 0) STRICT;
INSERT INTO "accounts" VALUES(1,'a',45,10);
CREATE TABLE counts (
  group_no INTEGER NOT NULL,
  status   TEXT NOT NULL,
  n        INTEGER NOT NULL,
  PRIMARY KEY (group_no, status)
  ) STRICT, WITHOUT ROWID;
INSERT INTO "counts" VALUES(0,'completed',1);
INSERT INTO "counts" VALUES(0,'failed',1);
INSERT INTO "counts" VALUES(0,'queued',2);
INSERT INTO "counts" VALUES(0,'running',1);
INSERT INTO "counts" VALUES(1,'completed',1);
INSERT INTO "counts" VALUES(1,'failed',1);
INSERT INTO "counts" VALUES(1,'queued',1);
INSERT INTO "counts" VALUES(1,'running',1);
CREATE TABLE events (
  group_no INTEGER NOT NULL,
  n        INTEGER NOT NULL,
  run_no   INTEGER,
  status   BLOB,
  PRIMARY KEY (group_no, n)
  ) STRICT, WITHOUT ROWID;
INSERT INTO "events" VALUES(1,1,NULL,CAST('{"num_task_runs":4,"task_run_status_counts":{"queued":4},"is_active":true,"status_message":"","modified_at":"2026-01-01T00:00:00.000001Z"}' AS BLOB));
INSERT INTO "events" VALUES(1,2,2,NULL);
INSERT INTO "events" VALUES(1,3,1,NULL);
CREATE TABLE groups (
  group_no     INTEGER PRIMARY KEY,
  taskgroup_id TEXT NOT NULL UNIQUE,
  account_no   INTEGER NOT NULL,
  metadata     BLOB,
  created_at   TEXT NOT NULL,
  modified_at  TEXT NOT NULL,
  last_run     INTEGER NOT NULL DEFAULT 0,
  last_event   INTEGER NOT NULL DEFAULT 0
  ) STRICT;
INSERT INTO "groups" VALUES(1,'tgrp_00000000000000000000000000000001',1,CAST('{"job":"1"}' AS BLOB),'2026-01-01T00:00:00.000000Z','2026-01-01T00:00:00.000004Z',4,3);
CREATE TABLE inputs (
  run_no INTEGER PRIMARY KEY,
  json   BLOB NOT NULL
  ) STRICT;
INSERT INTO "inputs" VALUES(1,CAST('{"input":"1","processor":"base","metadata":{"row":"1"}}' AS BLOB));
INSERT INTO "inputs" VALUES(2,CAST('{"input":"2","processor":"base","metadata":{"row":"2"}}' AS BLOB));
INSERT INTO "inputs" VALUES(3,CAST('{"input":"3","processor":"base","metadata":{"row":"3"}}' AS BLOB));
INSERT INTO "inputs" VALUES(4,CAST('{"input":"4","processor":"base","metadata":{"row":"4"}}' AS BLOB));
INSERT INTO "inputs" VALUES(5,CAST('{"input":"5","processor":"core","metadata":null}' AS BLOB));
CREATE TABLE outputs (
  run_no INTEGER PRIMARY KEY,
  json   BLOB NOT NULL
  ) STRICT;
INSERT INTO "outputs" VALUES(2,CAST('{"type":"text","content":"two","basis":[]}' AS BLOB));
CREATE TABLE runs (
  run_no      INTEGER PRIMARY KEY,
  run_id      TEXT NOT NULL UNIQUE,
  account_no  INTEGER NOT NULL,
  group_no    INTEGER,
  position    INTEGER,
  status      TEXT NOT NULL,
  processor   TEXT NOT NULL,
  price       INTEGER NOT NULL,
  spec_no     INTEGER,
  fate        TEXT,
  events      INTEGER NOT NULL,
  previous    TEXT,
  metadata    BLOB,
  warnings    BLOB,
  error       BLOB,
  created_at  TEXT NOT NULL,
  modified_at TEXT NOT NULL
  ) STRICT;
INSERT INTO "runs" VALUES(1,'trun_00000000000000000000000000000002',1,1,1,'failed','base',10,1,NULL,0,NULL,CAST('{"row":"1"}' AS BLOB),NULL,CAST('{"ref_id":"r","message":"no","detail":null}' AS BLOB),'2026-01-01T00:00:00.000001Z','2026-01-01T00:00:00.000004Z');
INSERT INTO "runs" VALUES(2,'trun_00000000000000000000000000000003',1,1,2,'completed','base',10,1,NULL,0,NULL,CAST('{"row":"2"}' AS BLOB),NULL,NULL,'2026-01-01T00:00:00.000001Z','2026-01-01T00:00:00.000004Z');
INSERT INTO "runs" VALUES(3,'trun_00000000000000000000000000000004',1,1,3,'running','base',10,1,NULL,0,NULL,CAST('{"row":"3"}' AS BLOB),NULL,NULL,'2026-01-01T00:00:00.000001Z','2026-01-01T00:00:00.000003Z');
INSERT INTO "runs" VALUES(4,'trun_00000000000000000000000000000005',1,1,4,'queued','base',10,1,NULL,0,NULL,CAST('{"row":"4"}' AS BLOB),NULL,NULL,'2026-01-01T00:00:00.000001Z','2026-01-01T00:00:00.000001Z');
INSERT INTO "runs" VALUES(5,'trun_00000000000000000000000000000006',1,NULL,NULL,'queued','core',25,NULL,NULL,1,NULL,NULL,CAST('[{"type":"warning","message":"w","detail":null}]' AS BLOB),NULL,'2026-01-01T00:00:00.000002Z','2026-01-01T00:00:00.000002Z');
CREATE TABLE specs (
  spec_no INTEGER PRIMARY KEY,
  digest  BLOB NOT NULL UNIQUE,
  json    BLOB NOT NULL
  ) STRICT;
INSERT INTO "specs" VALUES(1,X'5CC9F561F2DFD3EAC903167FD80BBCAD66E0D38DC450E2D24AC973ADA6CF275E',CAST('{"output_schema":"A"}' AS BLOB));
CREATE UNIQUE INDEX runs_of_group ON runs (group_no, position) WHERE group_no IS NOT NULL;
CREATE INDEX runs_queued ON runs (run_no) WHERE status = 'queued';
COMMIT;
PRAGMA user_version = 1;
