#!/usr/bin/env python3
"""A variational autoencoder of MNIST in PyTorch, autograd and all, to hold diabolo's against.

usage: variational.py [--data data/mnist] [--latent 2] [--epochs 10] [--seed 0] [--threads 2]

784-512-256-K, its mirror, SiLU, sigmoid output; the negative ELBO (Kingma & Welling 2014) by
binary cross-entropy, one draw a sample; AdamW 8e-3, weight decay 0.05 on weights, beta2 0.99,
batches of 256, 5 % warm-up and cosine to zero, fp32, PyTorch's own first weights: the same net,
epochs and recipe as

  build/diabolo train mnist --variational --latent 2 --epochs 10 --shift 0 --validation 0 \
    --precision fp32 --out runs/vae
  build/diabolo evaluate runs/vae

The last line is a JSON object with the negative ELBO of the test images in nats.
"""

import argparse
import json
import math
import sys
from pathlib import Path

import torch
from pytorch_usual import read_images
from torch import nn
from torch.nn import functional

BATCH, RATE, WARMUP = 256, 8e-3, 0.05


class Variational(nn.Module):
    def __init__(self, latent: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(784, 512), nn.SiLU(), nn.Linear(512, 256), nn.SiLU(),
                                     nn.Linear(256, 2 * latent))
        self.decoder = nn.Sequential(nn.Linear(latent, 256), nn.SiLU(), nn.Linear(256, 512),
                                     nn.SiLU(), nn.Linear(512, 784))

    def negative_elbo(self, x: torch.Tensor) -> torch.Tensor:
        """Of each sample, in nats; of one drawn code."""
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        z = mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
        cost = functional.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="none").sum(1)
        return cost + (mean**2 + log_variance.exp() - 1 - log_variance).sum(1) / 2


def rate(step: int, steps: int) -> float:
    warmup = WARMUP * steps
    if step < warmup:
        return (step + 1) / warmup
    return (1 + math.cos(math.pi * (step - warmup) / (steps - warmup))) / 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("data/mnist"))
    parser.add_argument("--latent", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    images = read_images(options.data / "train-images-idx3-ubyte")
    model = Variational(options.latent)
    weights = [p for p in model.parameters() if p.dim() > 1]
    biases = [p for p in model.parameters() if p.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": weights, "weight_decay": 0.05},
                                   {"params": biases, "weight_decay": 0.0}],
                                  lr=RATE, betas=(0.9, 0.99))
    steps = options.epochs * math.ceil(len(images) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: rate(step, steps))
    for epoch in range(1, options.epochs + 1):
        total = 0.0
        for rows in torch.randperm(len(images)).split(BATCH):
            optimizer.zero_grad()
            loss = model.negative_elbo(images[rows]).mean()
            (loss / 784).backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(rows)
        print(f"epoch {epoch:2d}  {total / len(images):.2f}", file=sys.stderr)
    with torch.no_grad():
        test = read_images(options.data / "t10k-images-idx3-ubyte")
        print(json.dumps({"negative_elbo": model.negative_elbo(test).mean().item(),
                          "torch": torch.__version__}))


if __name__ == "__main__":
    main()
