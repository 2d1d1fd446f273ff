"""The night: what nobody thought of. The gate's list first, then rounds of drawn plans until the budget is spent."""
