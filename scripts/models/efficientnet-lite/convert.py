"""The network as .tflite files, by TensorFlow's converter."""

import numpy as np
import tensorflow as tf


def _converter(network) -> tf.lite.TFLiteConverter:
    # The module is empty, for the weights are constants; without one the converter takes a path that is deprecated.
    return tf.lite.TFLiteConverter.from_concrete_functions([network], tf.Module())


def to_float32(network) -> bytes:
    """The model as it is: float32 in and out."""
    return _converter(network).convert()


def to_int8(network, samples: list[np.ndarray]) -> bytes:
    """Weights and activations in int8, on the ranges seen over `samples`; uint8 in and out."""
    converter = _converter(network)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([sample] for sample in samples)
    # Nothing else: an operator without an int8 version would be an error here, and not a float one in between.
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    converter.inference_input_type = tf.uint8
    converter.inference_output_type = tf.uint8
    return converter.convert()
