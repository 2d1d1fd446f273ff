"""What was promised: the document, the clauses, the shapes of messages, and the judges. Pure: no clock, no socket."""
