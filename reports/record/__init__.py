"""The record of a run on the disk: written before anything is judged, and readable after a crash."""
