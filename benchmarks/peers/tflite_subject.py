"""TensorFlow Lite from Python, as a subject of benchmarks.

    tflite_subject.py ai-edge-litert|tensorflow
"""

import sys

import numpy as np

from subject import Peer, manifest_of, pixels_of, serve, softmax


class TflitePeer(Peer):
    def __init__(self, runtime: str) -> None:
        self.runtime = runtime

    def load(self, request: dict) -> str:
        if self.runtime == "tensorflow":
            import tensorflow

            make, version = tensorflow.lite.Interpreter, f"tensorflow {tensorflow.__version__}"
        else:
            from importlib.metadata import version as version_of

            from ai_edge_litert.interpreter import Interpreter

            make, version = Interpreter, f"ai-edge-litert {version_of('ai-edge-litert')}"
        self.interpreter = make(model_path=request["model"], num_threads=request["threads"])
        details = self.interpreter.get_input_details()[0]
        if request["batch"] > 1:
            self.interpreter.resize_tensor_input(details["index"], [request["batch"], *details["shape"][1:]])
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]
        self.output = self.interpreter.get_output_details()[0]
        self.manifest = manifest_of(request["model"])
        self.draft = (request.get("options") or {}).get("draft", 2)
        self.prepared = {}
        return version

    def prepare(self, image: int) -> None:
        tensor = None if self.end_to_end else self.prepared.get(image)
        if tensor is None:
            tensor = self.prepared[image] = self.tensor_of(self.images[image])
        self.interpreter.set_tensor(self.input["index"], tensor)

    def tensor_of(self, path: str) -> np.ndarray:
        _, height, width, _ = self.input["shape"]
        pixels = pixels_of(path, height, width, self.manifest, self.draft)
        if self.input["dtype"] is np.uint8:
            return pixels[None]
        mean = np.asarray(self.manifest.get("mean", [0, 0, 0]), dtype=np.float32)
        std = np.asarray(self.manifest.get("std", [1, 1, 1]), dtype=np.float32)
        values = (pixels.astype(np.float32) - mean) / std
        if self.input["dtype"] is np.float32:
            return values[None]
        scale, zero = self.input["quantization"]
        return np.clip(np.round(values / scale) + zero, -128, 127).astype(np.int8)[None]

    def infer(self) -> None:
        self.interpreter.invoke()

    def scores(self) -> np.ndarray:
        values = self.interpreter.get_tensor(self.output["index"])[0].astype(np.float32)
        scale, zero = self.output["quantization"]
        if scale:
            values = (values - zero) * scale
        total = values.sum()
        is_probability = values.min() >= 0 and abs(total - 1) < 0.1
        return values if is_probability else softmax(values)


serve(TflitePeer(sys.argv[1]))
