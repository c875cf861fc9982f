"""The lab: is a model worth a live trial? Measures models offline, by group, against the champion."""
