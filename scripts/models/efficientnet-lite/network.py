"""EfficientNet-Lite as a TensorFlow function with the weights of the published PyTorch checkpoints."""

from dataclasses import dataclass
from pathlib import Path

from checkpoint import Checkpoint
from inverted_residuals import Shape, Stage, logits, scale
from layers import Layers, Published, trace


@dataclass(frozen=True)
class Lite:
    input_size: int
    width: float
    depth: float
    published: Published

    @property
    def short_side(self) -> int:
        """Of the photograph, of which the middle is cut out: the input's side and a margin of 16 pixels."""
        return self.input_size + 32


FAMILY = {
    "lite0": Lite(224, 1.0, 1.0, Published(4.7, 407, for_each_normalised=3)),
    "lite1": Lite(240, 1.0, 1.1, Published(5.4, 631, for_each_normalised=3)),
    "lite2": Lite(260, 1.1, 1.2, Published(6.1, 899, for_each_normalised=3)),
}

STEM_CHANNELS = 32
HEAD_CHANNELS = 1280
CLASSES = 1000
STAGES = (
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)


def _shape(lite: Lite) -> Shape:
    # Stem and head are as they are in all of them, and the outer stages are not repeated.
    stages = [scale(stage, lite.width, 1 if stage in (STAGES[0], STAGES[-1]) else lite.depth) for stage in STAGES]
    return Shape(STEM_CHANNELS, tuple(stages), HEAD_CHANNELS, CLASSES)


def build_network(name: str, weights: Path):
    """One of FAMILY, as a concrete function from `image` to logits.

    Every tensor of the checkpoint is used, and the network has the published size, or it is an error.
    """
    lite, checkpoint = FAMILY[name], Checkpoint(str(weights))
    layers, shape = Layers(checkpoint), _shape(lite)
    function = trace(lambda image: {"logits": logits(layers, image, shape)}, lite.input_size)
    checkpoint.require_all_used()
    layers.require(lite.published)
    return function
