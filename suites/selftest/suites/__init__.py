"""The suites on their own: plans, credentials, the transport against servers of a few lines, the clock, the desk."""
