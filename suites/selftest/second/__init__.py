"""Gateways on the frameworks that others use, each written carelessly and carefully, and what the gate says of them."""
