"""How a plan leaves and its answer comes back: filled in, sealed, paced, sent, tried again, recorded."""
