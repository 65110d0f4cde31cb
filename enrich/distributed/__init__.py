"""Where shards run: other machines' engines, each a service that runs a function n times.

What a shard buys follows from its number alone, and all that matters is in the ledgers. So an
engine may run a shard late, twice or on another machine, and may lose its workers.
"""
