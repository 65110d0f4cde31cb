-- What several tasks of one job need.
ALTER TABLE request ADD COLUMN previous TEXT;       -- the interaction that its run goes on from
ALTER TABLE request ADD COLUMN interaction_id TEXT; -- of its result: what a later run may go on from
ALTER TABLE chunk ADD COLUMN part INTEGER REFERENCES round (id); -- pays too: one task's share of the round

-- The filled rows that a task was taught with, so that every night it is the same ones.
CREATE TABLE lesson (
    digest BLOB PRIMARY KEY,           -- of the task as it stands without them
    rows   TEXT NOT NULL               -- JSON
) STRICT, WITHOUT ROWID;
