#!/usr/bin/env python3
"""A case in PyTorch: as the tutorials do it, or with what makes it fast."""

import common
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def dense(widths: list[int], sigmoid: bool) -> nn.Sequential:
    layers: list[nn.Module] = []
    code = len(widths) // 2
    for i in range(1, len(widths)):
        layers.append(nn.Linear(widths[i - 1], widths[i]))
        if i not in (code, len(widths) - 1):
            layers.append(nn.ReLU())
    return nn.Sequential(*layers, *([nn.Sigmoid()] if sigmoid else []))


def conv(latent: int) -> nn.Sequential:
    first, second = common.CHANNELS
    return nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, first, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(first, second, 3, stride=2, padding=1), nn.ReLU(),
        nn.Flatten(), nn.Linear(second * 49, latent),
        nn.Linear(latent, second * 49), nn.ReLU(), nn.Unflatten(1, (second, 7, 7)),
        nn.ConvTranspose2d(second, first, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
        nn.ConvTranspose2d(first, 1, 3, stride=2, padding=1, output_padding=1),
        nn.Flatten(), nn.Sigmoid(),
    ).to(memory_format=torch.channels_last)  # fmt: skip


def main() -> None:
    options = common.arguments(
        mode=["resident", "dataloader", "compile"], precision=["fp32", "bf16"]
    )
    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    x = torch.from_numpy(common.samples(options.data))
    if options.case == "conv":
        model = conv(common.LATENT["conv"])
    else:
        model = dense(common.widths(options.case, x.shape[1]), options.case == "dense")
    optimizer = torch.optim.Adam(
        model.parameters(), lr=1e-3, fused=options.mode != "dataloader"
    )

    def loss_of(batch: torch.Tensor) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bf16"):
            output = model(batch)
        return nn.functional.mse_loss(output.float(), batch)

    if options.mode == "compile":
        loss_of = torch.compile(loss_of)
    loader = DataLoader(TensorDataset(x), batch_size=options.batch, shuffle=True)
    clock = common.Clock(len(x))
    for _ in range(options.epochs):
        clock.begin()
        total = torch.zeros(())
        if options.mode == "dataloader":
            batches = (batch for (batch,) in loader)
        else:
            batches = (x.index_select(0, rows) for rows in torch.randperm(len(x)).split(options.batch))
        for batch in batches:
            optimizer.zero_grad(set_to_none=True)
            loss = loss_of(batch)
            loss.backward()
            optimizer.step()
            total += loss.detach() * len(batch)
        mean = total.item() / len(x)
        clock.end()
    common.report(clock.rates, mean, torch.__version__)


if __name__ == "__main__":
    main()
