"""The oracle: one program, run on torch and on tensorlab, and where their answers differ.

    python tests/oracle.py 'torch.tensor([1, 2, 3]) + 1.5'      both answers, side by side
    python tests/oracle.py --record [section…]                  write down what torch answers

The programs stand in tests/expressions/<section>.toml, and what torch 2.13 answered in
tests/recorded/<section>.json, so that tests/test_expressions.py needs no torch. A section's table:

    cases = ["torch.tensor([1, 2]) * 2", "x = torch.ones(2, requires_grad=True); x.exp()"]

    [[case]]                    # a case with options: see `Case`
    program = "torch.ones(3).softmax(0)"
    rtol = 1e-5

    [[product]]                 # a case for each combination of what the braces stand for
    program = "torch.ones(2, dtype=torch.{a}) {op} 2"
    a = ["int64", "float32"]
    op = ["+", "*"]

An option at the top of a table goes for all its cases.

A program is an expression, or statements whose last is one. It knows the names torch, nn, F and np.
The random generator is seeded before it runs. Where its value has a graph, the gradients of all the
leaves that it has named are part of the answer.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import io
import itertools
import json
import math
import re
import sys
import tomllib
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

HERE = Path(__file__).parent
EXPRESSIONS = HERE / "expressions"
RECORDED = HERE / "recorded"
TORCH = "2.13"

Answer = dict[str, Any]


class Case(NamedTuple):
    """A program, and how strictly its answer is compared."""

    program: str
    seed: int = 0
    rtol: float | None = None  # None: what the dtype allows, see `TOLERANCE`
    atol: float | None = None
    text: bool = True  # false where the last printed digit is a matter of luck
    values: bool = True  # false where the values are, too
    stride: bool = True
    gradient: bool = True
    differs: str = ""  # why tensorlab answers otherwise
    words: str = "all"  # of an exception: "all", its "first line", or "type" for no words at all
    optional: bool = False  # true where tensorlab may answer that it has no such thing


# Relative, and absolute for each of the largest number's size: what two right ways to compute may
# differ by. Whole numbers never differ.
TOLERANCE = {
    "torch.float16": (2e-3, 1e-6),
    "torch.bfloat16": (1.6e-2, 1e-6),
    "torch.float32": (2e-6, 2e-7),
    "torch.float64": (1e-12, 1e-14),
    "torch.complex64": (2e-6, 2e-7),
    "torch.complex128": (1e-12, 1e-14),
}
EXACT = (0.0, 0.0)
# On WebAssembly the C library rounds otherwise, and LAPACK adds otherwise.
WASM = sys.platform == "emscripten"
LOOSER = 100 if WASM else 1
PYTHON_FLOAT = (2e-6, 1e-7)  # `.item()` of a float32, most often


# ---- What a program answers


def answer(program: str, library: ModuleType, *, seed: int = 0, gradient: bool = True) -> Answer:
    """What `program` gives on `library` (torch, or tensorlab), in plain data that JSON holds."""
    body, last = _split(program)
    names: dict[str, Any] = {
        "__name__": "program",
        "torch": library,
        "nn": getattr(library, "nn", None),
        "F": getattr(getattr(library, "nn", None), "functional", None),
        "np": np,
    }
    stdout = io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(stdout):
        warnings.simplefilter("ignore")
        try:
            if hasattr(library, "manual_seed"):
                library.manual_seed(seed)
            exec(body, names)
            value = eval(last, names) if last else None
            result = describe(value, library)
            if gradient:
                result.update(_gradients(value, names, library))
        except Exception as error:
            result = _raised(error, library)
        finally:
            if "set_" in program:
                _reset(library)
    if stdout.getvalue():
        result["stdout"] = stdout.getvalue()
    return result


def _split(program: str) -> tuple[Any, Any]:
    """The statements before the last expression, compiled, and that expression (or None)."""
    tree = ast.parse(program, "<program>")
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = compile(ast.Expression(tree.body.pop().value), "<program>", "eval")  # type: ignore[attr-defined]
    return compile(tree, "<program>", "exec"), last


def _reset(library: ModuleType) -> None:
    """Take back what a program may have set for the whole library."""
    library.set_grad_enabled(True)
    library.set_default_dtype(library.float32)
    library.set_printoptions(profile="default")


def _raised(error: Exception, library: ModuleType) -> Answer:
    words = str(error).replace(f"module '{library.__name__}", "module 'torch")
    words = re.split(r"\n?Exception raised from ", words)[0]  # the C++ tail
    if "invalid combination of arguments" in words:  # a list of C++ signatures follows
        words = words.split("\n")[0]
    words = re.sub(r"\. Did you mean '\w+'\?$", "", words)  # Python 3.13 and later
    words = re.sub(r" at 0x[0-9a-f]+", " at 0x…", words)
    answer = {"kind": "exception", "type": type(error).__name__, "words": words.rstrip()}
    if error.__context__ is not None and not error.__suppress_context__:
        answer["while"] = f"handling {error.__context__!r}"
    return answer


def describe(value: object, library: ModuleType) -> Answer:
    """A value in plain data: what it is, what it holds, how it prints."""
    if isinstance(value, library.Tensor):
        return _describe_tensor(value)
    if value is None:
        return {"kind": "None"}
    if isinstance(value, (bool, int, str)) and type(value) in (bool, int, str):
        return {"kind": type(value).__name__, "value": value}
    if type(value) is float:
        return {"kind": "float", "value": _plain(value)}
    if type(value) is complex:
        return {"kind": "complex", "value": [_plain(value.real), _plain(value.imag)]}
    if isinstance(value, library.Size):
        return {"kind": "Size", "value": list(value), "text": repr(value)}
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        return {
            "kind": type(value).__name__,
            "dtype": str(array.dtype),
            "shape": list(array.shape),
            "values": _values(array),
        }
    if isinstance(value, (tuple, list)):
        listed: Answer = {"kind": type(value).__name__.lstrip("_")}
        if type(value) not in (tuple, list):  # torch.return_types.max and its like
            listed["text"] = repr(value)
        listed["items"] = [describe(item, library) for item in value]
        return listed
    if isinstance(value, dict):
        pairs = [[str(key), describe(item, library)] for key, item in value.items()]
        return {"kind": type(value).__name__, "pairs": pairs}
    if isinstance(value, type):
        return {"kind": "type", "value": value.__name__}
    if _is_module(value, library):
        return _describe_module(value)
    text = re.sub(r" at 0x[0-9a-f]+", " at 0x…", repr(value))
    return {"kind": type(value).__name__.lstrip("_"), "text": text}


def _describe_tensor(tensor: Any) -> Answer:
    # Text first: nothing that is asked of a tensor below may change how it prints.
    text, short = repr(tensor), str(tensor)
    array = _numbers(tensor)
    result: Answer = {
        "kind": type(tensor).__name__,
        "dtype": str(tensor.dtype),
        "shape": list(tensor.shape),
        "stride": list(tensor.stride()),
        "values": _values(array),
        "text": text,
    }
    if short != text:
        result["str"] = short
    if tensor.storage_offset():
        result["offset"] = tensor.storage_offset()
    if tensor.requires_grad:
        result["requires_grad"] = True
    if not tensor.is_leaf:
        result["is_leaf"] = False
    if tensor.grad_fn is not None:
        result["grad_fn"] = type(tensor.grad_fn).__name__
    return result


def _numbers(tensor: Any) -> np.ndarray[Any, Any]:
    plain = tensor.detach()
    if str(plain.dtype) == "torch.bfloat16":  # numpy has none
        plain = plain.float()
    array: np.ndarray[Any, Any] = plain.numpy()
    return array


def _is_module(value: object, library: ModuleType) -> bool:
    nn = getattr(library, "nn", None)
    return nn is not None and isinstance(value, nn.Module)


def _describe_module(module: Any) -> Answer:
    state = {name: _describe_tensor(tensor) for name, tensor in module.state_dict().items()}
    return {
        "kind": "module",
        "type": type(module).__name__,
        "text": repr(module),
        "training": module.training,
        "parameters": [name for name, _ in module.named_parameters()],
        "pairs": [[name, described] for name, described in state.items()],
    }


MANY = 200  # of a tensor with more elements than this, evenly spaced ones are kept


def _values(array: np.ndarray[Any, Any]) -> list[Any]:
    flat = array.reshape(-1)
    if flat.size > MANY:
        flat = flat[:: flat.size // 100 + 1]
    if flat.dtype.kind == "c":
        return [[_plain(number.real), _plain(number.imag)] for number in flat]
    return [_plain(number) for number in flat]


def _plain(number: Any) -> object:
    """A number as JSON has it: a float by the shortest digits that give it back in its own type."""
    if isinstance(number, (bool, np.bool_)):
        return bool(number)
    if isinstance(number, (int, np.integer)):
        return int(number)
    if not math.isfinite(number):
        return str(float(number))
    return float(str(number))


def _gradients(value: object, names: dict[str, Any], library: ModuleType) -> Answer:
    """The gradients of the leaves among `names`, once `value`, weighted, has gone backward.

    The weights differ from element to element, so that no gradient hides behind a symmetry.
    """
    roots: list[Any] = list(value) if isinstance(value, (tuple, list)) else [value]
    roots = [r for r in roots if isinstance(r, library.Tensor) and r.grad_fn is not None]
    leaves = dict(_leaves(names, library))
    if not roots or not leaves:
        return {}
    try:
        for root in roots:
            count = math.prod(root.shape)
            weight = np.cos(np.arange(1, count + 1, dtype=np.float64)).reshape(tuple(root.shape))
            kind = _numbers(root).dtype
            weight = (weight * (1 - 0.5j) if kind.kind == "c" else weight).astype(kind)
            root.backward(library.from_numpy(weight).to(root.dtype), retain_graph=True)
    except Exception as error:
        return {"gradients": {"backward": _raised(error, library)}}
    found: Answer = {}
    for name, leaf in leaves.items():
        if leaf.grad is None:
            found[name] = {"kind": "None"}
        else:
            array = _numbers(leaf.grad)
            found[name] = {
                "kind": "gradient",
                "dtype": str(leaf.grad.dtype),
                "shape": list(leaf.grad.shape),
                "values": _values(array),
            }
    return {"gradients": found}


def _leaves(names: dict[str, Any], library: ModuleType) -> Iterator[tuple[str, Any]]:
    for name, value in list(names.items()):
        if isinstance(value, library.Tensor):
            if value.is_leaf and value.requires_grad:
                yield name, value
        elif _is_module(value, library):
            for path, parameter in value.named_parameters():
                if parameter.requires_grad:
                    yield f"{name}.{path}", parameter


# ---- Where two answers differ


def compare(expected: Answer, got: Answer, case: Case | None = None) -> list[str]:
    """The differences between two answers, each in words that begin with the field's name."""
    case = case or Case("")
    if case.optional and "has no attribute" in got.get("words", ""):
        return []
    return list(_differences("", expected, got, case))


