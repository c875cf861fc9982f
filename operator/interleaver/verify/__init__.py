"""`interleaver verify-record`: reads a record and says whether it comes to its own verdict again."""
