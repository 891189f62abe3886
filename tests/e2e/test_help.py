"""Help, the version, and words that are nearly right."""

import re

import pytest

COMMANDS = {
    "train": "data-dir size patch patches-per-image label id drop delimiter missing scale arch hidden channels latent code activation output blocks norm skip residual variational "
             "epochs batch-size learning-rate schedule warmup optimizer weight-decay beta2 loss noise beta sparsity contractive tied shift augment read "
             "validation patience restarts seed precision device threads out config resume watch "
             "no-tensorboard no-report overwrite quiet json",
    "reconstruct": "data-dir size label id drop delimiter missing out count json overwrite",
    "denoise": "data-dir size out tile noise seed count json panel levels samples csv overwrite",
    "evaluate": "data-dir size label id drop delimiter missing noise seed stability json",
    "anomalies": "data-dir size label id drop delimiter missing quantile anomaly count out picture "
                 "curve json overwrite",
    "compress": "data-dir size label id drop delimiter missing out max-mse bits labels curve json "
                "overwrite",
    "decompress": "out first count overwrite",
    "sample": "count seed out overwrite",
    "encode": "data-dir size label id drop delimiter missing out overwrite",
    "decode": "out overwrite",
    "export": "format part out overwrite",
    "scatter": "data-dir size label id drop delimiter missing out colour overwrite",
    "explain": "data-dir size label id drop delimiter missing out count fdr json overwrite",
    "traverse": "data-dir size label id drop delimiter missing out count steps overwrite",
    "interpolate": "data-dir size label id drop delimiter missing from to steps out overwrite",
    "report": "out data-dir overwrite",
    "sweep": "latent seeds out overwrite quiet json data-dir size patch patches-per-image label id drop delimiter missing "
             "scale arch hidden channels code activation output blocks norm skip residual variational epochs "
             "batch-size learning-rate schedule warmup optimizer weight-decay beta2 loss noise beta sparsity contractive tied shift augment read validation patience "
             "restarts seed precision device threads",
    "inspect": "data-dir size label id drop delimiter missing",
    "data": "data-dir",
    "doctor": "data-dir",
    "completion": "",
    "manual": "",
}


def test_help_of_the_program_lists_every_command_with_a_summary(diabolo):
    result = diabolo("--help")
    assert result.err == ""
    listed = dict(re.findall(r"^  ([a-z]+) {2,}(\S.*)$", result.out, re.M))
    assert set(COMMANDS) <= set(listed)


@pytest.mark.parametrize("word", ["-h", "help"])
def test_help_has_other_names(diabolo, word):
    assert diabolo(word).out == diabolo("--help").out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_documents_every_option(diabolo, command):
    result = diabolo(command, "--help")
    assert result.err == ""
    assert f"diabolo {command}" in result.out
    documented = re.findall(r"^ +(?:-h, )?--([a-z0-9-]+)(?: X)? {2,}\S", result.out, re.M)
    assert set(COMMANDS[command].split()) | {"help", "max-memory"} == set(documented)


def test_version_is_one_line(diabolo):
    result = diabolo("--version")
    assert re.fullmatch(r"diabolo \d+\.\d+\.\d+\n", result.out)
    assert result.err == ""


def test_no_command_is_an_error_that_points_to_the_help(diabolo):
    assert "diabolo --help" in diabolo.error()


def test_a_misspelt_command_gets_the_nearest_one(diabolo):
    assert "'trian'; did you mean 'train'?" in diabolo.error("trian", "mnist-mini")


def test_a_command_like_no_other_gets_the_list_and_no_guess(diabolo):
    message = diabolo.error("xyzzy")
    assert "did you mean" not in message
    assert "train" in message and "doctor" in message


@pytest.mark.parametrize("command, wrong, right", [
    ("train", "--epoch", "--epochs"), ("train", "--lerning-rate", "--learning-rate"),
    ("denoise", "--nosie", "--noise"), ("evaluate", "--jsn", "--json"),
])
def test_a_misspelt_option_gets_the_nearest_one(diabolo, command, wrong, right):
    assert f"{wrong}; did you mean {right}?" in diabolo.error(command, "mnist-mini", wrong, "3")


@pytest.mark.parametrize("arguments, guess", [
    (("mnist-mni",), "'mnist-mini'"), (("mnist-mini", "--noise", "guassian:0.3"), "'gaussian'"),
    (("mnist-mini", "--arch", "cnov"), "'conv'"), (("mnist-mini", "--loss", "mes"), "'mse'"),
])
def test_a_misspelt_value_gets_the_nearest_one(diabolo, arguments, guess):
    assert f"did you mean {guess}?" in diabolo.error("train", *arguments)
