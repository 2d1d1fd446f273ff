"""Files of the user: pins of open questions and waivers of known deviations."""
