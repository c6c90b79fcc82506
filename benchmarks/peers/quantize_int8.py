"""Makes an int8 .onnx model for onnxruntime of a float32 one: quantize_int8.py FLOAT.onnx PICTURES.npy OUT.onnx

By onnxruntime's own quantizer, in the form that is its fastest on x64: Q/DQ, unsigned activations, signed weights with a scale for each
channel. (Of EfficientNet-Lite0 its optimizer leaves nothing in float32; signed activations, or unsigned weights in Q/DQ, take two to ten
times as long.) The input then takes a picture's bytes as they are: what normalises them is the scale of the first quantization.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

MEAN, STD = 127, 128
PHOTOGRAPHS = 6
# What int8 may change of a probability.
TOLERANCE = 0.1


def normalise(pixels: np.ndarray) -> np.ndarray:
    return ((pixels.astype(np.float32) - MEAN) / STD)[None]


class Pictures(CalibrationDataReader):
    def __init__(self, name: str, pictures: np.ndarray):
        self.waiting = iter({name: normalise(pixels)} for pixels in pictures)

    def get_next(self):
        return next(self.waiting, None)


def take_bytes(model: onnx.ModelProto) -> None:
    """Takes away the quantization of the input, whose result is the picture's bytes again."""
    (graph_input,) = model.graph.input
    (transpose,) = (node for node in model.graph.node if graph_input.name in node.input)
    (quantize,) = (node for node in model.graph.node if transpose.output[0] in node.input)
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    scale, zero_point = (constants[name] for name in quantize.input[1:])
    found = (transpose.op_type, quantize.op_type, float(scale), int(zero_point))
    assert found == ("Transpose", "QuantizeLinear", 1 / STD, MEAN), found
    transpose.output[:] = quantize.output
    model.graph.node.remove(quantize)
    # What the quantizer noted of the float values between.
    del model.graph.value_info[:]
    graph_input.type.tensor_type.elem_type = onnx.TensorProto.UINT8


def probabilities(model: bytes, pictures: list[np.ndarray]) -> np.ndarray:
    session = onnxruntime.InferenceSession(model)
    (name,) = (value.name for value in session.get_inputs())
    logits = np.concatenate([session.run(None, {name: picture})[0] for picture in pictures])
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def main() -> int:
    float32, target = Path(sys.argv[1]), Path(sys.argv[3])
    photographs, crops = np.split(np.load(sys.argv[2]), [PHOTOGRAPHS])
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        prepared, quantized = Path(folder, "prepared.onnx"), Path(folder, "quantized.onnx")
        # The shapes of such a model need no symbols.
        quant_pre_process(float32, prepared, skip_symbolic_shape=True)
        (graph_input,) = onnx.load(prepared).graph.input
        quantize_static(
            prepared,
            quantized,
            Pictures(graph_input.name, crops),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
        )
        model = onnx.load(quantized)
    take_bytes(model)
    onnx.checker.check_model(model)
    content = model.SerializeToString(deterministic=True)
    expected = probabilities(float32.read_bytes(), [normalise(pixels) for pixels in photographs])
    found = probabilities(content, [pixels[None] for pixels in photographs])
    best = expected.argmax(axis=1)
    apart = np.abs(found - expected).max()
    if (found.argmax(axis=1) != best).any() or apart > TOLERANCE:
        print(f"Labels {found.argmax(axis=1)} instead of {best}, probabilities differ by {apart}", file=sys.stderr)
        return 1
    temporary = target.with_suffix(".tmp")
    temporary.write_bytes(content)
    temporary.replace(target)
    print(f"labels as in float32, probabilities differ by {apart:.3f} at most")
    return 0


sys.exit(main())
