"""What pages show, found without a browser: it can be tested as it is."""
