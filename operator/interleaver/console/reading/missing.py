"""What a page needs and does not have: not an error, and said with what to do about it."""


class Missing(Exception):
    """`what` is missing; `wanted` says how to have it. Both are for people, as they stand."""

    def __init__(self, what: str, wanted: str) -> None:
        super().__init__(f"{what} {wanted}")
        self.what = what
        self.wanted = wanted
