"""The night beside a peer: Schemathesis' own commands against the same gateways, at equal numbers of requests."""
