"""What was promised: the document, the clauses, the shapes of what is exchanged, and the judges. Pure: no clock, no socket."""
