"""msgspec types in, one TypeScript module out: an interface and a check for each struct, a union type and a parser for each union."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import UnionType
from typing import Any

from msgspec import inspect

from incamera.protocol.fields import SAFE_INTEGER_MAX


@dataclass(frozen=True)
class Module:
    """What one generated file holds; `text_parsers` take JSON text, `value_parsers` what JSON.parse made of it."""

    source: str
    unions: dict[str, UnionType]
    structs: tuple[type, ...]
    text_parsers: tuple[str, ...]
    value_parsers: tuple[str, ...]


def emit(module: Module) -> str:
    """The whole file."""
    unions = {name: _members(union) for name, union in module.unions.items()}
    roots = [struct for members in unions.values() for struct in members]
    roots += [_struct(inspect.type_info(struct)) for struct in module.structs]
    ordered = list(_with_parts(roots))
    parsers = (*module.text_parsers, *module.value_parsers)
    checked_roots = [struct for name in parsers for struct in unions.get(name, [s for s in roots if s.cls.__name__ == name])]
    checked = list(_with_parts(checked_roots))
    blocks = [_interface(struct) for struct in ordered]
    blocks += [_union(name, members) for name, members in unions.items()]
    blocks += [_struct_check(struct) for struct in checked]
    blocks += [_union_check(name, unions[name]) for name in unions if name in parsers]
    blocks += [_text_parser(name) for name in module.text_parsers] + [_value_parser(name) for name in module.value_parsers]
    body = "\n\n".join(blocks)
    used = [name for name in ("Check", "flag", "integer", "list", "nullable", "object", "oneOf", "parseText", "tagged", "text") if _uses(body, name)]
    imports = ", ".join(f"type {name}" if name == "Check" else name for name in used)
    head = f"// Generated from {module.source} by `python -m incamera.protocol.typescript`. Do not edit.\n"
    return f"{head}import {{ {imports} }} from './check'\nexport {{ MalformedError }} from './check'\n\n{body}\n"


def _uses(body: str, name: str) -> bool:
    return f"{name}(" in body or f"{name}<" in body or f": {name}," in body


def _members(union: UnionType) -> list[inspect.StructType]:
    info = inspect.type_info(union)
    assert isinstance(info, inspect.UnionType)
    return [_struct(member) for member in info.types]


def _struct(info: inspect.Type) -> inspect.StructType:
    assert isinstance(info, inspect.StructType), info
    return info


def _with_parts(roots: list[inspect.StructType]) -> Iterator[inspect.StructType]:
    seen: set[type] = set()

    def walk(info: inspect.Type) -> Iterator[inspect.StructType]:
        if isinstance(info, inspect.UnionType):
            for member in info.types:
                yield from walk(member)
        elif isinstance(info, inspect.ListType):
            yield from walk(info.item_type)
        elif isinstance(info, inspect.StructType) and info.cls not in seen:
            seen.add(info.cls)
            for field in info.fields:
                yield from walk(field.type)
            yield info

    for root in roots:
        yield from walk(root)


def _interface(struct: inspect.StructType) -> str:
    doc = " ".join((struct.cls.__doc__ or "").split())
    lines = [f"/** {doc} */", f"export interface {struct.cls.__name__} {{"]
    if struct.tag is not None:
        lines.append(f"  readonly type: '{struct.tag}'")
    lines += [f"  readonly {field.encode_name}{'' if field.required else '?'}: {_type(field.type)}" for field in struct.fields]
    return "\n".join([*lines, "}"])


def _union(name: str, members: list[inspect.StructType]) -> str:
    return f"export type {name} = {' | '.join(member.cls.__name__ for member in members)}"


def _type(info: inspect.Type) -> str:
    match info:
        case inspect.UnionType():
            return " | ".join(_type(member) for member in info.types)
        case inspect.ListType():
            return f"readonly {_type(info.item_type)}[]"
        case inspect.LiteralType():
            return " | ".join(_literal(value) for value in info.values)
        case inspect.StructType():
            return info.cls.__name__
        case inspect.StrType():
            return "string"
        case inspect.IntType():
            return "number"
        case inspect.BoolType():
            return "boolean"
        case inspect.NoneType():
            return "null"
        case inspect.Metadata():
            return _type(info.type)
        case _:
            raise TypeError(f"no TypeScript for {info}")


def _literal(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


def _check(info: inspect.Type) -> str:
    match info:
        case inspect.UnionType() if len(info.types) == 2 and isinstance(info.types[1], inspect.NoneType):
            return f"nullable({_check(info.types[0])})"
        case inspect.ListType():
            return f"list({_check(info.item_type)}, {info.min_length or 0}, {_bound(info.max_length, info)})"
        case inspect.LiteralType():
            return f"oneOf({', '.join(_literal(value) for value in info.values)})"
        case inspect.StructType():
            return f"check{info.cls.__name__}"
        case inspect.StrType():
            pattern = f", /{info.pattern}/" if info.pattern else ""
            return f"text({info.min_length or 0}, {_bound(info.max_length, info)}{pattern})"
        case inspect.IntType():
            return f"integer({info.ge if info.ge is not None else -SAFE_INTEGER_MAX}, {_bound(info.le, info)})"
        case inspect.BoolType():
            return "flag"
        case inspect.Metadata():
            return _check(info.type)
        case _:
            raise TypeError(f"no check for {info}")


def _bound(bound: float | None, info: inspect.Type) -> int:
    if bound is None:
        raise TypeError(f"every length on the wire has a bound, this has none: {info}")
    return int(bound)


def _struct_check(struct: inspect.StructType) -> str:
    name = struct.cls.__name__
    lines = [f"const check{name}: Check<{name}> = object<{name}>({{"]
    if struct.tag is not None:
        lines.append(f"  type: oneOf('{struct.tag}'),")
    lines += [f"  {field.encode_name}: {_check(field.type)}," for field in struct.fields]
    return "\n".join([*lines, "})"])


def _union_check(name: str, members: list[inspect.StructType]) -> str:
    entries = "\n".join(f"  ['{member.tag}', check{member.cls.__name__}]," for member in members)
    lower = name[0].lower() + name[1:]
    types = f"/** A type that is not among these is from a newer version: ignore it before parsing. */\nexport const {lower}Types: ReadonlySet<string> = new Set(["
    types += ", ".join(f"'{member.tag}'" for member in members) + "])"
    return (
        f"const check{name}: Check<{name}> = tagged<{name}>(\n  new Map<string, Check<{name}>>([\n"
        + entries.replace("  [", "    [")
        + f"\n  ]),\n)\n\n{types}"
    )


def _text_parser(name: str) -> str:
    return (
        f"/** Throws MalformedError (remote.malformed). */\nexport function parse{name}(json: string): {name} {{\n"
        f"  return parseText(check{name}, json, '{name}')\n}}"
    )


def _value_parser(name: str) -> str:
    return f"/** Throws MalformedError (remote.malformed). */\nexport function parse{name}(json: unknown): {name} {{\n  return check{name}(json, '{name}')\n}}"
