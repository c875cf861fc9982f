"""The lab's speed, as ratios in one run."""
