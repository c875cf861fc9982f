"""Scripts run as Argo CD runs them: Lua 5.1 with the libraries `base` and `table`, and the resource as `obj`.

https://github.com/argoproj/argo-cd/blob/v3.2.11/util/lua/lua.go opens no other but `package` and a part of `os`, which
ours do without: in particular there are no functions on strings.
"""

from collections.abc import Mapping
from typing import Any, Final

from lupa import lua51

MISSING: Final = ("string", "math", "io", "os", "debug", "coroutine", "package", "require", "python")
EMPTY: Final = "debug.setmetatable('', nil); return function(name) _G[name] = nil end"


def run(script: str, document: Mapping[str, Any]) -> Any:
    """What the script returns for a resource."""
    lua = lua51.LuaRuntime(unpack_returned_tuples=True, register_eval=False)
    remove = lua.execute(EMPTY)
    for name in MISSING:
        remove(name)
    lua.globals()["obj"] = make_table(lua, document)
    return read_table(lua.execute(script), document)


def make_table(lua: Any, value: Any) -> Any:
    """JSON as Lua has it: one kind of table for objects and lists, and nothing for null."""
    if isinstance(value, Mapping):
        return lua.table_from({key: make_table(lua, each) for key, each in value.items() if each is not None})
    if isinstance(value, list):
        return lua.table_from([make_table(lua, each) for each in value])
    return value


def read_table(value: Any, former: Any) -> Any:
    """A table as JSON. An empty one may be either, and is what it was before (as `cleanReturnedObj` has it)."""
    if lua51.lua_type(value) != "table":
        return value
    keys = list(value)
    if not keys:
        return {} if isinstance(former, Mapping) else []
    if keys == list(range(1, len(keys) + 1)):
        known = dict(enumerate(former, 1)) if isinstance(former, list) else {}
        return [read_table(value[key], known.get(key)) for key in keys]
    known = dict(former) if isinstance(former, Mapping) else {}
    return {key: read_table(value[key], known.get(key)) for key in keys}
