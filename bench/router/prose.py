"""What stands between the tables."""

INTRODUCTION = """# The router beside other programs

Written by `make bench`, which anybody can run again. A target and nothing else runs on one core; the models, an nginx
that returns ten items from memory, and the load run on another one. Each target is started anew for each round, in an
order that is shuffled each time. Shown are medians over the rounds, with the least and the greatest in brackets; ratios
are taken inside a round. Rows in which the router loses stay."""

RATES = """## Requests per second

wrk, a closed loop of 1, 16 and 64 connections. The programs that proxy call one model, the others two. The Go routers
hand out both answers and merge nothing, in the manner of an inference graph; the Python programs interleave in the
simplest way, without limits, metrics, signatures or a breaker; the router has all of them on.

Processor is the time on its core that a target used for one request; programs beside disturb it less than the rates.
Wrong are answers looked into under load, ten a second, that were not what the target owes; failed are requests under
this load and the next one. Foreign is the greatest share of both cores that others used during a measurement; where
that is more than a few percent, doubt the rates and times of the row."""

COSTS = """## Latency and memory

1,000 requests per second at a constant rate, each measured from the instant at which it was due, whether or not those
before it were answered: what a target adds to the model alone. Memory is the proportional set size after the load."""

HANGS = """## The candidate hangs

The candidate takes requests and never answers; its deadline is 300 ms where a program has one. 200 requests per second
for five seconds, by clients that wait for two."""

GOALS = """## What the router is held to

Requests per second are a matter of the machine as well; the ratios are the better goals. By processor time is what the
same figure would be if each target had its core to itself."""

# When others used more than that percent of both cores during any measurement that was kept.
BUSY = 10.0
WARNING = """**Doubt these figures: the machine was not quiet.** Others used up to {:.0f} % of both cores during what is
shown, and none of the rates, times and ratios below says much. Run `make bench` again on a quiet machine."""
