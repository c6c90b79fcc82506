"""Makes one of NETWORKS with random weights as ONNX, and holds its bytes and outputs against the golden ones; see scripts/README.md.

Prints what it is as one line of JSON. The model appears under its name only after it was run.
"""

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

import numpy as np
import onnxruntime

from layers import Layers, Values
from networks import CLASSES, NETWORKS, Network

PICTURES = 4
CHOSEN = [0, 1, 2, 250, 500, 750, 998, 999]
# Of the largest output: processors add up in different orders.
TOLERANCE = 1e-4


def picture(network: Network, number: int) -> np.ndarray:
    """A pattern that any program can make, as pixels less their mean; another one for each number."""
    channel, y, x = np.meshgrid(np.arange(3), np.arange(network.size), np.arange(network.size), indexing="ij")
    pixels = (x * y * (number + 1) // 16 + x * (7 - number) + y * (number + 2) + channel * 50 * (number + 1)) % 256
    # Exact in float32.
    return ((pixels - 128) / (64 if network.divided else 1)).astype(np.float32)[None]


def run(path: Path, network: Network) -> np.ndarray:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    rows = [session.run(None, {network.input_name: picture(network, number)})[0] for number in range(PICTURES)]
    return np.concatenate(rows)


def record_of(outputs: np.ndarray, sha256: str) -> dict[str, object]:
    rows = [
        {
            "argmax": int(row.argmax()),
            "max": float(row.max()),
            "deviation": float(row.std(dtype=np.float64)),
            "chosen": [float(row[index]) for index in CHOSEN],
        }
        for row in outputs
    ]
    return {"sha256": sha256, "onnxruntime": onnxruntime.__version__, "indices": CHOSEN, "pictures": rows}


def problems_of(outputs: np.ndarray) -> list[str]:
    """What makes it no stand-in for a trained model; nothing where it is one."""
    if outputs.shape != (PICTURES, CLASSES) or not np.isfinite(outputs).all():
        return [f"the outputs are {outputs.shape}, or not numbers"]
    if len(set(outputs.argmax(1).tolist())) < PICTURES:
        return ["the answers hardly depend on the picture"]
    return []


def differences(record: dict, golden: dict) -> list[str]:
    found = [] if record["sha256"] == golden["sha256"] else [f"SHA-256 {record['sha256']}, expected {golden['sha256']}"]
    for number, (row, expected) in enumerate(zip(record["pictures"], golden["pictures"], strict=True)):
        largest = max(abs(value) for value in [expected["max"], *expected["chosen"]])
        wrong = np.abs(np.subtract(row["chosen"], expected["chosen"])).max() > TOLERANCE * largest
        if wrong or row["argmax"] != expected["argmax"]:
            found.append(f"picture {number}: {row}, expected {expected}")
    return found


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", choices=NETWORKS, required=True)
    parser.add_argument("--golden", type=Path, required=True, help="what it has to be and to answer")
    parser.add_argument("--record", action="store_true", help="write that anew")
    parser.add_argument("--out", type=Path, required=True, help="the model")
    return parser.parse_args()


def make(network: Network, name: str, path: Path) -> tuple[Layers, str]:
    """Writes the model; returns its layers and its SHA-256."""
    layers = Layers(network.seed)
    image = Values(network.input_name, 3, network.size)
    model = layers.model(name, image, network.build(layers, image))
    if layers.parameters != network.parameters:
        raise SystemExit(f"{name} has {layers.parameters} parameters, the published one {network.parameters}")
    content = model.SerializeToString(deterministic=True)
    path.write_bytes(content)
    return layers, hashlib.sha256(content).hexdigest()


def main() -> int:
    arguments = parse_arguments()
    network = NETWORKS[arguments.network]
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    temporary = arguments.out.with_name(f"{arguments.out.name}.{os.getpid()}.tmp")
    try:
        layers, sha256 = make(network, arguments.network, temporary)
        outputs = run(temporary, network)
        record = record_of(outputs, sha256)
        problems = problems_of(outputs)
        if arguments.record:
            arguments.golden.parent.mkdir(parents=True, exist_ok=True)
            arguments.golden.write_text(json.dumps(record, indent=2) + "\n")
        else:
            problems += differences(record, json.loads(arguments.golden.read_text()))
        if problems:
            print("\n".join([f"{arguments.network} cannot be used:", *problems]), file=sys.stderr)
            return 1
        temporary.replace(arguments.out)
    finally:
        temporary.unlink(missing_ok=True)
    print(json.dumps({"parameters": layers.parameters, "multiplications": layers.multiplications}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
