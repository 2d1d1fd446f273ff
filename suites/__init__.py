"""What we try: one module a concern, one strategy module a kind of thing, and the way to a target."""
