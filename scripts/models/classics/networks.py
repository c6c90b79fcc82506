"""The networks of published comparisons whose trained weights cannot be had from a package registry."""

from dataclasses import dataclass
from functools import partial
from typing import Callable

import tensorflow as tf

import efficientnet_edgetpu
import inception_v4
import mobilenet
from layers import Layers, Published

# All of them were trained with a first class "background", which stands for no class of ImageNet.
CLASSES = 1001


@dataclass(frozen=True)
class Network:
    input_size: int
    # Of the photograph, of which the middle is cut out.
    short_side: int
    logits: Callable[[Layers, tf.Tensor, int], tf.Tensor]
    published: Published
    seed: int


def _edgetpu(size: int, width: float, depth: float, published: Published, seed: int) -> Network:
    logits = partial(efficientnet_edgetpu.logits, width=width, depth=depth)
    return Network(size, size + 32, logits, published, seed)


NETWORKS = {
    "mobilenet_v1_1.0_224": Network(224, 256, mobilenet.v1, Published(4.2, 569), 1),
    "mobilenet_v2_1.0_224": Network(224, 256, mobilenet.v2, Published(3.5, 300), 2),
    "inception_v4_299": Network(299, 342, inception_v4.logits, Published(42.7, 12_300), 3),
    # Their authors say the parameters alone; the multiplications are half the operations that Hailo counts in the published models.
    "efficientnet_edgetpu_s": _edgetpu(224, 1.0, 1.0, Published(5.4, 2_360), 4),
    "efficientnet_edgetpu_m": _edgetpu(240, 1.0, 1.1, Published(6.9, 3_660), 5),
    "efficientnet_edgetpu_l": _edgetpu(300, 1.2, 1.4, Published(10.6, 9_700), 6),
}