def _differences(where: str, expected: Answer, got: Answer, case: Case) -> Iterator[str]:
    def said(field: str, a: object, b: object) -> str:
        return f"{where}{field}: expected {_show(a)}, got {_show(b)}"

    if expected["kind"] != got["kind"]:
        yield said("kind", _sketch(expected), _sketch(got))
        return
    for field in dict.fromkeys([*expected, *got]):
        a: Any = expected.get(field)
        b: Any = got.get(field)
        if field in ("text", "str", "stdout"):
            if case.text and a != b:
                yield said(field, a, b)
        elif field == "words":
            if not _same_words(str(a), str(b), case.words):
                yield said(field, a, b)
        elif field == "offset":
            if a != b and 0 not in expected["shape"]:  # no element, no place
                yield said(field, a, b)
        elif field == "stride":
            if case.stride and not _same_stride(expected["shape"], a, b):
                yield said(field, a, b)
        elif field == "gradients":
            if case.gradient:
                yield from _named(f"{where}gradient of ", a or {}, b or {}, case)
        elif field == "pairs":
            yield from _named(f"{where}", dict(a), dict(b), case)
            if [name for name, _ in a] != [name for name, _ in b]:
                yield said("order of names", [n for n, _ in a], [n for n, _ in b])
        elif field == "items":
            if len(a) != len(b):
                yield said("length", len(a), len(b))
            for i, (left, right) in enumerate(zip(a, b, strict=False)):
                yield from _differences(f"{where}[{i}].", left, right, case)
        elif field == "values":
            if case.values:
                yield from _different_numbers(where, expected, got, case)
        elif field == "value" and expected["kind"] == "float":
            if case.values and not _close(a, b, _allowed(PYTHON_FLOAT, case)):
                yield said(field, a, b)
        elif a != b:
            yield said(field, a, b)


