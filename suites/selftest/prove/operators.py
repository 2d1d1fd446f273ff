"""Small changes of a program: how it could have been written wrongly, one at a time.

Left alone is what does nothing when the program runs or what a type checker would see: docstrings, annotations,
decorators, imports.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

OTHERWISE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
UNTOUCHED = ("annotation", "returns", "decorator_list", "format_spec", "type_comment", "type_params")
"""Fields of nodes under which nothing is changed."""
PASSED_BY = (ast.Import, ast.ImportFrom)
RETURNED: dict[str, tuple[object, ...]] = {
    "bool": (True, False),
    "int": (None, 0),
    "str": (None, ""),
    "bytes": (None, b""),
}
"""What a function of a type may return in place of what it should; of any other type, None."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands in a tree."""

    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None
    where: str
    """Dotted name of the function or class around it; empty at the top of a module."""
    returns: str
    """What the innermost function is annotated to return."""

    def put(self, node: ast.AST) -> None:
        """Have another node stand there."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a tree, not yet made."""

    operator: str
    place: Place
    node: ast.AST
    """What stands there afterwards."""

    @property
    def position(self) -> tuple[int, int]:
        """Line and column in the text, from 1."""
        node = self.place.node
        assert isinstance(node, ast.expr | ast.stmt)
        return node.lineno, node.col_offset + 1

    @property
    def before(self) -> str:
        """What stands there, as Python writes it."""
        return ast.unparse(self.place.node)

    @property
    def after(self) -> str:
        """What will."""
        return ast.unparse(self.node)

    def make(self) -> None:
        """Change the tree."""
        self.place.put(ast.fix_missing_locations(ast.copy_location(self.node, self.place.node)))


def changes(tree: ast.Module) -> Iterator[Change]:
    """Every change of a program, in the order of its text; none of them is made."""
    for place in _places(tree):
        for operator, apply in OPERATORS.items():
            yield from (Change(operator, place, node) for node in apply(place))


def _places(tree: ast.Module) -> Iterator[Place]:
    for index, statement in enumerate(tree.body):
        yield from _below(Place(statement, tree, "body", index, "", ""))


def _below(place: Place) -> Iterator[Place]:
    """A place and all places inside of it."""
    node, where, returns = place.node, place.where, place.returns
    if isinstance(node, PASSED_BY) or _is_docstring(node) or _is_for_checkers(node):
        return
    yield place
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        where = f"{where}.{node.name}".lstrip(".")
        returns = "" if isinstance(node, ast.ClassDef) or node.returns is None else ast.unparse(node.returns)
    for name, value in ast.iter_fields(node):
        if name in UNTOUCHED:
            continue
        for index, each in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(each, ast.AST):
                yield from _below(Place(each, node, name, index, where, returns))


def _is_docstring(node: ast.AST) -> bool:
    """Also one that stands below what it documents."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_for_checkers(node: ast.AST) -> bool:
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")) | ast.Assign(value=ast.Call(func=ast.Name("TypeVar"))):
            return True
    return False


def _comparison(place: Place) -> Iterator[ast.AST]:
    """Another comparison: with the edge or without it, the opposite of being equal, the same or inside."""
    if isinstance(place.node, ast.Compare):
        for index, each in enumerate(place.node.ops):
            changed = copy.copy(place.node)
            changed.ops = [*place.node.ops[:index], OTHERWISE[type(each)](), *place.node.ops[index + 1 :]]
            yield changed


def _boundary(place: Place) -> Iterator[ast.AST]:
    """A whole number that is one too many or too few."""
    match place.node:
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)


def _negation(place: Place) -> Iterator[ast.AST]:
    """The opposite of a condition, where no other operator makes just that."""
    if place.field not in ("test", "ifs", "guard") or not isinstance(place.node, ast.expr):
        return
    match place.node:
        case ast.UnaryOp(op=ast.Not()):
            return
        case ast.Compare(ops=[ast.Eq() | ast.NotEq() | ast.Is() | ast.IsNot() | ast.In() | ast.NotIn()]):
            return
    yield ast.UnaryOp(ast.Not(), place.node)


def _without_not(place: Place) -> Iterator[ast.AST]:
    """A condition without its `not`."""
    match place.node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand


def _and_or(place: Place) -> Iterator[ast.AST]:
    """`or` for `and`, `and` for `or`."""
    if isinstance(place.node, ast.BoolOp):
        changed = copy.copy(place.node)
        changed.op = ast.Or() if isinstance(place.node.op, ast.And) else ast.And()
        yield changed


def _dropped(place: Place) -> Iterator[ast.AST]:
    """A statement that is forgotten, if the program can still run without it."""
    match place.node:
        case ast.Expr() | ast.Raise() | ast.AugAssign() | ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()


def _swapped(place: Place) -> Iterator[ast.AST]:
    """Two neighbouring constants of one type, each in the other's place; `True` for `False` and `False` for `True`.

    What something is looked for in has no order.
    """
    match place.node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Tuple() | ast.List() if _is_looked_in(place.parent):
            return
        case ast.Call() | ast.Tuple() | ast.List():
            name = "args" if isinstance(place.node, ast.Call) else "elts"
            nodes: list[ast.expr] = getattr(place.node, name)
            for index in range(len(nodes) - 1):
                match nodes[index : index + 2]:
                    case [ast.Constant(one), ast.Constant(two)] if one != two and type(one) is type(two):
                        changed = copy.copy(place.node)
                        turned = [nodes[index + 1], nodes[index]]
                        setattr(changed, name, [*nodes[:index], *turned, *nodes[index + 2 :]])
                        yield changed


def _is_looked_in(node: ast.AST) -> bool:
    match node:
        case ast.Compare(ops=ops):
            return all(isinstance(each, ast.In | ast.NotIn) for each in ops)
        case ast.Call(func=ast.Attribute(attr="startswith" | "endswith")):
            return True
    return False


def _returned(place: Place) -> Iterator[ast.AST]:
    """A function that returns nothing, or always the same."""
    match place.node:
        case ast.Return(value=ast.expr() as value):
            if not (isinstance(value, ast.Constant) and isinstance(value.value, bool | None)):
                for each in RETURNED.get(place.returns, (None,)):
                    if isinstance(value, ast.Constant) and value.value == each:
                        continue
                    yield ast.Return(ast.Constant(each))  # type: ignore[arg-type]  # one of those it may hold


def _text(place: Place) -> Iterator[ast.AST]:
    """A text whose last character is missing, or that has one where it should have none."""
    match place.node:
        case ast.Constant(value=str(value)):
            yield ast.Constant(value[:-1] if value else "x")
        case ast.Constant(value=bytes(value)):
            yield ast.Constant(value[:-1] if value else b"x")


OPERATORS: dict[str, Callable[[Place], Iterator[ast.AST]]] = {
    "comparison": _comparison,
    "boundary": _boundary,
    "negation": _negation,
    "not removed": _without_not,
    "and/or": _and_or,
    "statement dropped": _dropped,
    "constants swapped": _swapped,
    "return": _returned,
    "text": _text,
}
