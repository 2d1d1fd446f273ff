"""What is sent again."""
