/**
 * Absolute path of the int8 model. Its manifest `model.json` and its `labels.txt` lie beside it, which is where
 * `Classifier.load` looks for them.
 */
export declare function modelPath(): string
