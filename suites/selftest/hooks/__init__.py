"""Our judges under the command line of Schemathesis."""
