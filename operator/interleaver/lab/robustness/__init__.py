"""What a model does when its input is disturbed, or forged: cases, demands and searches, without a request sent."""
