"""Train the reference CNN with Keras on TensorFlow's CPU build; print one JSON line.

The script ../shared/peers/keras_mnist.py with two more options, --batch and --barrier, and nothing else changed:
bench/train.mjs needs them for batches of 32 and for processes that are to be timed at the same moment.

Reference CNN: conv 32 3x3 relu, max-pool 2, conv 64 3x3 relu, max-pool 2,
flatten, dropout 0.5, dense 10 softmax; Adam 1e-3, batch 128 (--batch), float32.
"""
import argparse, gzip, json, os, time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
a = argparse.ArgumentParser()
a.add_argument("--data", required=True, help="folder with the four MNIST .gz files")
a.add_argument("--images", type=int, default=60000)
a.add_argument("--epochs", type=int, default=1)
a.add_argument("--threads", type=int, default=1)
a.add_argument("--batch", type=int, default=128)
a.add_argument("--barrier", action="store_true", help="say when ready to be timed, and wait for a line")
a = a.parse_args()
started = time.time()

import numpy as np
import tensorflow as tf
import keras
from keras import layers

tf.config.threading.set_intra_op_parallelism_threads(a.threads)
tf.config.threading.set_inter_op_parallelism_threads(1)
keras.utils.set_random_seed(7)


def idx(name, offset):
    with gzip.open(os.path.join(a.data, name)) as f:
        return np.frombuffer(f.read(), np.uint8, offset=offset)


def split(prefix, n=None):
    x = idx(f"{prefix}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28, 1)[:n].astype("float32") / 255
    y = idx(f"{prefix}-labels-idx1-ubyte.gz", 8)[:n]
    return x, keras.utils.to_categorical(y, 10)


x, y = split("train", a.images)
xt, yt = split("t10k")
model = keras.Sequential([
    keras.Input((28, 28, 1)),
    layers.Conv2D(32, 3, activation="relu"), layers.MaxPooling2D(2),
    layers.Conv2D(64, 3, activation="relu"), layers.MaxPooling2D(2),
    layers.Flatten(), layers.Dropout(0.5), layers.Dense(10, activation="softmax"),
])
model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
model.fit(x[:512], y[:512], batch_size=a.batch, epochs=1, verbose=0)  # warm-up: builds the graph
if a.barrier:
    print(json.dumps({"ready": True}), flush=True)
    input()
t = time.time()
model.fit(x, y, batch_size=a.batch, epochs=a.epochs, verbose=0)
fit = time.time() - t
acc = model.evaluate(xt, yt, batch_size=256, verbose=0)[1]
print(json.dumps({"peer": f"keras {keras.__version__} / tensorflow {tf.__version__}", "threads": a.threads,
                  "images_per_s": round(len(x) * a.epochs / fit), "fit_s": round(fit, 2),
                  "test_accuracy": round(float(acc), 4), "whole_process_s": round(time.time() - started, 2)}))
