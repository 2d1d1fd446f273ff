"""What the user gives: options, files of variables, pins, waivers, and whom TLS trusts."""
