"""What keeps a run harmless: nothing leaves that could touch a stranger's order, and no own order is forgotten."""
