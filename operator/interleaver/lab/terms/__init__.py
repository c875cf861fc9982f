"""The words that all rooms of the lab share: metrics, figures and verdicts, tables, and input that cannot be used."""
