#!/usr/bin/env python3
"""The autoencoder of `diabolo train mnist` as one would write it in PyTorch: the usual recipe.

784-512-256-32-256-512-784, ReLU between layers, linear code, sigmoid output, mean squared error,
Adam 1e-3, PyTorch's own initialisation, DataLoader, eager, fp32. Progress goes to stderr; the last
line on stdout is a JSON object with the results. scripts/bench.sh compares it with diabolo.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def read_pixels(path: Path) -> torch.Tensor:
    """An IDX file of images -> [N, H * W] uint8."""
    raw = path.read_bytes()
    count, height, width = np.frombuffer(raw, dtype=">u4", count=3, offset=4).astype(int)
    pixels = np.frombuffer(raw, dtype=np.uint8, offset=16).reshape(count, height * width)
    return torch.from_numpy(pixels.copy())


def read_images(path: Path) -> torch.Tensor:
    """The same as float32 in [0, 1]."""
    return read_pixels(path).float().div_(255)


class Autoencoder(nn.Module):
    def __init__(self, pixels: int = 784, latent: int = 32) -> None:
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Linear(pixels, 512), nn.ReLU(),
            nn.Linear(512, 256), nn.ReLU(),
            nn.Linear(256, latent),
        )  # fmt: skip
        self.decoder = nn.Sequential(
            nn.Linear(latent, 256), nn.ReLU(),
            nn.Linear(256, 512), nn.ReLU(),
            nn.Linear(512, pixels), nn.Sigmoid(),
        )  # fmt: skip

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.decoder(self.encoder(x))


def train_epoch(model: nn.Module, loader: DataLoader, optimizer: torch.optim.Optimizer) -> float:
    """The mean loss of one pass over the data."""
    model.train()
    total = torch.zeros(())
    for (batch,) in loader:
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.mse_loss(model(batch), batch)
        loss.backward()
        optimizer.step()
        total += loss.detach() * len(batch)
    return total.item() / len(loader.dataset)


@torch.no_grad()
def evaluate(model: nn.Module, images: torch.Tensor) -> float:
    """The mean squared error per value."""
    model.eval()
    return nn.functional.mse_loss(model(images), images).item()


def report(model: nn.Module, count: int, seconds: float, arguments: argparse.Namespace) -> None:
    """Saves a network trained on `count` images; prints how good it is and how long that took."""
    torch.save(model.state_dict(), arguments.out)
    results = {
        "test_mse": evaluate(model, read_images(arguments.data / "t10k-images-idx3-ubyte")),
        "training_seconds": seconds,
        "samples_per_second": arguments.epochs * count / seconds,
        "torch": torch.__version__,
    }
    print(json.dumps(results))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("data/mnist"), help="the four IDX files")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("pytorch_usual.pt"), help="the model file")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)

    images = read_images(arguments.data / "train-images-idx3-ubyte")
    loader = DataLoader(TensorDataset(images), batch_size=arguments.batch_size, shuffle=True)
    model = Autoencoder()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    start = time.perf_counter()
    for epoch in range(1, arguments.epochs + 1):
        loss = train_epoch(model, loader, optimizer)
        print(f"epoch {epoch:2d}  loss {loss:.4f}", file=sys.stderr)
    seconds = time.perf_counter() - start
    report(model, len(images), seconds, arguments)


if __name__ == "__main__":
    main()
