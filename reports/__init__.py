"""What was seen: the record, the findings and every way in which a run is shown to a person or a program."""
