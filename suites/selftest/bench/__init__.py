"""What the suite costs and what it finds, in a few figures that can be compared from one commit to the next."""
