"""Files of the user's: pins of open questions and waivers of known deviations."""
