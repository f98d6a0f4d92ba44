"""Train the reference CNN (see keras_mnist.py) with PyTorch on the CPU; print one JSON line.

The script ../shared/peers/torch_mnist.py with --batch and --barrier, as keras_mnist.py says, and nothing else changed.
"""
import argparse, gzip, json, os, time

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
import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(a.threads)
torch.manual_seed(7)


def idx(name, offset):
    with gzip.open(os.path.join(a.data, name)) as f:
        return np.frombuffer(f.read(), np.uint8, offset=offset)


def split(prefix, n=None):
    x = idx(f"{prefix}-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)[:n].astype("float32") / 255
    y = idx(f"{prefix}-labels-idx1-ubyte.gz", 8)[:n].astype("int64")
    return torch.tensor(x), torch.tensor(y)


x, y = split("train", a.images)
xt, yt = split("t10k")
net = nn.Sequential(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(),
                    nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(0.5), nn.Linear(1600, 10))
opt = torch.optim.Adam(net.parameters(), lr=1e-3)


def epoch(n):
    order = torch.randperm(n)
    for i in range(0, n, a.batch):
        j = order[i:i + a.batch]
        opt.zero_grad()
        F.cross_entropy(net(x[j]), y[j]).backward()
        opt.step()


epoch(512)  # warm-up
if a.barrier:
    print(json.dumps({"ready": True}), flush=True)
    input()
t = time.time()
for _ in range(a.epochs):
    epoch(len(x))
fit = time.time() - t
net.eval()
with torch.no_grad():
    hits = sum((net(xt[i:i + 256]).argmax(1) == yt[i:i + 256]).sum().item() for i in range(0, len(xt), 256))
print(json.dumps({"peer": f"torch {torch.__version__}", "threads": a.threads,
                  "images_per_s": round(len(x) * a.epochs / fit), "fit_s": round(fit, 2),
                  "test_accuracy": round(hits / len(xt), 4), "whole_process_s": round(time.time() - started, 2)}))
