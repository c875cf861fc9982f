"""Tools that apply what Git says, each beside an experiment through its whole life."""
