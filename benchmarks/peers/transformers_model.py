"""Makes the folder that transformers.js opens, of a .onnx model and its manifest: transformers_model.py MODEL.onnx model.json FOLDER

transformers.js gives planes of normalised colours to an input called `pixel_values`. The model's own input is of interleaved pixels, which
its first operator transposes: that operator is taken out.
"""

import json
import shutil
import sys
from pathlib import Path

import onnx

# Pillow's numbers of its kernels, which preprocessor_config.json goes by.
KERNELS = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3}
MOST_OF_BYTE = 255


def take_planes(model: onnx.ModelProto) -> None:
    graph = model.graph
    (interleaved,) = graph.input
    (transpose,) = (node for node in graph.node if interleaved.name in node.input)
    (order,) = (list(attribute.ints) for attribute in transpose.attribute if attribute.name == "perm")
    assert (transpose.op_type, order) == ("Transpose", [0, 3, 1, 2]), (transpose.op_type, order)
    for node in graph.node:
        node.input[:] = ["pixel_values" if name == transpose.output[0] else name for name in node.input]
    graph.node.remove(transpose)
    batch, height, width, channels = (size.dim_value for size in interleaved.type.tensor_type.shape.dim)
    planes = onnx.helper.make_tensor_value_info(
        "pixel_values", onnx.TensorProto.FLOAT, [batch, channels, height, width]
    )
    interleaved.CopyFrom(planes)
    assert [output.name for output in graph.output] == ["logits"]
    onnx.checker.check_model(model)


def config(labels: list[str]) -> dict:
    # ImageNet calls a bird and a machine "crane": a label has to be of one class, or its index could not be told.
    seen: set[str] = set()
    names = []
    for index, label in enumerate(labels):
        names.append(f"{label} ({index})" if label in seen else label)
        seen.add(label)
    return {
        # Which of the classes of its own transformers.js takes: all of them do no more than run the .onnx.
        "model_type": "efficientnet",
        "architectures": ["EfficientNetForImageClassification"],
        "id2label": {str(index): name for index, name in enumerate(names)},
        "label2id": {name: index for index, name in enumerate(names)},
    }


def preprocessor(manifest: dict) -> dict:
    resize = manifest["resize"]
    assert resize["fit"] == "cover-crop" and manifest["width"] == manifest["height"], manifest
    return {
        "image_processor_type": "ViTImageProcessor",
        "do_resize": True,
        "size": {"shortest_edge": round(manifest["width"] / resize["cropRatio"])},
        "resample": KERNELS[resize["kernel"]],
        "do_center_crop": True,
        "crop_size": {"width": manifest["width"], "height": manifest["height"]},
        "do_rescale": True,
        "rescale_factor": 1 / MOST_OF_BYTE,
        "do_normalize": True,
        "image_mean": [mean / MOST_OF_BYTE for mean in manifest["mean"]],
        "image_std": [std / MOST_OF_BYTE for std in manifest["std"]],
    }


def main() -> None:
    model = onnx.load(sys.argv[1])
    manifest_path, target = Path(sys.argv[2]), Path(sys.argv[3])
    manifest = json.loads(manifest_path.read_text(encoding="utf8"))
    labels = (manifest_path.parent / manifest["labels"]).read_text(encoding="utf8").splitlines()
    take_planes(model)
    fresh = target.with_suffix(".tmp")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "onnx").mkdir(parents=True)
    (fresh / "onnx" / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    (fresh / "config.json").write_text(json.dumps(config(labels), indent=2), encoding="utf8")
    (fresh / "preprocessor_config.json").write_text(
        json.dumps(preprocessor(manifest["input"]), indent=2), encoding="utf8"
    )
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    print(f"{len(labels)} classes, planes of {manifest['input']['width']} pixels")


main()
