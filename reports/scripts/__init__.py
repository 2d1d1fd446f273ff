"""Scripts that show one finding without the suite: `reproduce.py` for Python, `curl.sh` for a shell."""
