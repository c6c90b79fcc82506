"""Inception v4 (Szegedy et al., 2016), figures 3 to 9 of the paper; without the auxiliary classifier, which only training uses."""

import tensorflow as tf

from layers import Layers

# A convolution in words: height, width, channels; a stride of 2 and no padding where it says so.
Step = tuple


class _Inception:
    def __init__(self, layers: Layers):
        self._layers = layers
        self._made = 0

    def convolution(self, x, height: int, width: int, channels: int, stride: int = 1, padding: str = "SAME") -> tf.Tensor:
        name = f"convolution{self._made}"
        self._made += 1
        y = self._layers.convolution(x, name, f"{name}.norm", (height, width), channels, stride, padding)
        return tf.nn.relu(y)

    def chain(self, x, *steps: Step) -> tf.Tensor:
        for step in steps:
            x = self.convolution(x, *step)
        return x

    def pooled(self, x, channels: int) -> tf.Tensor:
        return self.convolution(tf.nn.avg_pool2d(x, 3, 1, "SAME"), 1, 1, channels)

    def stem(self, x) -> tf.Tensor:
        x = self.chain(x, (3, 3, 32, 2, "VALID"), (3, 3, 32, 1, "VALID"), (3, 3, 64))
        x = tf.concat([_halved(x), self.convolution(x, 3, 3, 96, 2, "VALID")], 3)
        short = self.chain(x, (1, 1, 64), (3, 3, 96, 1, "VALID"))
        long = self.chain(x, (1, 1, 64), (7, 1, 64), (1, 7, 64), (3, 3, 96, 1, "VALID"))
        x = tf.concat([short, long], 3)
        return tf.concat([self.convolution(x, 3, 3, 192, 2, "VALID"), _halved(x)], 3)

    def block_a(self, x) -> tf.Tensor:
        return tf.concat(
            [
                self.pooled(x, 96),
                self.convolution(x, 1, 1, 96),
                self.chain(x, (1, 1, 64), (3, 3, 96)),
                self.chain(x, (1, 1, 64), (3, 3, 96), (3, 3, 96)),
            ],
            3,
        )

    def reduction_a(self, x) -> tf.Tensor:
        deep = self.chain(x, (1, 1, 192), (3, 3, 224), (3, 3, 256, 2, "VALID"))
        return tf.concat([_halved(x), self.convolution(x, 3, 3, 384, 2, "VALID"), deep], 3)

    def block_b(self, x) -> tf.Tensor:
        return tf.concat(
            [
                self.pooled(x, 128),
                self.convolution(x, 1, 1, 384),
                self.chain(x, (1, 1, 192), (1, 7, 224), (7, 1, 256)),
                self.chain(x, (1, 1, 192), (1, 7, 192), (7, 1, 224), (1, 7, 224), (7, 1, 256)),
            ],
            3,
        )

    def reduction_b(self, x) -> tf.Tensor:
        short = self.chain(x, (1, 1, 192), (3, 3, 192, 2, "VALID"))
        long = self.chain(x, (1, 1, 256), (1, 7, 256), (7, 1, 320), (3, 3, 320, 2, "VALID"))
        return tf.concat([_halved(x), short, long], 3)

    def block_c(self, x) -> tf.Tensor:
        short = self.convolution(x, 1, 1, 384)
        long = self.chain(x, (1, 1, 384), (1, 3, 448), (3, 1, 512))
        forks = [self.convolution(branch, *kernel, 256) for branch in (short, long) for kernel in ((1, 3), (3, 1))]
        return tf.concat([self.pooled(x, 256), self.convolution(x, 1, 1, 256), *forks], 3)


def _halved(x) -> tf.Tensor:
    return tf.nn.max_pool2d(x, 3, 2, "VALID")


def logits(layers: Layers, image: tf.Tensor, classes: int) -> tf.Tensor:
    network = _Inception(layers)
    hidden = network.stem(image)
    for _ in range(4):
        hidden = network.block_a(hidden)
    hidden = network.reduction_a(hidden)
    for _ in range(7):
        hidden = network.block_b(hidden)
    hidden = network.reduction_b(hidden)
    for _ in range(3):
        hidden = network.block_c(hidden)
    return layers.dense(tf.reduce_mean(hidden, (1, 2)), "classes", classes)
