"""The kernel's named tuples as references: one pointer each in compiled code.

A named tuple of thirty arrays would travel through every call as some three hundred numbers, and counting references to each array at
each access would cost more than the work itself. A `Reference` is the address of a table of array headers: `t.steps` reads one header.
Who makes it keeps the arrays alive. As plain Python the kernel takes the named tuples themselves.
"""

# mypy: disable-error-code="no-untyped-call, misc, untyped-decorator"

from typing import Any, Final, TypeVar, cast

import numpy as np
from numba import types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, register_model, typeof_impl, unbox
from numba.np.numpy_support import from_dtype

from parcours.core.journey import layout as at
from parcours.core.journey.addressed import AddressedType
from parcours.core.journey.tables import Events, Room, State, Tables, Tally
from parcours.core.terms.compiled import PLAIN

T = TypeVar("T", Tables, Events, State, Room, Tally)
HEADER: Final = 3 * 8
"""Bytes of a header: the address of the first element, and the lengths of the two axes."""
WIDTHS: Final = {
    "Tables": {"steps": at.STEP_COLUMNS, "branches": at.BRANCH_COLUMNS},
    "Room": {"runs": at.RUN_COLUMNS, "waiting": at.WAITING_COLUMNS, "ledger": at.LEDGER_COLUMNS, "out": at.OUT_COLUMNS},
}
"""Columns that are always as many: multiplying by them is cheap when they are known."""


class ReferenceType(types.Type):
    """The compiled type: which tuple, and the type of each of its arrays."""

    def __init__(self, name: str, fields: tuple[tuple[str, AddressedType], ...]) -> None:
        self.fields = dict(fields)
        self.places = {field: place * HEADER for place, (field, _) in enumerate(fields)}
        listed = ", ".join(f"{field}: {typ}" for field, typ in fields)
        super().__init__(name=f"Reference({name}: {listed})")


class Reference:
    """Named arrays, and the table of their headers."""

    def __init__(self, arrays: Any) -> None:
        """Raises ValueError for an array that is not C-contiguous."""
        self.arrays = arrays
        fields = []
        headers: list[int] = []
        for name, array in zip(arrays._fields, arrays, strict=True):
            if not array.flags.c_contiguous:
                raise ValueError(f"{name} is not contiguous")
            width = array.shape[1] if array.ndim == 2 else 0
            known = WIDTHS.get(type(arrays).__name__, {}).get(name, 0)
            if known and width != known:
                raise ValueError(f"{name} has {width} columns and not {known}")
            fields.append((name, AddressedType(from_dtype(array.dtype), array.ndim, known)))
            headers += [array.ctypes.data, len(array), width]
        self.type = ReferenceType(type(arrays).__name__, tuple(fields))
        self.headers = np.array(headers, dtype=np.int64)
        self.address = int(self.headers.ctypes.data)


register_model(ReferenceType)(models.OpaqueModel)


@typeof_impl.register(Reference)
def _type_of(value: Reference, _context: Any) -> ReferenceType:
    return value.type


@unbox(ReferenceType)
def _unbox(_typ: ReferenceType, value: Any, c: Any) -> NativeValue:
    address = c.pyapi.object_getattr_string(value, "address")
    pointer = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    return NativeValue(pointer, is_error=c.pyapi.c_api_error())


@infer_getattr
class _Fields(AttributeTemplate):
    key = ReferenceType

    def generic_resolve(self, typ: ReferenceType, field: str) -> AddressedType | None:  # type: ignore[override]
        return typ.fields.get(field)


@lower_getattr_generic(ReferenceType)
def _read_header(context: Any, builder: Any, typ: ReferenceType, value: Any, field: str) -> Any:
    """Headers never change while compiled code runs: the compiler is told, and reads each once."""
    read = cgutils.create_struct_proxy(typ.fields[field])(context, builder)
    for number, name in enumerate(("data", "length", "width")):
        place = builder.gep(value, [context.get_constant(types.intp, typ.places[field] + 8 * number)])
        word = builder.load(builder.bitcast(place, getattr(read, name).type.as_pointer()))
        word.set_metadata("invariant.load", builder.module.add_metadata([]))
        setattr(read, name, word)
    return read._getvalue()


def reference(arrays: T) -> T:
    """The same arrays by reference, for compiled code; as they are, for plain Python."""
    return arrays if PLAIN else cast(T, Reference(arrays))