def _named(where: str, a: Answer, b: Answer, case: Case) -> Iterator[str]:
    for name in dict.fromkeys([*a, *b]):
        if name not in a or name not in b:
            sides = ["nothing", "something"] if name in b else ["something", "nothing"]
            yield f"{where}{name}: expected {sides[0]}, got {sides[1]}"
        else:
            yield from _differences(f"{where}{name}: ", a[name], b[name], case)


def _different_numbers(where: str, expected: Answer, got: Answer, case: Case) -> Iterator[str]:
    a, b = expected["values"], got["values"]
    if len(a) != len(b):
        yield f"{where}values: expected {len(a)} of them, got {len(b)}"
        return
    dtype = expected["dtype"]
    usual = TOLERANCE.get(dtype, TOLERANCE.get(f"torch.{dtype}", EXACT))
    allowed = _allowed(usual, case) if usual is not EXACT else EXACT
    largest = max((abs(x) for x in a if isinstance(x, float)), default=1.0)
    # A sum is as wrong as its largest term.
    allowed = LOOSER * allowed[0], LOOSER * allowed[1] * max(1.0, largest)
    signed = expected["kind"] != "gradient" and not WASM  # whether 0. and -0. are two things
    wrong = [
        i for i, (x, y) in enumerate(zip(a, b, strict=True)) if not _close(x, y, allowed, signed)
    ]
    if wrong:
        i = wrong[0]
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        yield f"{where}values[{i}]: expected {a[i]}, got {b[i]}{more}"


