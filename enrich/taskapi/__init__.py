"""The wire: the Task API's objects, its client, and what may be sent again."""
