"""What an experiment's document says: of any operator's version, so that what is missing is told as missing."""
