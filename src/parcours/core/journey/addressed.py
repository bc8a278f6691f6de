"""Arrays by address: what compiled code sees of an array in a reference (references.py). One or two axes, C order.

Reading and writing an element is an addition and an access, nothing else: no views with counted owners, and indices are places, never
counted from the end. With NUMBA_BOUNDSCHECK=1 an index outside raises IndexError.
"""

# mypy: disable-error-code="no-untyped-call, misc, untyped-decorator, attr-defined"

import operator
from typing import Any

from numba import config, types
from numba.core import cgutils
from numba.core.datamodel import models
from numba.core.typing import signature
from numba.core.typing.templates import AbstractTemplate, AttributeTemplate, infer_getattr, infer_global
from numba.extending import lower_builtin, lower_getattr, register_model


class AddressedType(types.Type):
    """Elements of one type on one axis or two; `width` is the length of the second where it is always the same, else 0."""

    def __init__(self, dtype: Any, axes: int, width: int) -> None:
        self.dtype, self.axes, self.width = dtype, axes, width
        super().__init__(name=f"Addressed({dtype}, {axes}, {width})")

    @property
    def row(self) -> "AddressedType":
        """The type of one row."""
        return AddressedType(self.dtype, 1, 0)


@register_model(AddressedType)
class _Model(models.StructModel):
    def __init__(self, manager: Any, typ: AddressedType) -> None:
        super().__init__(manager, typ, [("data", types.CPointer(typ.dtype)), ("length", types.int64), ("width", types.int64)])


def _index(typ: Any, index: Any) -> Any:
    """The types of an index: of an element, or of a row; None for anything else."""
    if isinstance(index, types.Integer):
        return types.int64
    two = isinstance(index, types.BaseTuple) and len(index) == typ.axes == 2 and all(isinstance(each, types.Integer) for each in index)
    return types.UniTuple(types.int64, 2) if two else None


@infer_global(operator.getitem)
class _Get(AbstractTemplate):
    def generic(self, given: Any, _named: Any) -> Any:
        typ, index = given
        if not isinstance(typ, AddressedType):
            return None
        asked = _index(typ, index)
        element = typ.row if typ.axes == 2 and asked is types.int64 else typ.dtype
        return None if asked is None else signature(element, typ, asked)


@infer_global(operator.setitem)
class _Set(AbstractTemplate):
    def generic(self, given: Any, _named: Any) -> Any:
        typ, index, _ = given
        if not isinstance(typ, AddressedType):
            return None
        asked = _index(typ, index)
        row = typ.axes == 2 and asked is types.int64
        return None if asked is None or row else signature(types.none, typ, asked, typ.dtype)


@infer_global(len)
class _Length(AbstractTemplate):
    def generic(self, given: Any, _named: Any) -> Any:
        return signature(types.int64, *given) if isinstance(given[0], AddressedType) else None


@infer_getattr
class _Attributes(AttributeTemplate):
    key = AddressedType

    def resolve_shape(self, typ: AddressedType) -> Any:
        """(rows, columns)."""
        return types.UniTuple(types.int64, typ.axes)


@lower_getattr(AddressedType, "shape")
def _shape(context: Any, builder: Any, typ: AddressedType, value: Any) -> Any:
    given = cgutils.create_struct_proxy(typ)(context, builder, value)
    return cgutils.pack_array(builder, [given.length, _width(context, typ, given)][: typ.axes])


@lower_builtin(len, AddressedType)
def _len(context: Any, builder: Any, asked: Any, given: Any) -> Any:
    return cgutils.create_struct_proxy(asked.args[0])(context, builder, given[0]).length


def _width(context: Any, typ: AddressedType, given: Any) -> Any:
    return context.get_constant(types.int64, typ.width) if typ.width else given.width


def _element(context: Any, builder: Any, typ: AddressedType, value: Any, kind: Any, index: Any) -> Any:
    """The struct of an array, and the address of the element (or the first of the row) at an index."""
    given = cgutils.create_struct_proxy(typ)(context, builder, value)
    places = cgutils.unpack_tuple(builder, index) if isinstance(kind, types.BaseTuple) else [index]
    ends = [given.length, _width(context, typ, given)]
    if config.BOUNDSCHECK:
        for axis, place in enumerate(places):
            cgutils.do_boundscheck(context, builder, place, ends[axis], axis)
    first = builder.mul(places[0], ends[1]) if typ.axes == 2 else places[0]
    return given, builder.gep(given.data, [builder.add(first, places[1]) if len(places) == 2 else first])


@lower_builtin(operator.getitem, AddressedType, types.Integer)
@lower_builtin(operator.getitem, AddressedType, types.BaseTuple)
def _get(context: Any, builder: Any, asked: Any, given: Any) -> Any:
    typ, kind = asked.args
    array, address = _element(context, builder, typ, given[0], kind, given[1])
    if not isinstance(asked.return_type, AddressedType):
        return builder.load(address)
    row = cgutils.create_struct_proxy(asked.return_type)(context, builder)
    row.data, row.length = address, _width(context, typ, array)
    row.width = context.get_constant(types.int64, 0)
    return row._getvalue()


@lower_builtin(operator.setitem, AddressedType, types.Integer, types.Any)
@lower_builtin(operator.setitem, AddressedType, types.BaseTuple, types.Any)
def _set(context: Any, builder: Any, asked: Any, given: Any) -> Any:
    typ, kind, _ = asked.args
    _, address = _element(context, builder, typ, given[0], kind, given[1])
    builder.store(given[2], address)
    return context.get_dummy_value()
