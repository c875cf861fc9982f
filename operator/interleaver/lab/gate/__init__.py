"""The gate: rules that a candidate must hold, decided on the ends of intervals; and what a suite could show."""
