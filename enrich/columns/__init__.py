"""From results to columns: which columns there are, and the cells of each row."""
