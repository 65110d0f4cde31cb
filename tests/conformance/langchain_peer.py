"""What a program with langchain-parallel does; run by ``test_langchain.py`` in its environment.

    python langchain_peer.py URL KEY

It prints what it was answered, as JSON.
"""

import asyncio
import json
import sys

from langchain_parallel import (  # type: ignore[import-not-found]  # in its own environment
    ParallelDeepResearch,
    ParallelEnrichment,
    ParallelTaskRunTool,
    verify_webhook,
)
from pydantic import BaseModel, Field


class Company(BaseModel):
    """A row."""

    company: str = Field(description="Its name")


class Leader(BaseModel):
    """What is asked of it."""

    ceo: str = Field(description="Who leads it")
    founded: int = Field(description="Year")


def main() -> None:
    if sys.argv[1] == "verify":
        webhook_id, timestamp, signature, secret, body = sys.argv[2:]
        good = verify_webhook(
            body.encode(),
            webhook_id=webhook_id,
            webhook_timestamp=timestamp,
            webhook_signature=signature,
            secret=secret,
        )
        sys.stdout.write(json.dumps(good))
        return
    url, key = sys.argv[1:]
    there = {"api_key": key, "base_url": url}
    tool = ParallelTaskRunTool(**there)
    enrichment = ParallelEnrichment(input_schema=Company, output_schema=Leader, **there)
    rows = [Company(company="Acme"), Company(company="Bolt")]
    first = tool.invoke({"input": "Who leads Acme?"})
    follow_up = ParallelDeepResearch(**there).invoke(
        "And Bolt?", previous_interaction_id=first["run"]["interaction_id"]
    )
    answered = {
        "run": first,
        "follow_up": follow_up,
        "enrichment": enrichment.invoke(rows),
        "enrichment_async": asyncio.run(enrichment.ainvoke(rows)),
    }
    sys.stdout.write(json.dumps(answered, default=str))


if __name__ == "__main__":
    main()
