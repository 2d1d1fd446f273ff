"""Own orders: placed, watched, read back, settled, and taken away again."""
