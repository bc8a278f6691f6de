"""Parts of compiled code: functions that are compiled into the code of each entry that reaches them, by their annotations.

numba by itself optimises and translates a function once alone, once more within each of its callers, theirs, and so on, and that for each
mixture of argument types it is called with: of two hundred functions that call each other, most of the time goes there. A part has one
signature, is added once to the code of the entry at hand (`compiled`), and optimised there together with everything else, once.
"""

# mypy: disable-error-code="no-untyped-call, attr-defined"

from collections.abc import Callable
from functools import cached_property, update_wrapper
from typing import Any, Final, TypeVar, cast, get_args, get_origin, get_type_hints

import numpy as np
from numba import njit, types
from numba.core.compiler import Flags, compile_internal
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate
from numba.extending import lower_builtin

from parcours.core.terms.compiled import CACHES, PLAIN

F = TypeVar("F", bound=Callable[..., object])

SCALARS: Final = {int: types.int64, bool: types.boolean, np.uint64: types.uint64, type(None): types.none}
"""The compiled type of each annotation that names a scalar; arrays and references keep the type they come with."""


def part(function: F) -> F:
    """The function as a part. It is annotated, allocates nothing, raises nothing and counts no reference to any array.

    Python may call it, too: it is then compiled as an entry, without the GIL. With NUMBA_DISABLE_JIT=1 it is the function itself.
    """
    return function if PLAIN else cast(F, Part(function))


class Part:
    """What compiled code sees of a part."""

    def __init__(self, function: Callable[..., object]) -> None:
        self.function = function
        update_wrapper(self, function)
        lower_builtin(self, types.VarArg(types.Any))(self._call)

    def __call__(self, *given: Any) -> Any:
        """From Python."""
        return self._entry(*given)

    @cached_property
    def _entry(self) -> Any:
        options: dict[str, Any] = {"nogil": True, "cache": CACHES, "_nrt": False}
        return njit(**options)(self.function)

    @cached_property
    def _numba_type_(self) -> Any:
        return types.Function(type("PartTemplate", (AbstractTemplate,), {"key": self, "generic": self._signature}))

    @cached_property
    def _annotated(self) -> tuple[list[Any], Any]:
        hints = get_type_hints(self.function)
        returned = hints.pop("return")
        return [SCALARS.get(each) for each in hints.values()], _returned(returned)

    def _signature(self, given: tuple[Any, ...], _named: Any) -> Any:
        """The signature of a call, None when there are too many arguments or too few."""
        asked, returned = self._annotated
        if len(given) != len(asked):
            return None
        return signature(returned, *(types.unliteral(each) if ask is None else ask for each, ask in zip(given, asked, strict=True)))

    def _call(self, context: Any, builder: Any, asked: Any, given: Any) -> Any:
        """A call within the code of the entry at hand; the first one adds the part to it."""
        library = context.active_code_library
        added = vars(library).get("parts")
        if added is None:
            added = library.parts = {}
            _close(library)
        if (self, asked.args) not in added:
            added[self, asked.args] = self._add(context, library, asked)
        return context.call_internal(builder, added[self, asked.args], asked, given)

    def _add(self, context: Any, library: Any, asked: Any) -> Any:
        flags: Any = Flags()
        flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
        made: Any = compile_internal(context.typing_context, context, library, self.function, asked.args, asked.return_type, flags, {})
        return made.fndesc


def _close(library: Any) -> None:
    """Before the whole is optimised its parts become internal: one called once is put where it is called, and no copy of it is kept."""
    optimize = library._optimize_final_module

    def closed() -> None:
        for part in library.parts.values():
            library.get_function(part.mangled_name).linkage = "internal"
        optimize()

    library._optimize_final_module = closed


def _returned(annotation: Any) -> Any:
    if get_origin(annotation) is tuple:
        return types.Tuple([SCALARS[each] for each in get_args(annotation)])
    return SCALARS[annotation]
