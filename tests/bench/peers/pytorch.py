#!/usr/bin/env python3
"""A case in PyTorch: as the tutorials do it, or with what makes it fast."""

import math

import common
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def dense(case: str, x: torch.Tensor) -> nn.Sequential:
    layers: list[nn.Module] = []
    first = common.first_layers(case, x.numpy())
    for i, (weight, bias) in enumerate(first, start=1):
        linear = nn.Linear(*weight.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight).t())
            linear.bias.copy_(torch.from_numpy(bias))
        layers.append(linear)
        if i not in (len(first) // 2, len(first)):
            layers.append(nn.ReLU())
    return nn.Sequential(*layers, *([nn.Sigmoid()] if case == "dense" else []))


def start_as_ours(layers: list[nn.Module], mean: torch.Tensor) -> None:
    """First weights of a convolutional network as common.first_layers has those of a dense one."""
    for i, layer in enumerate(layers):
        plain = i in (len(layers) // 2 - 1, len(layers) - 1)
        weight, steps = layer.weight, math.prod(getattr(layer, "stride", (1,)))
        outputs, inputs = (values * weight[0, 0].numel() for values in weight.shape[:2])
        if isinstance(layer, nn.ConvTranspose2d):
            outputs, inputs = inputs, outputs / steps
        else:
            outputs /= steps
        nn.init.normal_(weight, 0, math.sqrt(2 / (inputs + outputs) if plain else 2 / inputs))
        nn.init.zeros_(layer.bias)
    with torch.no_grad():
        layers[0].bias.sub_(layers[0](mean.view(1, 1, 28, 28)).mean((0, 2, 3)))
        layers[-1].bias.fill_(mean.clamp(1e-3, 1 - 1e-3).logit().mean())


def conv(latent: int, mean: torch.Tensor) -> nn.Sequential:
    first, second = common.CHANNELS
    model = nn.Sequential(
        nn.Unflatten(1, (1, 28, 28)),
        nn.Conv2d(1, first, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(first, second, 3, stride=2, padding=1), nn.ReLU(),
        nn.Flatten(), nn.Linear(second * 49, latent),
        nn.Linear(latent, second * 49), nn.ReLU(), nn.Unflatten(1, (second, 7, 7)),
        nn.ConvTranspose2d(second, first, 3, stride=2, padding=1, output_padding=1), nn.ReLU(),
        nn.ConvTranspose2d(first, 1, 3, stride=2, padding=1, output_padding=1),
        nn.Flatten(), nn.Sigmoid(),
    ).to(memory_format=torch.channels_last)  # fmt: skip
    start_as_ours([layer for layer in model if hasattr(layer, "weight")], mean)
    return model


def main() -> None:
    options = common.arguments(
        mode=["resident", "dataloader", "compile"], precision=["fp32", "bf16"]
    )
    torch.manual_seed(0)
    torch.set_num_threads(options.threads)
    x = torch.from_numpy(common.samples(options.data))
    if options.case == "conv":
        model = conv(common.LATENT["conv"], x.mean(0))
    else:
        model = dense(options.case, x)
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
