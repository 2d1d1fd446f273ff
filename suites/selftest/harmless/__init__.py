"""Self-tests of what keeps other people's orders untouched and leaves none of ours behind."""
