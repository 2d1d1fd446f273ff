"""What is drawn, and the corpora."""
