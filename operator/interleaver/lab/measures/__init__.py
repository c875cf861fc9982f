"""The science of the lab: metrics of every query and sample, intervals over units, slices, verdicts. Pure."""
