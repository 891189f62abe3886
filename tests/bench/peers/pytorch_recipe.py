#!/usr/bin/env python3
"""The recipe of `diabolo train mnist` written in PyTorch by someone who knows what makes it fast:
resident pixels, one fused optimizer, bf16 by autocast where asked, no synchronisation in a step.

SiLU, He-normal before an activation and Glorot-normal before the code and the output, binary
cross-entropy on logits, AdamW (beta2 0.99), a straight rise over 5 % of the steps and half a cosine
to zero, first bias centred on the mean image, last bias its logit, eighths of a batch shifted by a
pixel with chance one half. The last line on stdout is a JSON object with the results.
"""

import argparse
import math
import sys
import time
from pathlib import Path

import torch
from pytorch_usual import read_pixels, report
from torch import nn


def network(widths: list[int], mean: torch.Tensor) -> nn.Sequential:
    """784 - ... - code - ... - 784 without the sigmoid at the end."""
    layers: list[nn.Module] = []
    code = len(widths) // 2
    for i in range(1, len(widths)):
        linear = nn.Linear(widths[i - 1], widths[i])
        plain = i in (code, len(widths) - 1)  # No activation behind it.
        nn.init.zeros_(linear.bias)
        if plain:
            nn.init.xavier_normal_(linear.weight)
        else:
            nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        layers += [linear] if plain else [linear, nn.SiLU()]
    with torch.no_grad():
        layers[0].bias.copy_(-layers[0].weight @ mean)
        layers[-1].bias.copy_(mean.clamp(1e-3, 1 - 1e-3).logit())
    return nn.Sequential(*layers)


def shifted(batch: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """[N, 784]: each eighth moved by up to a pixel, with chance one half; the border is repeated."""
    images = batch.view(-1, 1, 28, 28)
    parts = []
    for part in images.chunk(8):
        down, right, moved = torch.randint(0, 6, (3,), generator=generator).tolist()
        if moved < 3:
            padded = nn.functional.pad(part, (1, 1, 1, 1), mode="replicate")
            part = padded[:, :, down % 3 : down % 3 + 28, right % 3 : right % 3 + 28]
        parts.append(part.flatten(1))
    return torch.cat(parts)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("data/mnist"), help="the four IDX files")
    parser.add_argument("--hidden", default="512,256")
    parser.add_argument("--latent", type=int, default=32)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--batch-size", type=int, default=256)
    parser.add_argument("--learning-rate", type=float, default=8e-3)
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    parser.add_argument("--compile", action="store_true")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("pytorch_recipe.pt"), help="the model file")
    return parser.parse_args()


def train(options: argparse.Namespace, pixels: torch.Tensor) -> nn.Sequential:
    hidden = [int(width) for width in options.hidden.split(",")]
    there = [784, *hidden, options.latent]
    model = network(there + there[-2::-1], pixels.float().mean(0) / 255)
    weights = [p for p in model.parameters() if p.dim() > 1]
    biases = [p for p in model.parameters() if p.dim() == 1]
    groups = [{"params": weights, "weight_decay": options.weight_decay},
              {"params": biases, "weight_decay": 0.0}]  # fmt: skip
    optimizer = torch.optim.AdamW(groups, lr=options.learning_rate, betas=(0.9, 0.99), fused=True)
    steps = options.epochs * math.ceil(len(pixels) / options.batch_size)
    warm = max(1, round(0.05 * steps))

    def factor(step: int) -> float:
        if step < warm:
            return (step + 1) / warm
        return (1 + math.cos(math.pi * (step - warm) / (steps - warm))) / 2

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)

    def loss_of(batch: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bf16"):
            logits = model(batch)
        return nn.functional.binary_cross_entropy_with_logits(logits.float(), batch)

    if options.compile:
        loss_of = torch.compile(loss_of)
    generator = torch.Generator().manual_seed(options.seed)
    for epoch in range(1, options.epochs + 1):
        total = torch.zeros(())
        for rows in torch.randperm(len(pixels), generator=generator).split(options.batch_size):
            batch = shifted(pixels.index_select(0, rows).float().div_(255), generator)
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(batch)
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.detach() * len(rows)
        print(f"epoch {epoch:2d}  loss {total.item() / len(pixels):.4f}", file=sys.stderr)
    return model


def main() -> None:
    options = parse_arguments()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    pixels = read_pixels(options.data / "train-images-idx3-ubyte")
    start = time.perf_counter()
    model = train(options, pixels)
    seconds = time.perf_counter() - start
    report(nn.Sequential(model, nn.Sigmoid()), len(pixels), seconds, options)


if __name__ == "__main__":
    main()
