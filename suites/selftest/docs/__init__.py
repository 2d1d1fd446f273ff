"""What the documentation says is what happens."""
