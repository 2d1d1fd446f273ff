"""Own orders."""
