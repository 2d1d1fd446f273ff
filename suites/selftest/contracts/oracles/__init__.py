"""The judges, a file a module of `contracts/oracles`, over exchanges that are written by hand."""
