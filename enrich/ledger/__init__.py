"""What was bought: the one durable thing between planning, buying and merging."""
