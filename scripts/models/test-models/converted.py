"""Models that TensorFlow's converter makes: what users bring."""

import os
import tempfile

import numpy as np
import tensorflow as tf

from cases import Case, Run, numbers


def _convert(function, module=None, **settings) -> bytes:
    concrete = function.get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], module or tf.Module())
    for name, value in settings.items():
        setattr(converter, name, value)
    return converter.convert()


def _spec(shape, name: str, dtype=tf.float32) -> tf.TensorSpec:
    return tf.TensorSpec(shape, dtype, name)


# The converter calls an input NAME `serving_default_NAME:0`.
def _given(name: str) -> str:
    return f"serving_default_{name}:0"


def _resizable() -> Case:
    """Batch, height and width are the caller's."""
    kernel, dense = numbers((3, 3, 3, 4)) / 4, numbers((4, 5), seed=1)

    @tf.function(input_signature=[_spec((None, None, None, 3), "image")])
    def network(image):
        hidden = tf.nn.relu(tf.nn.conv2d(image, kernel, 2, "SAME"))
        return {"scores": tf.linalg.matmul(tf.reduce_mean(hidden, (1, 2)), dense)}

    shapes = [(1, 4, 4, 3), (2, 4, 4, 3), (1, 7, 5, 3), (3, 5, 8, 3), (1, 1, 1, 3)]
    name = _given("image")
    runs = [Run({name: numbers(shape, seed=seed)}) for seed, shape in enumerate(shapes)]
    of_signature = Run({"image": numbers((2, 3, 4, 3))}, signature="serving_default")
    return Case("resizable", _convert(network), [*runs, of_signature])


def _dynamic_batch() -> Case:
    @tf.function(input_signature=[_spec((None, 4), "rows"), _spec((4,), "offset")])
    def network(rows, offset):
        return {"rows": rows + offset, "largest": tf.reduce_max(rows, 1)}

    runs = [
        Run({_given("rows"): numbers((batch, 4), seed=batch), _given("offset"): numbers((4,))}) for batch in (1, 3, 8)
    ]
    return Case("dynamic_batch", _convert(network), runs)


_SELECTIONS = ([1, -1, 2, 0, 3, -2], [-1, -1, -1, -1, -1, -1], [1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 9])


def _where() -> Case:
    @tf.function(input_signature=[_spec((2, 3), "values")])
    def network(values):
        return {"places": tf.where(values > 0), "negative": -values}

    runs = [Run({_given("values"): np.array(values, np.float32).reshape(2, 3)}) for values in _SELECTIONS]
    return Case("dynamic_where", _convert(network), runs)


def _unique() -> Case:
    @tf.function(input_signature=[_spec((6,), "values", tf.int32)])
    def network(values):
        found, places = tf.unique(values)
        return {"found": found, "places": places}

    runs = [Run({_given("values"): np.array(values, np.int32)}) for values in _SELECTIONS]
    return Case("dynamic_unique", _convert(network), runs)


def _mask() -> Case:
    @tf.function(input_signature=[_spec((6, 2), "rows"), _spec((6,), "mask", tf.bool)])
    def network(rows, mask):
        return {"kept": tf.boolean_mask(rows, mask)}

    runs = [Run({_given("rows"): numbers((6, 2)), _given("mask"): np.array(values) > 0}) for values in _SELECTIONS]
    of_signature = Run({"rows": numbers((6, 2)), "mask": np.array(_SELECTIONS[0]) > 0}, signature="serving_default")
    return Case("dynamic_mask", _convert(network), [*runs, of_signature])


def _branches() -> Case:
    @tf.function(input_signature=[_spec((3,), "values"), _spec((), "upwards", tf.bool)])
    def network(values, upwards):
        return {"result": tf.cond(upwards, lambda: values * 2 + 1, lambda: -values)}

    runs = [Run({_given("values"): numbers((3,)), _given("upwards"): np.array(choice)}) for choice in (True, False)]
    return Case("control_if", _convert(network), runs)


def _loop() -> Case:
    @tf.function(input_signature=[_spec((), "count", tf.int32), _spec((2,), "start")])
    def network(count, start):
        def more(i, _value):
            return i < count

        def step(i, value):
            return i + 1, value * 2 + tf.cast(i, tf.float32)

        _, value = tf.while_loop(more, step, (tf.constant(0), start))
        return {"value": value}

    runs = [
        Run({_given("count"): np.array(count, np.int32), _given("start"): numbers((2,))}) for count in (0, 1, 5)
    ]
    return Case("control_while", _convert(network), runs)


class _Accumulator(tf.Module):
    def __init__(self):
        super().__init__()
        self.total = tf.Variable(np.zeros(2, np.float32), name="total")

    @tf.function(input_signature=[_spec((2,), "step")])
    def __call__(self, step):
        return {"total": self.total.assign_add(step)}


def _stateful() -> Case:
    """A variable that each run adds to: answers depend on the runs before."""
    module = _Accumulator()
    content = _convert(module.__call__, module, experimental_enable_resource_variables=True)
    return Case("stateful", content, [Run({_given("step"): numbers((2,), seed=seed)}) for seed in range(3)])


class _TwoFunctions(tf.Module):
    @tf.function(input_signature=[_spec((2, 2), "x")])
    def encode(self, x):
        return {"code": x * 2 - 1}

    @tf.function(input_signature=[_spec((2, 2), "code"), _spec((2,), "bias")])
    def decode(self, code, bias):
        return {"x": (code + 1) / 2 + bias}


def _signatures() -> Case:
    module = _TwoFunctions()
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "model")
        tf.saved_model.save(module, path, {"encode": module.encode, "decode": module.decode})
        content = tf.lite.TFLiteConverter.from_saved_model(path).convert()
    runs = [
        Run({"x": numbers((2, 2))}, signature="encode"),
        Run({"code": numbers((2, 2), seed=1), "bias": numbers((2,))}, signature="decode"),
    ]
    return Case("signatures_converted", content, runs)


def _flex() -> Case:
    """An operator that only TensorFlow itself has."""

    @tf.function(input_signature=[_spec((2, 2), "x")])
    def network(x):
        return {"determinant": tf.linalg.det(x)}

    operators = tf.lite.TargetSpec(supported_ops=[tf.lite.OpsSet.TFLITE_BUILTINS, tf.lite.OpsSet.SELECT_TF_OPS])
    content = _convert(network, target_spec=operators)
    return Case("flex_operator", content, refused=("MODEL_UNSUPPORTED", "FlexMatrixDeterminant"))


def converted_cases() -> list[Case]:
    return [
        _resizable(),
        _dynamic_batch(),
        _where(),
        _unique(),
        _mask(),
        _branches(),
        _loop(),
        _stateful(),
        _signatures(),
        _flex(),
    ]
