"""The embedded target: an honest reference gateway, lawful variants of it, and a cabinet of faults."""
