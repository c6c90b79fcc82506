"""Writes which of ONNX's operators take float32, float16 and bfloat16, from the schemas that the onnx package has.

    .cache/python/onnx/bin/python scripts/operator-types/operator_types.py packages/model/src/onnx/cast/operator-types.json

What a line says is told in packages/model/src/onnx/cast/operator-types.ts, which reads it.
"""

import json
import sys

from onnx import defs

FLAGS = (("tensor(float)", "f"), ("tensor(float16)", "h"), ("tensor(bfloat16)", "b"))


def signature(schema):
    allowed = {c.type_param_str: list(c.allowed_type_strs) for c in schema.type_constraints}
    letters = {}

    def word(parameter):
        types = allowed.get(parameter.type_str, [parameter.type_str])
        if "tensor(float)" in types:
            if parameter.type_str not in letters:
                letters[parameter.type_str] = chr(ord("A") + len(letters))
                flags = "".join(flag for name, flag in FLAGS if name in types)
                others = "+" if any(name not in (known for known, _ in FLAGS) for name in types) else ""
                text = f"{letters[parameter.type_str]}:{flags}{others}"
            else:
                text = letters[parameter.type_str]
        elif all(name.startswith("tensor(") for name in types):
            text = "-"
        else:
            text = "?"
        is_variadic = parameter.option == defs.OpSchema.FormalParameterOption.Variadic
        return text + ("*" if is_variadic else "")

    inputs = " ".join(word(parameter) for parameter in schema.inputs)
    outputs = " ".join(word(parameter) for parameter in schema.outputs)
    return f"{inputs} > {outputs}".strip()


def main():
    operators = {}
    for schema in sorted(defs.get_all_schemas_with_history(), key=lambda s: (s.name, s.since_version)):
        if schema.domain != "":
            continue
        versions = operators.setdefault(schema.name, {})
        text = signature(schema)
        if not versions or list(versions.values())[-1] != text:
            versions[schema.since_version] = text
    # One to a line, whatever it is long: a diff then tells which operator changed.
    lines = [f"  {json.dumps(name)}: {json.dumps(versions)}" for name, versions in operators.items()]
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        file.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
