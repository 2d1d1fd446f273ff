"""The suite proved on itself; the only room besides the composition root that may import every other."""
