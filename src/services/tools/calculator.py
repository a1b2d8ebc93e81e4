"""Arithmetic as it is written, exact to 34 digits. Its numbers have a limit, so none takes longer than a moment."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from decimal import Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow, localcontext
from typing import Any, Final

from src.errors import InvalidInput

MOST_CHARS: Final = 500
MOST_NODES: Final = 250
_CONTEXT: Final = Context(prec=40, Emax=9_999, Emin=-9_999, traps=[DivisionByZero, InvalidOperation, Overflow])
_PLAIN_DIGITS: Final = 30
_WRITTEN: Final = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "^": "**"})

_BINARY: Final[Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: lambda a, b: (a / b).to_integral_value("ROUND_FLOOR"),
    ast.Mod: lambda a, b: a - b * (a / b).to_integral_value("ROUND_FLOOR"),
    ast.Pow: operator.pow,
}
_UNARY: Final[Mapping[type[ast.unaryop], Callable[[Decimal], Decimal]]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
}
_NAMES: Final = {"pi": Decimal(math.pi), "e": Decimal(math.e), "tau": Decimal(math.tau)}


def _real(function: Callable[..., float]) -> Callable[..., Decimal]:
    return lambda *numbers: Decimal(repr(function(*map(float, numbers))))


_FUNCTIONS: Final[Mapping[str, Callable[..., Decimal]]] = {
    "sqrt": Decimal.sqrt,
    "abs": abs,
    "min": min,
    "max": max,
    "round": lambda number, digits=Decimal(0): round(number, int(digits)) if abs(digits) < 100 else number,
    "floor": lambda number: number.to_integral_value("ROUND_FLOOR"),
    "ceil": lambda number: number.to_integral_value("ROUND_CEILING"),
    "exp": Decimal.exp,
    "ln": Decimal.ln,
    "log10": Decimal.log10,
    "log": _real(math.log),
    **{
        name: _real(getattr(math, name)) for name in ("sin", "cos", "tan", "asin", "acos", "atan", "degrees", "radians")
    },
}


def calculate(expression: str) -> str:
    """The value as people write it. Raises InvalidInput."""
    if len(expression) > MOST_CHARS:
        raise InvalidInput(f"An expression may have {MOST_CHARS} characters at most.")
    try:
        tree = ast.parse(expression.strip().translate(_WRITTEN), mode="eval")
        if sum(1 for _ in ast.walk(tree)) > MOST_NODES:
            raise InvalidInput("This expression is too long.")
        with localcontext(_CONTEXT):
            return _written(_value(tree.body))
    except (DivisionByZero, ZeroDivisionError):
        raise InvalidInput("This divides by zero.") from None
    except (Overflow, OverflowError):
        raise InvalidInput("The result is too large.") from None
    except (DecimalException, ArithmeticError, ValueError, TypeError):
        raise InvalidInput("This has no value among the real numbers.") from None
    except (SyntaxError, RecursionError, MemoryError):
        raise InvalidInput("This is no arithmetic.", hint="Write it like 3 * (4 + 5) or sqrt(2).") from None


def _value(node: ast.expr) -> Decimal:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return +Decimal(str(number))
        case ast.Name(id=name) if name in _NAMES:
            return +_NAMES[name]
        case ast.BinOp(left, operator_, right) if type(operator_) in _BINARY:
            return _BINARY[type(operator_)](_value(left), _value(right))
        case ast.UnaryOp(operator_, operand) if type(operator_) in _UNARY:
            return _UNARY[type(operator_)](_value(operand))
        case ast.Call(ast.Name(id=name), arguments, []) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*map(_value, arguments))
    raise SyntaxError


def _written(number: Any) -> str:
    """Rounded where it is not exact, without the zeros behind it."""
    rounded = Context(prec=34, Emax=9_999, Emin=-9_999).plus(Decimal(number)).normalize()
    if not rounded.is_finite():
        raise OverflowError
    return f"{rounded:f}" if -_PLAIN_DIGITS < rounded.adjusted() < _PLAIN_DIGITS else f"{rounded}"
