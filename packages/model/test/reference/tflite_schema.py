"""Prints the fields and enums of LiteRT's generated schema as JSON, for the test of our own schema.

The generated code has one accessor for each field; slot, type and default are read from its source. A deprecated field has no accessor.
"""

import ast
import json
import re

import ai_edge_litert.schema_py_generated as schema

with open(schema.__file__, encoding="utf-8") as file:
    SOURCE = file.read()
CLASSES = {node.name: node for node in ast.parse(SOURCE).body if isinstance(node, ast.ClassDef)}


def field_of(accessor: ast.FunctionDef):
    """Slot, type and default of one accessor; None for anything else."""
    body = ast.get_source_segment(SOURCE, accessor)
    slot = re.search(r"self\._tab\.Offset\((\d+)\)", body)
    if slot is None or re.search(r"(AsNumpy|IsNone)$", accessor.name) or "VectorLen" in body:
        return None
    number = re.search(r"_tab\.Get\(flatbuffers\.number_types\.(\w+)Flags", body)
    table = re.search(r"obj = (\w+)\(\)", body)
    if "_tab.Union(" in body:
        kind = "union"
    elif "_tab.String(" in body:
        kind = "string"
    else:
        kind = table.group(1) if table else number.group(1)
    default = re.findall(r"return (.+)", body)[-1]
    return {
        "id": (int(slot.group(1)) - 4) // 2,
        "type": f"[{kind}]" if "_tab.Vector(" in body else kind,
        "default": ast.literal_eval(default) if "_tab.Vector(" not in body else None,
    }


def main():
    enums, tables = {}, {}
    for name, node in CLASSES.items():
        if name.endswith("T") and name[:-1] in CLASSES:
            continue  # the object API
        functions = [part for part in node.body if isinstance(part, ast.FunctionDef)]
        if not functions:
            enums[name] = {part.targets[0].id: ast.literal_eval(part.value) for part in node.body if isinstance(part, ast.Assign)}
            continue
        fields = {function.name: field_of(function) for function in functions}
        tables[name] = {field: facts for field, facts in fields.items() if facts is not None}
    print(json.dumps({"enums": enums, "tables": tables}))


main()
