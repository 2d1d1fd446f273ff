"""Strategies: one module a kind of thing, plural nouns; plain functions for the gate, Hypothesis for the night."""
