"""Makes the models that tests run and compares Python's answers with the golden ones; see scripts/README.md."""

import argparse
import json
import sys
from pathlib import Path

# What fits: float32 sums in another order, and the same in a network of 50 layers.
TINY, NETWORK = 1e-5, 1e-4
# Other kernels, such as another processor has, decide otherwise over steps of the activations: see test/golden/runtime/README.md.
DYNAMIC_RANGE = 0.015


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--modules", type=Path, required=True, help="folder with onnx and tf2onnx")
    parser.add_argument("--weights", type=Path, required=True, help="the legacy PyTorch checkpoint")
    parser.add_argument("--lite0", type=Path, required=True, help="folder of the default model")
    parser.add_argument("--golden", type=Path, required=True, help="folder of the golden outputs")
    parser.add_argument("--tiny", type=Path, required=True, help="folder for the tiny models")
    parser.add_argument("--variants", type=Path, required=True, help="folder for the variants of the default model")
    parser.add_argument("--record", action="store_true", help="write the golden outputs instead of checking them")
    return parser.parse_args()


def write_file(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_bytes(content)
    temporary.replace(path)


def tiny_groups() -> dict:
    from converted import converted_cases
    from written_dtypes import dtype_cases
    from written_graphs import graph_cases
    from written_refusals import refused_cases

    cases = {"dtypes": dtype_cases(), "graphs": graph_cases(), "converted": converted_cases()}
    everything = [case for group in cases.values() for case in group]
    cases = {name: [case for case in group if case.refused is None] for name, group in cases.items()}
    return {**cases, "refused": [*refused_cases(), *(case for case in everything if case.refused is not None)]}


def lite0_golden(models: Path, variants: dict[str, bytes]) -> dict[str, dict]:
    import lite0

    pictures = lite0.read_pictures(models / "inputs")
    float32, int8 = ((models / f"efficientnet_lite0_{kind}.tflite").read_bytes() for kind in ("fp32", "int8"))
    first = pictures[lite0.PICTURES[0]]
    return {
        "lite0-variants": {kind: lite0.logits(variants[kind], pictures) for kind in ("fp16", "dynamicRange")},
        "lite0-resized": {"fp32": lite0.resized(float32)},
        "lite0-intermediates": {
            "fp32": lite0.intermediates(float32, first),
            "int8": lite0.intermediates(int8, first),
        },
    }


def problems_in(golden: Path, records: dict[str, dict]) -> list[str]:
    from compare import differences

    problems = []
    for name, record in records.items():
        expected = json.loads((golden / f"{name}.json").read_text(encoding="utf-8"))
        # Through JSON as well, so that both sides have been written and read.
        found = json.loads(json.dumps(record))
        if name != "lite0-variants":
            problems += differences(found, expected, name, NETWORK if name.startswith("lite0") else TINY)
            continue
        for kind, allowed in (("fp16", NETWORK), ("dynamicRange", DYNAMIC_RANGE)):
            problems += differences(found[kind], expected[kind], f"{name}.{kind}", allowed)
    return problems


def main() -> int:
    arguments = parse_arguments()
    sys.path.append(str(arguments.modules))
    from runs import record
    from variants import FILES, make_variants

    groups = tiny_groups()
    variants = make_variants(arguments.weights, arguments.lite0 / "efficientnet_lite0_fp32.tflite")
    records: dict[str, dict] = {
        name: {"cases": [record(case) for case in cases]} for name, cases in groups.items()
    }
    records |= lite0_golden(arguments.lite0, variants)
    if arguments.record:
        for name, content in records.items():
            write_file(arguments.golden / f"{name}.json", (json.dumps(content, indent=2) + "\n").encode())
    elif problems := problems_in(arguments.golden, records):
        print("\n".join(["The models do not give the golden outputs:", *problems[:40]]), file=sys.stderr)
        return 1
    for cases in groups.values():
        for case in cases:
            write_file(arguments.tiny / f"{case.name}.tflite", case.content)
    for kind, content in variants.items():
        write_file(arguments.variants / FILES[kind], content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
