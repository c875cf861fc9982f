"""Words in passing: commands that a watch told of, and that were gone again before anybody visited.

Some GitOps tools take away within the second what a person wrote by `kubectl annotate`
(findings/flux-takes-managers-by-prefix.sh). A visit sees an experiment as it stands, so that such a word would be lost
now and then, without a trace. So it is kept until a visit has gone by it. A visit that saw a later experiment has gone
by all that came before, whether it found it there or not: a watch that lags brings nothing back that was taken and is
over.
"""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from interleaver.api import names
from interleaver.api.experiment import Experiment
from interleaver.controller.cluster.answers import Metadata, read_annotation
from interleaver.controller.cluster.store import Place, number

LONGEST: Final = 253  # characters; a run's id has fewer


class Word(NamedTuple):
    """A command as it was given."""

    value: str
    version: int  # of the experiment that had it


@dataclass
class Passing:
    """Words of experiments, by place and by the annotation's name."""

    words: dict[Place, dict[str, Word]] = field(default_factory=dict)
    visited_at: dict[Place, int] = field(default_factory=dict)  # version that the last visit went by

    def hear(self, head: Metadata) -> None:
        """An experiment as a watch tells of it."""
        place, version = Place(head.namespace, head.name), number(head.resource_version)
        if version <= self.visited_at.get(place, -1):
            return
        for name in names.COMMANDS_OF_RUNS:
            value = read_annotation(head, name)
            if value and len(value) <= LONGEST:
                self.words.setdefault(place, {})[name] = Word(value, version)

    def add_to(self, experiment: Experiment) -> Experiment:
        """The experiment with the words that it does not have any more and that no visit has gone by."""
        meta, run = experiment.metadata, experiment.status.run
        heard = self.words.get(Place(meta.namespace, meta.name), {})
        past = {*meta.annotations, *(run.taken if run else ())}
        gone = {name: word.value for name, word in heard.items() if name not in past}
        if not gone:
            return experiment
        metadata = meta.model_copy(update={"annotations": meta.annotations | gone})
        return experiment.model_copy(update={"metadata": metadata})

    def go_by(self, experiment: Experiment) -> None:
        """A visit has decided by this experiment, and has written what it decided."""
        meta = experiment.metadata
        place = Place(meta.namespace, meta.name)
        last = self.visited_at[place] = number(meta.resource_version)
        later = {name: word for name, word in self.words.pop(place, {}).items() if word.version > last}
        if later:
            self.words[place] = later

    def leave(self, place: Place) -> None:
        """The experiment is gone."""
        self.words.pop(place, None)
        self.visited_at.pop(place, None)

    def forget(self) -> None:
        """Remember nothing: another process has visited meanwhile."""
        self.words.clear()
        self.visited_at.clear()
