"""Replay: the same bug again, on any target, from one file and one command."""
