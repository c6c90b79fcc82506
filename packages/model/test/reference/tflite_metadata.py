"""TFLite Metadata as tflite-support, its authors' own package, writes and reads it.

python tflite_metadata.py write MODEL LABELS OUT   describes an image classifier with mean and std 127.5
python tflite_metadata.py read FILE                prints metadata and names of associated files as JSON
"""

import json
import os
import sys

# The package asks for a protocol buffers library of its time; the pure Python one does.
os.environ.setdefault("PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION", "python")

from tflite_support import metadata  # noqa: E402
from tflite_support.metadata_writers import image_classifier, writer_utils  # noqa: E402


def write(model, labels, out):
    writer = image_classifier.MetadataWriter.create_for_inference(writer_utils.load_file(model), [127.5], [127.5], [labels])
    writer_utils.save_file(writer.populate(), out)


def read(path):
    displayer = metadata.MetadataDisplayer.with_model_file(path)
    names = displayer.get_packed_associated_file_list()
    files = {name: displayer.get_associated_file_buffer(name).decode() for name in names}
    print(json.dumps({"metadata": json.loads(displayer.get_metadata_json()), "files": files}))


{"write": write, "read": read}[sys.argv[1]](*sys.argv[2:])
