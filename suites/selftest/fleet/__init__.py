"""Tests of the fleet: real workers of Dask, a real Redis, a real gateway."""
