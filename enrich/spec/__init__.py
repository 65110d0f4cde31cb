"""What is asked: task specs, the published rules for them, and shorthand for writing them."""
