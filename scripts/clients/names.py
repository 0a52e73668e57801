"""Fails where the document has a schema that a client generator must invent a name for."""

import json
import sys
from collections.abc import Iterator
from typing import Any

NAMED = ("#/components/schemas/",)


def needs_name(schema: dict[str, Any]) -> bool:
    """Whether a generator makes a type of its own of this schema."""
    has_values = len(schema.get("enum", [])) > 1
    alternatives = schema.get("oneOf", []) + schema.get("anyOf", [])
    is_union = sum(1 for one in alternatives if one.get("type") != "null") > 1
    return has_values or is_union or bool(schema.get("properties"))


def unnamed(node: Any, pointer: str) -> Iterator[str]:
    """The pointers of such schemas that are no component."""
    if isinstance(node, list):
        for number, member in enumerate(node):
            yield from unnamed(member, f"{pointer}/{number}")
    if not isinstance(node, dict):
        return
    is_component = pointer.startswith(NAMED) and pointer.count("/") == 3
    in_schema = "/schema" in pointer
    is_map_of_names = pointer.endswith(("/properties", "/mapping"))
    if in_schema and not is_component and not is_map_of_names and needs_name(node):
        yield pointer
    for key, member in node.items():
        if key not in ("example", "examples", "default", "const"):
            yield from unnamed(member, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")


with open(sys.argv[1], encoding="utf-8") as file:
    found = list(unnamed(json.load(file), "#"))
for place in found:
    print(f"error: a generator must invent a name for {place}: make it a component", file=sys.stderr)
sys.exit(1 if found else 0)
