"""What the server keeps: one SQLite file, one writer, a few readers."""
