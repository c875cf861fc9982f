"""interleaver: decide on live traffic whether a new ranking model may replace the one in production."""
