"""What stands in no folder of the suites: the list of the gate, and whether there is anything to judge."""
