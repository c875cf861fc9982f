"""The webhook: who is told of verdicts, how it is signed, and who carries it while visits go on."""
