"""The report for people: one page that needs no network, no script and no explanation."""
