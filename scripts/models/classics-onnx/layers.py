"""A network as an ONNX graph, layer by layer."""

from dataclasses import dataclass

import numpy as np
import onnx
from onnx import TensorProto, helper

from random_numbers import RandomNumbers

# The least that has all of the operators as they are now; TensorRT 10 and 11 read it.
OPSET = 13
IR_VERSION = 7


@dataclass(frozen=True)
class Values:
    """What a layer gives: so many channels of side × side values."""

    name: str
    channels: int
    side: int


class Layers:
    def __init__(self, seed: int):
        self._random = RandomNumbers(seed)
        self._nodes: list[onnx.NodeProto] = []
        self._weights: list[onnx.TensorProto] = []
        self.parameters = 0
        self.multiplications = 0

    def convolution(
        self, name: str, x: Values, channels: int, kernel: int, *, stride: int = 1, pad: int = 0, groups: int = 1, bias: bool = True,
        gain: float = 1.0,
    ) -> Values:
        weight = self._random.kernel((channels, x.channels // groups, kernel, kernel), gain)
        side = (x.side + 2 * pad - kernel) // stride + 1
        self.multiplications += weight.size * side * side
        inputs = [x.name, self._weight(f"{name}.weight", weight)]
        if bias:
            inputs.append(self._weight(f"{name}.bias", self._random.between(-0.05, 0.05, channels)))
        self._add(
            "Conv", name, inputs, group=groups, kernel_shape=[kernel, kernel], strides=[stride, stride], pads=[pad] * 4
        )
        return Values(name, channels, side)

    def batch_norm(self, name: str, x: Values, gain: float) -> Values:
        count = x.channels
        trained = [
            self._weight(f"{name}.weight", self._random.between(0.8 * gain, 1.2 * gain, count)),
            self._weight(f"{name}.bias", self._random.between(-0.1, 0.1, count)),
        ]
        # Not counted among the parameters, for they are not trained but averaged.
        averages = [
            self._constant(f"{name}.running_mean", self._random.between(-0.05, 0.05, count)),
            self._constant(f"{name}.running_var", self._random.between(0.9, 1.1, count)),
        ]
        self._add("BatchNormalization", name, [x.name, *trained, *averages], epsilon=1e-5)
        return Values(name, x.channels, x.side)

    def relu(self, x: Values) -> Values:
        self._add("Relu", f"{x.name}.relu", [x.name])
        return Values(f"{x.name}.relu", x.channels, x.side)

    def normalised(self, name: str, x: Values) -> Values:
        """Local response normalisation across five channels."""
        self._add("LRN", name, [x.name], size=5, alpha=1e-4, beta=0.75, bias=1.0)
        return Values(name, x.channels, x.side)

    def max_pool(self, name: str, x: Values, kernel: int, stride: int, pad: int = 0, ceil: bool = False) -> Values:
        room = x.side + 2 * pad - kernel
        side = (-(-room // stride) if ceil else room // stride) + 1
        self._add(
            "MaxPool", name, [x.name],
            kernel_shape=[kernel, kernel], strides=[stride, stride], pads=[pad] * 4, ceil_mode=int(ceil),
        )
        return Values(name, x.channels, side)

    def average(self, name: str, x: Values) -> Values:
        """Over the whole picture."""
        self._add("GlobalAveragePool", name, [x.name])
        return Values(name, x.channels, 1)

    def concatenated(self, name: str, parts: list[Values]) -> Values:
        self._add("Concat", name, [part.name for part in parts], axis=1)
        return Values(name, sum(part.channels for part in parts), parts[0].side)

    def sum(self, name: str, x: Values, y: Values) -> Values:
        self._add("Add", name, [x.name, y.name])
        return Values(name, x.channels, x.side)

    def flat(self, name: str, x: Values) -> Values:
        self._add("Flatten", name, [x.name], axis=1)
        return Values(name, x.channels * x.side * x.side, 1)

    def dense(self, name: str, x: Values, count: int, gain: float = 1.0, output: str | None = None) -> Values:
        weight = self._random.kernel((count, x.channels), gain)
        self.multiplications += weight.size
        inputs = [
            x.name, self._weight(f"{name}.weight", weight),
            self._weight(f"{name}.bias", self._random.between(-0.05, 0.05, count)),
        ]
        self._add("Gemm", name, inputs, output, transB=1)
        return Values(output or name, count, 1)

    def softmax(self, name: str, x: Values) -> Values:
        self._add("Softmax", name, [x.name], axis=1)
        return Values(name, x.channels, 1)

    def model(self, name: str, x: Values, y: Values) -> onnx.ModelProto:
        graph = helper.make_graph(
            self._nodes,
            name,
            [helper.make_tensor_value_info(x.name, TensorProto.FLOAT, [1, x.channels, x.side, x.side])],
            [helper.make_tensor_value_info(y.name, TensorProto.FLOAT, [1, y.channels])],
            self._weights,
        )
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION, producer_name="scripts/models/classics-onnx")
        words = "Random weights, for measurements of time: what it answers means nothing."
        model.doc_string = words
        helper.set_model_props(model, {"weights": "random"})
        return model

    def _weight(self, name: str, values: np.ndarray) -> str:
        self.parameters += values.size
        return self._constant(name, values)

    def _constant(self, name: str, values: np.ndarray) -> str:
        raw = np.ascontiguousarray(values, "<f4").tobytes()
        self._weights.append(helper.make_tensor(name, TensorProto.FLOAT, values.shape, raw, raw=True))
        return name

    def _add(self, operator: str, name: str, inputs: list[str], output: str | None = None, **attributes: object) -> None:
        self._nodes.append(helper.make_node(operator, inputs, [output or name], name, **attributes))
