"""The spec, one file for each topic, named after its field."""
