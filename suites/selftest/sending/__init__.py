"""How a plan leaves, and its answer comes back."""