def _allowed(usual: tuple[float, float], case: Case) -> tuple[float, float]:
    return (
        usual[0] if case.rtol is None else case.rtol,
        usual[1] if case.atol is None else case.atol,
    )


def _close(a: Any, b: Any, allowed: tuple[float, float], signed: bool = True) -> bool:
    if isinstance(a, list) and isinstance(b, list):  # a complex number
        return all(_close(x, y, allowed, signed) for x, y in zip(a, b, strict=True))
    if type(a) is not type(b):
        return False
    if a == b:
        return not (signed and a == 0 and isinstance(a, float)) or (
            math.copysign(1, a) == math.copysign(1, b)
        )
    if isinstance(a, str) or isinstance(b, str):  # nan, inf
        return False
    return bool(abs(a - b) <= allowed[0] * abs(a) + allowed[1])


def _same_words(a: str, b: str, how: str) -> bool:
    if how == "type":
        return True
    if how == "first line":
        return a.split("\n")[0] == b.split("\n")[0]
    return a == b


def _same_stride(shape: list[int], a: Any, b: Any) -> bool:
    """Whether two strides step alike. A dimension of one element is never stepped over."""
    if len(a) != len(b):
        return False
    if 0 in shape:
        return True
    return all(n == 1 or x == y for n, x, y in zip(shape, a, b, strict=True))


def _sketch(described: Answer) -> str:
    if described["kind"] == "exception":
        return f"{described['type']}: {described['words']}"
    told = described.get("text", described.get("value"))
    return described["kind"] if told is None else f"{described['kind']} {_show(told)}"


def _show(value: object) -> str:
    return f"\n{value}\n" if isinstance(value, str) and "\n" in value else repr(value)


# ---- The tables, and what torch answered


def sections() -> list[str]:
    """The names of the tables."""
    return sorted(path.stem for path in EXPRESSIONS.glob("*.toml"))


def cases(section: str) -> list[Case]:
    """The cases of a section, in the table's order."""
    table = tomllib.loads((EXPRESSIONS / f"{section}.toml").read_text("utf-8"))
    shared = {name: table.pop(name) for name in Case._fields if name in table}
    listed = [Case(program.strip(), **shared) for program in table.pop("cases", [])]
    for options in table.pop("case", []):
        listed.append(Case(**{**shared, **options, "program": options["program"].strip()}))
    for product in table.pop("product", []):
        listed.extend(_expand({**shared, **product}))
    if table:
        raise ValueError(f"{section}.toml: unknown {', '.join(table)}")
    return listed


