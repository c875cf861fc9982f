"""Reads rankings and scores in answers by a contract, as the router reads rankings. Pure."""
