"""Four image classifiers as their papers describe them, in the form in which they are published for TensorRT."""

from dataclasses import dataclass
from typing import Callable

from layers import Layers, Values

CLASSES = 1000
# With logits a few units apart, the first probability of a thousand is some tenths, as it is of a trained network.
LOGIT_GAIN = 1.0
# Pixels less their mean, where nothing divides them.
PIXEL_GAIN = 1 / 60


def _alexnet(layers: Layers, x: Values) -> Values:
    """Krizhevsky, Sutskever, Hinton 2012; normalised before it is pooled."""
    relu = layers.relu
    x = relu(layers.convolution("conv1", x, 96, 11, stride=4, gain=PIXEL_GAIN))
    x = layers.max_pool("pool1", layers.normalised("norm1", x), 3, 2)
    x = relu(layers.convolution("conv2", x, 256, 5, pad=2, groups=2))
    x = layers.max_pool("pool2", layers.normalised("norm2", x), 3, 2)
    x = relu(layers.convolution("conv3", x, 384, 3, pad=1))
    x = relu(layers.convolution("conv4", x, 384, 3, pad=1, groups=2))
    x = relu(layers.convolution("conv5", x, 256, 3, pad=1, groups=2))
    x = layers.flat("flat", layers.max_pool("pool5", x, 3, 2))
    x = relu(layers.dense("fc6", x, 4096))
    x = relu(layers.dense("fc7", x, 4096))
    return layers.softmax("prob", layers.dense("fc8", x, CLASSES, LOGIT_GAIN))


# Channels of each: 1×1; before the 3×3, 3×3; before the 5×5, 5×5; after the pooling.
_INCEPTIONS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def _inception(layers: Layers, name: str, x: Values) -> Values:
    one, before_three, three, before_five, five, pooled = _INCEPTIONS[name]

    def convolution(part: str, of: Values, channels: int, kernel: int) -> Values:
        return layers.relu(layers.convolution(f"inception_{name}.{part}", of, channels, kernel, pad=kernel // 2))

    parts = [
        convolution("1x1", x, one, 1),
        convolution("3x3", convolution("3x3_reduce", x, before_three, 1), three, 3),
        convolution("5x5", convolution("5x5_reduce", x, before_five, 1), five, 5),
        convolution("pool_proj", layers.max_pool(f"inception_{name}.pool", x, 3, 1, 1), pooled, 1),
    ]
    return layers.concatenated(f"inception_{name}.output", parts)


def _googlenet(layers: Layers, x: Values) -> Values:
    """Szegedy et al. 2014, without the two side exits that only training has."""
    relu = layers.relu
    x = relu(layers.convolution("conv1", x, 64, 7, stride=2, pad=3, gain=PIXEL_GAIN))
    x = layers.normalised("norm1", layers.max_pool("pool1", x, 3, 2, ceil=True))
    x = relu(layers.convolution("conv2_reduce", x, 64, 1))
    x = relu(layers.convolution("conv2", x, 192, 3, pad=1))
    x = layers.max_pool("pool2", layers.normalised("norm2", x), 3, 2, ceil=True)
    for name in _INCEPTIONS:
        x = _inception(layers, name, x)
        if name in ("3b", "4e"):
            x = layers.max_pool(f"pool_{name}", x, 3, 2, ceil=True)
    x = layers.flat("flat", layers.average("pool5", x))
    return layers.softmax("prob", layers.dense("classifier", x, CLASSES, 3 * LOGIT_GAIN))


def _resnet_18(layers: Layers, x: Values) -> Values:
    """He et al. 2015, with batch norms of their own, as it is exported."""

    def convolution(name: str, of: Values, channels: int, kernel: int, stride: int, gain: float = 1.0) -> Values:
        made = layers.convolution(name, of, channels, kernel, stride=stride, pad=kernel // 2, bias=False)
        return layers.batch_norm(f"{name}.bn", made, gain)

    # Pixels divided by their deviation come in: there is no ReLU before.
    x = layers.relu(convolution("conv1", x, 64, 7, 2, gain=0.6))
    x = layers.max_pool("maxpool", x, 3, 2, 1)
    for stage, channels in enumerate((64, 128, 256, 512), 1):
        for block in range(2):
            name = f"layer{stage}.{block}"
            stride = 2 if stage > 1 and block == 0 else 1
            y = layers.relu(convolution(f"{name}.conv1", x, channels, 3, stride))
            y = convolution(f"{name}.conv2", y, channels, 3, 1)
            if stride == 2:
                x = convolution(f"{name}.downsample", x, channels, 1, stride)
            x = layers.relu(layers.sum(f"{name}.sum", x, y))
    x = layers.flat("flat", layers.average("avgpool", x))
    return layers.dense("fc", x, CLASSES, 0.8 * LOGIT_GAIN, output="output_0")


def _vgg_16(layers: Layers, x: Values) -> Values:
    """Simonyan, Zisserman 2014, their configuration D."""
    for stage, (count, channels) in enumerate([(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)], 1):
        for number in range(1, count + 1):
            gain = PIXEL_GAIN if stage == number == 1 else 1.0
            x = layers.relu(layers.convolution(f"conv{stage}_{number}", x, channels, 3, pad=1, gain=gain))
        x = layers.max_pool(f"pool{stage}", x, 2, 2)
    x = layers.flat("flat", x)
    x = layers.relu(layers.dense("fc6", x, 4096))
    x = layers.relu(layers.dense("fc7", x, 4096))
    return layers.softmax("prob", layers.dense("fc8", x, CLASSES, LOGIT_GAIN))


@dataclass(frozen=True)
class Network:
    build: Callable[[Layers, Values], Values]
    input_name: str
    size: int
    # Of the published models.
    parameters: int
    seed: int
    # Whether pixels are divided by their deviation, or only less their mean.
    divided: bool = False


NETWORKS = {
    "alexnet": Network(_alexnet, "data", 227, 60_965_224, 11),
    "googlenet": Network(_googlenet, "data", 224, 6_998_552, 12),
    "resnet-18": Network(_resnet_18, "input_0", 224, 11_689_512, 13, divided=True),
    "vgg-16": Network(_vgg_16, "data", 224, 138_357_544, 14),
}
