"""What the embedded gateway promises, checked without any of the code that will judge it."""
