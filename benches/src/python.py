"""Times what `cases` measures, in CPython. Prints the version, then a line for each: name, nanoseconds."""

import contextlib
import platform
import timeit

inside = 0


class Counted:
    def __enter__(self):
        global inside
        inside += 1
        return inside

    def __exit__(self, *exc):
        global inside
        inside -= 1


@contextlib.contextmanager
def counted():
    global inside
    inside += 1
    try:
        yield inside
    finally:
        inside -= 1


def body(value):
    pass


def with_class():
    with Counted() as value:
        body(value)


def with_generator():
    with counted() as value:
        body(value)


def callbacks(count):
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            stack.callback(body, 0)


def contexts(count):
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(Counted())


def nanoseconds(function, times):
    """Of one time: the best of five."""
    rounds = max(1, 100_000 // times)
    return min(timeit.repeat(function, number=rounds, repeat=5)) / rounds / times * 1e9


print(platform.python_implementation(), platform.python_version())
for name, function, times in [
    ("with, a class", with_class, 1),
    ("with, @contextmanager", with_generator, 1),
    ("ExitStack, a callback of 10", lambda: callbacks(10), 10),
    ("ExitStack, a callback of 1,000", lambda: callbacks(1_000), 1_000),
    ("ExitStack, a context of 1,000", lambda: contexts(1_000), 1_000),
]:
    print(name, f"{nanoseconds(function, times):.1f}", sep="\t")
