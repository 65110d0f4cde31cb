"""What a person sees in a browser: groups and runs with their outputs and citations."""
