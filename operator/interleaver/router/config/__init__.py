"""What is in force: the configuration file and all that it names, followed and derived."""
