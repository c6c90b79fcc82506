"""Makes one of NETWORKS with random weights, as full-integer int8 with uint8 in and out; see scripts/README.md.

Prints what it is as one line of JSON. The model appears under its name only after it was run.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

sys.path.append(str(Path(__file__).resolve().parents[1] / "efficientnet-lite"))

from convert import to_int8  # noqa: E402
from golden import Model  # noqa: E402
from layers import Layers, trace  # noqa: E402
from networks import CLASSES, NETWORKS, Network  # noqa: E402
from photographs import PHOTOGRAPHS, calibration_inputs, normalise  # noqa: E402
from random_weights import RandomWeights  # noqa: E402

# Enough for ranges that nothing depends on: the values of a random network lie everywhere alike.
CROPS_OF_EACH = 2


def make_model(network: Network, crops: list[np.ndarray]) -> tuple[bytes, Layers]:
    """The model's file, and the layers that were counted."""
    weights = RandomWeights(network.seed)
    samples = [normalise(pixels) for pixels in crops]
    network.logits(Layers(weights), tf.constant(np.concatenate(samples[::CROPS_OF_EACH])), CLASSES)
    layers = Layers(weights)
    # The published models end in a softmax, unlike EfficientNet-Lite.
    function = trace(
        lambda image: {"probabilities": tf.nn.softmax(network.logits(layers, image, CLASSES))}, network.input_size
    )
    layers.require(network.published)
    return to_int8(function, samples), layers


def problems_of(content: bytes, pictures: list[np.ndarray]) -> list[str]:
    """What makes it no stand-in for a trained model; nothing where it is one."""
    model = Model(content)
    if not model.takes_raw_pixels():
        return ["the input is not on the scale of raw pixels"]
    outputs = [model.run(pixels) for pixels in pictures]
    if any(output.values.dtype != np.uint8 or output.values.shape != (CLASSES,) for output in outputs):
        return [f"the output is {outputs[0].values.dtype} {outputs[0].values.shape}"]
    if len({int(output.values.argmax()) for output in outputs}) < len(outputs) / 2:
        return ["the answers hardly depend on the picture"]
    return []


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", choices=NETWORKS, required=True)
    parser.add_argument("--photographs", type=Path, required=True, help="folder of the sample photographs")
    parser.add_argument("--out", type=Path, required=True, help="the model")
    return parser.parse_args()


def main() -> int:
    arguments = parse_arguments()
    network = NETWORKS[arguments.network]
    crops = calibration_inputs(arguments.photographs, network.input_size, network.short_side, CROPS_OF_EACH)
    content, layers = make_model(network, crops)
    pictures = crops[::CROPS_OF_EACH]
    assert len(pictures) == len(PHOTOGRAPHS)
    if problems := problems_of(content, pictures):
        print("\n".join([f"{arguments.network} cannot be used:", *problems]), file=sys.stderr)
        return 1
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    temporary = arguments.out.with_suffix(".tmp")
    temporary.write_bytes(content)
    temporary.replace(arguments.out)
    print(json.dumps({"parameters": layers.parameters, "multiplications": layers.multiplications, "bytes": len(content)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
