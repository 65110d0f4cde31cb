-- What a round came to: its counts by field, as JSON. The next round is held against it.
ALTER TABLE round ADD COLUMN summary TEXT;

-- The answer that a request had before it was bought again; the one before that is forgotten.
CREATE TABLE replaced (
    request INTEGER PRIMARY KEY REFERENCES request (id),
    output  BLOB NOT NULL
) STRICT;
CREATE TRIGGER result_replaced BEFORE UPDATE OF output ON result BEGIN
    INSERT INTO replaced (request, output) VALUES (OLD.request, OLD.output)
        ON CONFLICT (request) DO UPDATE SET output = excluded.output;
END;
