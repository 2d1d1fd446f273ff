"""Tests of the night and of what goes with it."""
