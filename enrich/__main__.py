"""``python -m enrich``, and the console script."""

import os

# Arrow's own allocator keeps what it was once given: 50 MiB and more over a long merge.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
os.environ.setdefault("ENRICH_ARROW_ALONE", "1")  # see enrich/tables/arrow_alone.py

from enrich.cli import main

if __name__ == "__main__":
    main()
