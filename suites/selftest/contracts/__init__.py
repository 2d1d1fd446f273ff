"""The contracts on their own: readings, signatures and judges over hand-written exchanges; nothing is sent."""
