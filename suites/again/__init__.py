"""What is sent again before anything is believed: second looks, trials of findings, ever smaller witnesses."""