def _expand(product: dict[str, Any]) -> Iterator[Case]:
    options = {name: value for name, value in product.items() if name in Case._fields}
    axes = {name: value for name, value in product.items() if name not in Case._fields}
    for name in axes:
        if "{" + name + "}" not in product["program"]:
            raise ValueError(f"{name} stands nowhere in {product['program']!r}")
    for choice in itertools.product(*axes.values()):
        program = options["program"].strip()
        for name, value in zip(axes, choice, strict=True):
            program = program.replace("{" + name + "}", value)
        yield Case(**{**options, "program": program})


def recorded(section: str) -> dict[str, Answer]:
    """What torch answered, by program."""
    path = RECORDED / f"{section}.json"
    if not path.exists():
        return {}
    answers: dict[str, Answer] = json.loads(path.read_text("utf-8"))["answers"]
    return answers


def record(section: str, torch: ModuleType) -> int:
    """Write down torch's answers to a section, one a line; gives their number."""
    lines = []
    for case in cases(section):
        told = answer(case.program, torch, seed=case.seed, gradient=case.gradient)
        again = answer(case.program, torch, seed=case.seed, gradient=case.gradient)
        if compare(told, again, case):
            raise ValueError(f"torch answers {case.program!r} differently each time")
        if told.get("type") == "NameError":
            raise ValueError(f"{case.program!r} is no program: {told['words']}")
        lines.append(f"{_json(case.program)}: {_json(told)}")
    RECORDED.mkdir(exist_ok=True)
    version = str(torch.__version__).split("+")[0]
    text = f'{{"torch": "{version}", "answers": {{\n' + ",\n".join(lines) + "\n}}\n"
    (RECORDED / f"{section}.json").write_text(text, "utf-8", newline="\n")
    return len(lines)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


# ---- The command


def _table(names: list[str], answers: list[Answer], width: int = 58) -> str:
    """Answers side by side, a field a row."""
    lines = [f"{'':14}" + "".join(f"{name:{width}}" for name in names)]
    for field in dict.fromkeys(itertools.chain(*answers)):
        cells = []
        for told in answers:
            value = told.get(field, "")
            text = value if isinstance(value, str) else _json(value)
            wrapped = (line[i : i + width - 2] for line in text.split("\n")
                       for i in range(0, max(len(line), 1), width - 2))  # fmt: skip
            cells.append(list(wrapped))
        for i, row in enumerate(itertools.zip_longest(*cells, fillvalue="")):
            label = field if i == 0 else ""
            lines.append(f"{label:14}" + "".join(f"{cell:{width}}" for cell in row).rstrip())
    return "\n".join(lines)


def _import(name: str) -> ModuleType | None:
    try:
        return __import__(name)
    except ImportError as error:
        print(f"{name} cannot be imported: {error}", file=sys.stderr)
        return None


def main(arguments: list[str] | None = None) -> int:
    """The command line; gives the exit status: 0, or 1 where the answers differ."""
    sys.path.insert(0, str(HERE.parent))
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--record", action="store_true", help="write down what torch answers")
    parser.add_argument("words", nargs="*", help="a program, or with --record the sections")
    options = parser.parse_args(arguments)
    torch = _import("torch")
    if options.record:
        if torch is None or not torch.__version__.startswith(TORCH):
            print(f"--record needs torch {TORCH}", file=sys.stderr)
            return 2
        for section in options.words or sections():
            print(f"{section}: {record(section, torch)} cases")
        return 0
    if len(options.words) != 1:
        parser.error("one program, please (in quotes)")
    program = options.words[0]
    told: dict[str, Answer] = {}
    if torch is not None:
        told["torch"] = answer(program, torch)
    else:
        for section in sections():
            if program in recorded(section):
                told["recorded"] = recorded(section)[program]
    tensorlab = _import("tensorlab")
    if tensorlab is not None:
        told["tensorlab"] = answer(program, tensorlab)
    print(_table(list(told), list(told.values())))
    if len(told) < 2:
        return 0
    expected, got = told.values()
    differences = compare(expected, got)
    print("\n" + ("\n".join(f"! {line}" for line in differences) or "The same."))
    return 1 if differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
