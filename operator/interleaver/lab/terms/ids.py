"""How an item's id is spelled, so that every room of the lab takes the same two ids for one."""

import msgspec

from interleaver.interleaving.ranking import Identity, Truth, identify


def spell_id(value: object) -> str:
    """The JSON spelling of an id that was decoded from JSON: equal exactly if the router takes both for one item.

    The text "1", the number 1 and `true` are three items; 1 and 1.0 are one, spelled `1`. Letters stand as they are,
    without escapes. Raises ValueError for what can name no item: null, lists, objects, numbers that are not finite, and
    texts that are no Unicode.
    """
    return spell(identify(value))


def spell(identity: Identity) -> str:
    """The JSON spelling of an identity."""
    if type(identity) is str:
        return msgspec.json.encode(identity).decode()
    return identity.value if isinstance(identity, Truth) else repr(identity)


class Spellings(dict[Identity, str]):
    """The spelling of every identity that was met, so that lists of many queries share their texts."""

    def __missing__(self, identity: Identity) -> str:
        spelled = self[identity] = spell(identity)
        return spelled
