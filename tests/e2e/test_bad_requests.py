"""Wrong requests: exit 2, one line that names the option and what would be right."""

import pytest


@pytest.mark.parametrize("arguments, words", [
    (("--learning-rate", "0.5abc"), ("--learning-rate", "'0.5abc'", "number")),
    (("--learning-rate", "0"), ("--learning-rate", "more than 0")),
    (("--learning-rate", "nan"), ("--learning-rate", "finite")),
    (("--learning-rate", "1e999"), ("--learning-rate", "1e999")),
    (("--batch-size", "0"), ("--batch-size", "1 or more")),
    (("--batch-size", "64.5"), ("--batch-size", "whole number")),
    (("--batch-size", "99999999999999999999"), ("--batch-size", "99999999999999999999")),
    (("--epochs", "0"), ("--epochs", "1 or more")),
    (("--epochs=-3",), ("--epochs", "1 or more")),
    (("--epochs", ""), ("--epochs", "whole number")),
    (("--latent", "0"), ("--latent", "1 to 1000000")),
    (("--hidden", "512,0"), ("--hidden", "1 to 1000000")),
    (("--hidden", "512,"), ("--hidden", "comma")),
    (("--hidden", "512;256"), ("--hidden", "'512;256'")),
    (("--validation", "1"), ("--validation", "below 1")),
    (("--seed", "-1"), ("--seed", "0 or more")),
    (("--threads", "100000"), ("--threads", "1024")),
    (("--noise", "gaussian"), ("--noise", "gaussian:0.3")),
    (("--noise", "gaussian:"), ("--noise", "number")),
    (("--noise", "gaussian:0.3x"), ("--noise", "0.3x")),
    (("--noise", "gaussian:0.6-0.1"), ("--noise", "lower one first")),
    (("--noise", "none:0.3"), ("--noise", "none alone")),
    (("--arch", "transformer"), ("--arch", "dense", "conv")),
    (("--device", "tpu"), ("device", "'tpu'", "cpu")),
    (("--precision", "fp16"), ("--precision", "bf16")),
    (("--code", "map"), ("--code", "--arch conv")),
    (("--channels", "8"), ("--channels", "--arch conv")),
    (("--arch", "conv", "--hidden", "64"), ("--hidden", "--arch dense")),
    (("--skip",), ("--skip", "--arch conv")),
    (("--arch", "conv", "--skip"), ("skip", "--code map")),
    (("--arch", "conv", "--code", "map", "--norm", "group"), ("norm", "--blocks 1")),
    (("--arch", "conv", "--code", "map", "--residual", "--output", "sigmoid"),
     ("residual", "--output linear")),
    (("--noise", "mask:1.5"), ("--noise", "from 0 to 1; found 1.5")),
    (("--loss", "bce", "--output", "linear"), ("bce", "sigmoid")),
    (("--size", "28x28abc"), ("28x28abc",)),
    (("--epochs",), ("--epochs", "value")),
    (("--overwrite=3",), ("--overwrite", "no value")),
    (("-z",), ("z", "--help")),
    (("one-more",), ("'one-more'", "too many")),
    (("--config", "nowhere.toml"), ("nowhere.toml",)),
    (("--resume", "nowhere"), ("--resume", "drop mnist-mini")),
], ids=lambda value: " ".join(value) if isinstance(value, tuple) else None)
def test_a_wrong_option_of_train_is_named(diabolo, tmp_path, arguments, words):
    message = diabolo.error("train", "mnist-mini", *arguments)
    for word in words:
        assert word in message
    assert not list(tmp_path.iterdir())


def test_train_without_data_lists_what_there_is(diabolo):
    message = diabolo.error("train")
    assert "DATA is missing" in message and "mnist-mini" in message


@pytest.mark.parametrize("command", ["evaluate", "reconstruct", "denoise", "inspect"])
def test_a_word_that_is_missing_is_named(diabolo, command):
    message = diabolo.error(command)
    assert "is missing" in message and f"diabolo {command} --help" in message


@pytest.mark.parametrize("command", ["evaluate", "reconstruct"])
@pytest.mark.parametrize("model", ["nowhere", "nowhere.safetensors"])
def test_a_model_that_is_not_there_is_named(diabolo, command, model):
    assert f"'{model}'" in diabolo.error(command, model)


def test_a_folder_that_is_no_run_is_named(diabolo, tmp_path):
    (tmp_path / "folder").mkdir()
    assert "'folder' is no run folder" in diabolo.error("evaluate", "folder")


@pytest.mark.parametrize("arguments, word", [
    (("--count", "0"), "--count"), (("--count", "3x"), "--count"), (("mnist-mni",), "'mnist-mini'"),
    (("mnist-mini", "one-more"), "'one-more'"),
])
def test_a_wrong_option_of_reconstruct_is_named(diabolo, tmp_path, tiny_run, arguments, word):
    assert word in diabolo.error("reconstruct", tiny_run, *arguments)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text, words", [
    ("[training]\nepoch = 3\n", ("epoch", "did you mean 'epochs'?")),
    ("[trainin]\nepochs = 3\n", ("trainin", "did you mean 'training'?")),
    ("[training]\nepochs = 'many'\n", ("epochs", "'many'")),
    ("[training]\nepochs = 0\n", ("epochs", "1 or more")),
    ("[training]\n\nepochs = = 3\n", ("run.toml:3",)),
    ("epochs = 3\n", ("run.toml:1", "[training]")),
    ("\x7fELF", ("run.toml",)), ("n = [  t\n", ("run.toml:1",)),
])
def test_a_wrong_config_is_named_with_the_line_or_the_field(diabolo, tmp_path, text, words):
    (tmp_path / "run.toml").write_text(text)
    message = diabolo.error("train", "mnist-mini", "--config", "run.toml")
    for word in words:
        assert word in message


def test_an_option_with_two_dashes_twice_takes_the_last(diabolo):
    assert "found 0" in diabolo.error("train", "mnist-mini", "--epochs", "3", "--epochs", "0")
