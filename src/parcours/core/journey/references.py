"""The kernel's named tuples as references: one pointer each in compiled code.

A named tuple of thirty arrays would travel through every call as some three hundred numbers, and counting references to each array at
each access would cost more than the work itself. A `Reference` is the address of a table of array headers: `t.steps` reads one header.
Who makes it keeps the arrays alive. As plain Python the kernel takes the named tuples themselves.
"""

from typing import Any, Final, TypeVar, cast

import numpy as np
from numba import types
from numba.core.datamodel import models
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import NativeValue, register_model, typeof_impl, unbox
from numba.np.numpy_support import from_dtype

from parcours.core.journey.tables import Events, Room, State, Tables, Tally
from parcours.core.terms.compiled import PLAIN

T = TypeVar("T", Tables, Events, State, Room, Tally)
WORD: Final = 8


class ReferenceType(types.Type):
    """The compiled type: which tuple, and the type of each of its arrays."""

    def __init__(self, name: str, fields: tuple[tuple[str, types.Array], ...]) -> None:
        self.fields = fields
        listed = ", ".join(f"{field}: {array}" for field, array in fields)
        super().__init__(name=f"Reference({name}: {listed})")

    def place(self, field: str) -> int:
        """Where the header of a field begins, in bytes."""
        words = 0
        for name, array in self.fields:
            if name == field:
                return words * WORD
            words += header_words(array.ndim)
        raise AttributeError(field)


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
            fields.append((name, types.Array(from_dtype(array.dtype), array.ndim, "C")))
            headers += [0, 0, array.size, array.itemsize, array.ctypes.data, *array.shape, *array.strides]
        self.type = ReferenceType(type(arrays).__name__, tuple(fields))
        self.headers = np.array(headers, dtype=np.int64)
        self.address = int(self.headers.ctypes.data)


def header_words(dimensions: int) -> int:
    """How long numba's header of an array is: memory info, parent, items, item size, data, then shape and strides."""
    return 5 + 2 * dimensions


register_model(ReferenceType)(models.OpaqueModel)


@typeof_impl.register(Reference)
def _type_of(value: Reference, _context: Any) -> ReferenceType:
    return value.type


@unbox(ReferenceType)  # type: ignore[no-untyped-call]
def _unbox(_typ: ReferenceType, value: Any, c: Any) -> NativeValue:
    address = c.pyapi.object_getattr_string(value, "address")
    pointer = c.pyapi.long_as_voidptr(address)
    c.pyapi.decref(address)
    return NativeValue(pointer, is_error=c.pyapi.c_api_error())  # type: ignore[no-untyped-call]


@infer_getattr
class _Fields(AttributeTemplate):
    key = ReferenceType

    def generic_resolve(self, typ: ReferenceType, field: str) -> types.Array | None:  # type: ignore[override]
        return dict(typ.fields).get(field)


@lower_getattr_generic(ReferenceType)  # type: ignore[no-untyped-call]
def _read_header(context: Any, builder: Any, typ: ReferenceType, value: Any, field: str) -> Any:
    array = dict(typ.fields)[field]
    place = builder.gep(value, [context.get_constant(types.intp, typ.place(field))])
    return builder.load(builder.bitcast(place, context.get_value_type(array).as_pointer()))


def reference(arrays: T) -> T:
    """The same arrays by reference, for compiled code; as they are, for plain Python."""
    return arrays if PLAIN else cast(T, Reference(arrays))
