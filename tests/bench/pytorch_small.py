#!/usr/bin/env python3
"""30-16-2-16-30 in batches of 64 on 100,000 random rows: PyTorch eager as fast as it goes.

Resident tensors, one shuffled index_select a step, fused Adam, no value read back within an epoch.
Prints rows trained per second, the median over the epochs. The other side is small_net.cpp.
"""

import argparse
import statistics
import time

import torch
from torch import nn

ROWS, COLUMNS, BATCH = 100_000, 30, 64


def network() -> nn.Module:
    return nn.Sequential(
        nn.Linear(COLUMNS, 16), nn.SiLU(), nn.Linear(16, 2),
        nn.Linear(2, 16), nn.SiLU(), nn.Linear(16, COLUMNS),
    )  # fmt: skip


def train_epoch(model: nn.Module, rows: torch.Tensor, optimizer: torch.optim.Optimizer) -> float:
    """The mean loss of one pass over the rows."""
    total = torch.zeros(())
    for chosen in torch.randperm(len(rows)).split(BATCH):
        batch = rows.index_select(0, chosen)
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.mse_loss(model(batch), batch)
        loss.backward()
        optimizer.step()
        total += loss.detach() * len(batch)
    return total.item() / len(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("epochs", type=int)
    parser.add_argument("threads", type=int)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(arguments.threads)
    rows = torch.rand(ROWS, COLUMNS)
    model = network()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    rates = []
    for _ in range(arguments.epochs):
        start = time.perf_counter()
        train_epoch(model, rows, optimizer)
        rates.append(ROWS / (time.perf_counter() - start))
    print(statistics.median_high(rates))


if __name__ == "__main__":
    main()
