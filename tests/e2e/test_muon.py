"""`--optimizer muon`, beside PyTorch's."""

import numpy as np
import pytest
from program import ONE_THREAD
from safetensors.numpy import load_file

SHAPE = ("--hidden", "24,16", "--latent", "6")
WHOLE_BATCHES = ("--batch-size", "2500", "--schedule", "constant", "--warmup", "0",
                 "--learning-rate", "0.01", "--weight-decay", "0.1", "--validation", "0",
                 "--restarts", "0", "--precision", "fp32", *ONE_THREAD)
RATE, MUON_RATE, DECAY = 0.01, 0.04, 0.1


def checkpoint_after(diabolo, folder, epochs):
    """The tensors of a run of one step an epoch, always the same run."""
    diabolo("train", "mnist-mini", *SHAPE, *WHOLE_BATCHES, "--optimizer", "muon", "--epochs",
            epochs, "--quiet", "--out", f"run-{epochs}")
    return load_file(folder / f"run-{epochs}/checkpoint.safetensors")


def stepped(torch, before, after, name, muon):
    """What PyTorch makes of a weight before a step. Its gradient is what changed the first moment."""
    moment, beta = f"optimizer.exp_avg.{name}", 0.95 if muon else 0.9
    gradient = (after[moment] - beta * before[moment]) / (1 - beta)
    weight = torch.nn.Parameter(torch.from_numpy(before[f"model.{name}"].copy()))
    weight.grad = torch.from_numpy(gradient)
    if muon:
        optimizer = torch.optim.Muon([weight], lr=MUON_RATE, weight_decay=DECAY)
        optimizer.state[weight] = {"momentum_buffer": torch.from_numpy(before[moment].copy())}
    else:
        optimizer = torch.optim.AdamW([weight], lr=RATE, betas=(0.9, 0.99),
                                      weight_decay=DECAY if weight.dim() > 1 else 0)
        optimizer.state[weight] = {
            "step": torch.tensor(float(before[f"optimizer.step.{name}"])),
            "exp_avg": torch.from_numpy(before[moment].copy()),
            "exp_avg_sq": torch.from_numpy(before[f"optimizer.exp_avg_sq.{name}"].copy())}
    optimizer.step()
    return weight.detach().numpy()


def test_a_step_is_that_of_pytorch(diabolo, tmp_path, monkeypatch):
    torch = pytest.importorskip("torch", reason="the build uses a LibTorch without Python")
    # PyTorch's Muon multiplies in bfloat16 whatever its weights are, which hides what is compared.
    monkeypatch.setattr(torch.Tensor, "bfloat16", torch.Tensor.clone)
    before, after = (checkpoint_after(diabolo, tmp_path, epochs) for epochs in (3, 4))
    names = [name.removeprefix("model.") for name in before if name.startswith("model.")]
    matrices = {name for name in names if f"optimizer.exp_avg_sq.{name}" not in before}
    # 784-24-16-6-16-24-784: all weights but the first and the last.
    assert matrices == {"encoder.layers.2.weight", "encoder.layers.4.weight",
                        "decoder.layers.0.weight", "decoder.layers.2.weight"}
    assert len(names) == 12
    for name in names:
        was, found = before[f"model.{name}"], after[f"model.{name}"]
        wanted = stepped(torch, before, after, name, name in matrices)
        change, apart = np.linalg.norm(wanted - was), np.linalg.norm(found - wanted)
        assert change > 0, name
        assert apart < 1e-3 * change, name


def test_a_network_without_hidden_matrices_is_refused(diabolo):
    for shape in (("--hidden", ""), ("--arch", "conv", "--code", "map")):
        message = diabolo.error("train", "mnist-mini", *shape, "--optimizer", "muon")
        assert "optimizer: muon is for the matrices between" in message
        assert "--optimizer adamw" in message
