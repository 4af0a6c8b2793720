"""A property that is computed when it is first asked for."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Value = TypeVar("Value")


class cached_property(Generic[Value]):  # noqa: N801  (named as functools names it)
    """functools.cached_property as it is from Python 3.12 on: without a lock.

    Python 3.11 holds one lock for all instances of a class while a value is computed, so that all readers of a page
    would wait for the slowest. Here two threads that ask one instance at the same time may both compute.

    >>> class Square:
    ...     side = 3
    ...     @cached_property
    ...     def area(self) -> int:
    ...         print("computed")
    ...         return self.side**2
    >>> square = Square()
    >>> square.area, square.area
    computed
    (9, 9)
    """

    def __init__(self, compute: Callable[[Any], Value]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> "cached_property[Value]": ...

    @overload
    def __get__(self, instance: object, owner: type) -> Value: ...

    def __get__(self, instance: object | None, owner: type) -> "cached_property[Value] | Value":
        if instance is None:
            return self
        value = self._compute(instance)
        # What is in the instance's dictionary is found before this descriptor, which sets nothing.
        instance.__dict__[self._name] = value
        return value
