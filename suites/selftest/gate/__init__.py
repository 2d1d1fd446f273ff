"""The gate as its users meet it: faults and lawful variants, the honest gateway, the command line."""
