"""Self-tests of the reports: what they say, and that nothing a target sends can harm who reads them."""
