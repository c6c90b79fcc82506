"""int8: the range of every activation over the calibration set, and weights and biases on the resulting scales."""

from dataclasses import dataclass

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from flatbuffer import Quantization
from network import INPUT_NAME, Convolution
from photographs import MEAN, STD, normalise

INT8_MIN, INT8_MAX = -128, 127
INT32_LIMIT = 2**30


@dataclass(frozen=True)
class ActivationRange:
    low: float
    high: float

    def quantization(self) -> Quantization:
        """Asymmetric int8 over the range, which is widened so that 0 is exact (padding is 0)."""
        low, high = min(self.low, 0.0), max(self.high, 0.0)
        scale = (high - low) / (INT8_MAX - INT8_MIN)
        if scale == 0.0:
            raise ValueError("an activation is 0 over the whole calibration set")
        zero_point = int(np.clip(round(INT8_MIN - low / scale), INT8_MIN, INT8_MAX))
        return Quantization(np.float64(scale), np.int64(zero_point))


# Every pixel value is its own step: scale 1/128 and zero point 127 - 128, so the model takes raw uint8 pixels.
INPUT_RANGE = ActivationRange((0 - MEAN) / STD, (255 - MEAN) / STD)


def calibrate(float_model: bytes, layer_names: list[str], inputs: list[np.ndarray]) -> dict[str, ActivationRange]:
    """Smallest and largest value of each layer's output over all inputs."""
    # Without the default delegate: it keeps intermediate tensors to itself.
    interpreter = Interpreter(
        model_content=float_model,
        num_threads=2,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
        experimental_preserve_all_tensors=True,
    )
    interpreter.allocate_tensors()
    index = {detail["name"]: detail["index"] for detail in interpreter.get_tensor_details()}
    low = dict.fromkeys(layer_names, np.inf)
    high = dict.fromkeys(layer_names, -np.inf)
    for pixels in inputs:
        interpreter.set_tensor(interpreter.get_input_details()[0]["index"], normalise(pixels))
        interpreter.invoke()
        for name in layer_names:
            values = interpreter.get_tensor(index[name])
            low[name] = min(low[name], float(values.min()))
            high[name] = max(high[name], float(values.max()))
    ranges = {name: ActivationRange(_rounded(low[name]), _rounded(high[name])) for name in layer_names}
    return {INPUT_NAME: INPUT_RANGE, **ranges}


def _rounded(value: float) -> float:
    # Processors differ in a float's last digits; three digits of a range keep the file the same on all of them.
    return float(f"{value:.3g}")


def quantize_parameters(layer: Convolution, source: Quantization):
    """(weights, their quantization), (bias, its quantization) for an input on the scale of `source`."""
    axis = 3 if layer.kind == "depthwise" else 0
    weight = layer.weight.astype(np.float64)
    others = tuple(i for i in range(weight.ndim) if i != axis)
    scale = np.abs(weight).max(axis=others)
    if layer.kind == "dense":
        # One scale for the classifier: per-channel dense layers need operator version 12, which readers from before
        # 2024 refuse; its rows are of like size, so it costs nothing measurable.
        scale = np.full_like(scale, scale.max())
    # A channel whose weights are (almost) all 0 must still hold its bias in int32.
    smallest = np.abs(layer.bias) / (float(source.scale) * INT32_LIMIT)
    scale = np.maximum(np.maximum(scale / INT8_MAX, smallest), np.finfo(np.float32).tiny)
    # What the file stores is float32: quantize with the stored scale, not with a finer one.
    scale = scale.astype(np.float32).astype(np.float64)

    per_axis = scale.reshape([-1 if i == axis else 1 for i in range(weight.ndim)])
    quantized = np.clip(np.rint(weight / per_axis), -INT8_MAX, INT8_MAX).astype(np.int8)
    bias_scale = np.float64(np.float32(source.scale)) * scale
    bias = np.rint(layer.bias / bias_scale).astype(np.int32)
    if layer.kind == "dense":
        scale, bias_scale = scale[:1], bias_scale[:1]
    zeros = np.zeros(scale.shape, np.int64)
    return (quantized, Quantization(scale, zeros, axis if scale.size > 1 else 0)), (bias, Quantization(bias_scale, zeros))
