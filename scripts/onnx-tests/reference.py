"""Which of ONNX's tests of its operators Python's onnxruntime fails: reference.py FOLDER, prints JSON.

Each test is a folder with a model and sets of inputs and outputs. Compared as onnx.backend.test compares: same dtype and shape,
|found - expected| <= 1e-7 + 1e-3 * |expected|.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

RELATIVE = 1e-3
ABSOLUTE = 1e-7
# Fatal ones only: a test that fails is a result here.
LOG_SEVERITY = 4


def load(path: Path, value_type: onnx.TypeProto):
    data = path.read_bytes()
    if value_type.HasField("sequence_type"):
        sequence = onnx.SequenceProto.FromString(data)
        return numpy_helper.to_list(sequence)
    if value_type.HasField("optional_type"):
        optional = onnx.OptionalProto.FromString(data)
        return numpy_helper.to_optional(optional)
    return numpy_helper.to_array(onnx.TensorProto.FromString(data))


def compare(expected, found) -> None:
    if expected is None:
        assert found is None
    elif isinstance(expected, list):
        assert isinstance(found, list) and len(expected) == len(found)
        for pair in zip(expected, found):
            compare(*pair)
    else:
        expected, found = np.asarray(expected), np.asarray(found)
        assert expected.shape == found.shape
        assert expected.dtype == found.dtype
        if expected.dtype.kind in "OUS":
            np.testing.assert_array_equal(found, expected)
        else:
            np.testing.assert_allclose(found, expected, rtol=RELATIVE, atol=ABSOLUTE)


def run(case: Path) -> None:
    graph = onnx.load(str(case / "model.onnx")).graph
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = LOG_SEVERITY
    session = onnxruntime.InferenceSession(
        str(case / "model.onnx"), options, providers=["CPUExecutionProvider"]
    )
    for data in sorted(case.glob("test_data_set_*")):
        # An input without a file is optional, or has a default in the model.
        inputs = {
            value.name: load(data / f"input_{index}.pb", value.type)
            for index, value in enumerate(graph.input)
            if (data / f"input_{index}.pb").exists()
        }
        found = session.run(None, inputs)
        for index, value in enumerate(graph.output):
            compare(load(data / f"output_{index}.pb", value.type), found[index])


def main() -> None:
    onnxruntime.set_default_logger_severity(LOG_SEVERITY)
    cases = sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_dir())
    failing = []
    for case in cases:
        try:
            run(case)
        except Exception:  # noqa: BLE001 - whatever it is, the test did not pass
            failing.append(case.name)
    versions = {"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__, "numpy": np.__version__}
    print(json.dumps({"versions": versions, "cases": len(cases), "failing": failing}))


main()
