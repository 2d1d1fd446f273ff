"""Targets that are out to harm the gate, or only broken: it must end, soon and small, and tell the truth."""
