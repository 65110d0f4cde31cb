"""From planned to settled: submitting, reconciling and collecting under a quota and a budget."""
