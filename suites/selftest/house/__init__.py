"""The rules of the house, kept by tests: who imports whom, how files look, what ties a clause together."""
