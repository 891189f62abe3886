"""A run as TensorBoard reads it."""

import csv
import json
import shutil
import signal

import numpy as np
import pytest
from board import accumulated, event_files, projector, raw_steps
from program import TINY, Diabolo, contents
from samples import read_png
from tables import WINE, read_csv, write_csv
from training import SLOW, Training

from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.context import RequestContext
from tensorboard.plugins.base_plugin import TBContext
from tensorboard.plugins.hparams import api_pb2
from tensorboard.plugins.hparams.backend_context import Context
from tensorboard.plugins.hparams.list_session_groups import Handler as SessionGroups

COLUMNS = {"loss/train": "train_loss", "loss/validation": "validation_loss",
           "mse/validation": "validation_mse", "training/learning_rate": "learning_rate",
           "training/samples_per_second": "samples_per_second"}


def metrics(run):
    return list(csv.DictReader((run / "metrics.csv").open()))


def assert_scalars_are_the_metrics(run):
    """Each value of each tag, and each epoch once."""
    shown = accumulated(run)
    rows = metrics(run)
    assert rows
    for tag, column in COLUMNS.items():
        steps = [str(event.step) for event in shown.Scalars(tag)]
        values = [np.float32(event.value) for event in shown.Scalars(tag)]
        assert steps == [row["epoch"] for row in rows], tag
        assert values == [np.float32(row[column]) for row in rows], tag
        assert raw_steps(run, tag) == [int(row["epoch"]) for row in rows], tag


@pytest.fixture(scope="session")
def wine_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wine")
    Diabolo(folder)("train", WINE, "--label", "grower", "--epochs", "300", "--threads", "1",
                    "--out", "run")
    return folder / "run"


@pytest.mark.parametrize("run", ["tiny_run", "wine_run"])
def test_every_scalar_is_that_of_metrics_csv(request, run):
    assert_scalars_are_the_metrics(request.getfixturevalue(run))


def test_wall_times_rise(wine_run):
    times = [event.wall_time for event in accumulated(wine_run).Scalars("loss/train")]
    assert all(a < b for a, b in zip(times, times[1:]))


def test_pca_is_a_level_line(tiny_run):
    summary = json.loads((tiny_run / "summary.json").read_text())
    events = accumulated(tiny_run).Scalars("mse/pca")
    assert [event.step for event in events] == [1, 2]
    assert {event.value for event in events} == {np.float32(summary["pca_validation_mse"])}


def test_every_picture_is_that_of_the_folder(tiny_run):
    events = accumulated(tiny_run).Images("samples")
    assert [event.step for event in events] == [1, 2]
    for event in events:
        file = tiny_run / "samples" / f"epoch_{event.step:04}.png"
        assert event.encoded_image_string == file.read_bytes()
        assert (event.height, event.width) == read_png(file).shape[:2]


def test_the_options_are_shown_as_text(tiny_run):
    (event,) = accumulated(tiny_run).Tensors("config.toml")
    (text,) = event.tensor_proto.string_val
    assert text.decode() == f"```toml\n{(tiny_run / 'config.toml').read_text()}```\n"


def test_the_hparams_tab_has_a_row_a_run(tmp_path, tiny_run, wine_run):
    shutil.copytree(tiny_run, tmp_path / "digits")
    shutil.copytree(wine_run, tmp_path / "wine")
    multiplexer = EventMultiplexer().AddRunsFromDirectory(str(tmp_path)).Reload()
    hparams = Context(TBContext(data_provider=MultiplexerDataProvider(multiplexer, "")))
    request = RequestContext()
    experiment = hparams.experiment_from_metadata(
        request, "", include_metrics=True, data_provider_hparams=[],
        hparams_run_to_tag_to_content=hparams.hparams_metadata(request, ""))
    assert {"latent", "hidden", "learning_rate", "noise", "data"} <= {
        info.name for info in experiment.hparam_infos}
    wanted = api_pb2.ListSessionGroupsRequest(
        allowed_statuses=[api_pb2.STATUS_SUCCESS], start_index=0, slice_size=10,
        include_metrics=True,
        col_params=[api_pb2.ColParams(metric=metric.name) for metric in experiment.metric_infos])
    groups = SessionGroups(request, hparams, "", wanted).run().session_groups
    rows = {group.sessions[0].name: group for group in groups}
    assert set(rows) == {"digits", "wine"}
    assert rows["digits"].hparams["latent"].number_value == 8
    assert rows["digits"].hparams["hidden"].string_value == "64"
    assert rows["wine"].hparams["epochs"].number_value == 300
    found = {metric.name.tag: metric.value for metric in rows["wine"].metric_values}
    assert found["mse/validation"] == np.float32(metrics(wine_run)[-1]["validation_mse"])


def test_the_projector_shows_digits_with_their_labels(tiny_run):
    embedding, codes, labels = projector(tiny_run)
    assert codes.shape == (2000, 8) and len(labels) == 2000
    assert set(labels) == {str(digit) for digit in range(10)}
    sprite = read_png(tiny_run / embedding.sprite.image_path)
    assert list(embedding.sprite.single_image_dim) == [28, 28]
    assert sprite.shape[0] == sprite.shape[1] == 45 * 28


def test_the_projector_has_the_codes_that_encode_gives(diabolo, tmp_path, wine_run):
    diabolo("encode", wine_run, WINE, "--out", "codes.csv")
    header, rows = read_csv(tmp_path / "codes.csv")
    assert header[0] == "grower"
    expected = sorted((row[0], *map(float, row[1:])) for row in rows)
    embedding, codes, labels = projector(wine_run)
    assert not embedding.HasField("sprite")
    found = sorted((label, *map(float, code)) for label, code in zip(labels, codes))
    assert [row[0] for row in found] == [row[0] for row in expected]
    # Two numbers, and a 0 for the third axis.
    np.testing.assert_allclose([row[1:3] for row in found], [row[1:] for row in expected],
                               atol=1e-5)
    assert {row[3:] for row in found} == {(0.0,)}


def test_labels_that_no_file_of_this_kind_can_hold_are_rewritten(diabolo, tmp_path):
    rows = [[f"{i % 7}.5", str(i * i % 11), ["", "a\tb", "c\nd"][i % 3]] for i in range(60)]
    write_csv(tmp_path / "odd.csv", ["x", "y", "kind"], rows)
    diabolo("train", "odd.csv", "--label", "kind", "--epochs", "2", "--threads", "1", "--out",
            "run")
    _, codes, labels = projector(tmp_path / "run")
    assert len(codes) == len(labels) == 60
    assert set(labels) == {"(none)", "a b", "c d"}


def test_no_tensorboard_leaves_all_of_it_out_and_the_model_as_it_is(diabolo, tmp_path, tiny_run):
    diabolo("train", "mnist-mini", *TINY, "--no-tensorboard", "--out", "run")
    missing = set(contents(tiny_run)) - set(contents(tmp_path / "run"))
    assert len(missing) == 5 and all("tfevents" in name or "projector" in name for name in missing)
    assert (tmp_path / "run/model.safetensors").read_bytes() == (
        tiny_run / "model.safetensors").read_bytes()


def test_overwrite_takes_the_earlier_events_away(diabolo, tmp_path, tiny_run):
    shutil.copytree(tiny_run, tmp_path / "run")
    (tmp_path / "run" / "events.out.tfevents.1.mine").write_text("mine")
    diabolo("train", "mnist-mini", *TINY, "--epochs", "1", "--no-tensorboard", "--out", "run",
            "--overwrite")
    left = [name for name in contents(tmp_path / "run") if "tfevents" in name or "proj" in name]
    assert left == ["events.out.tfevents.1.mine"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_run_that_goes_on_has_each_epoch_once(tmp_path, number):
    training = Training(tmp_path, ["train", "mnist-mini", *SLOW, "--out", "run"])
    for epoch in (1, 3):
        training.wait_for_epoch("run", epoch)
        training.interrupt(number)
        training.end()
        training = Training(tmp_path, "diabolo train --resume run")
    assert training.end() == 0, training.err
    run = tmp_path / "run"
    assert len(event_files(run)) == 3
    assert_scalars_are_the_metrics(run)
    assert raw_steps(run, "samples") == [1, 2, 3, 4, 5, 6]
    assert raw_steps(run, "_hparams_/session_start_info") == [0]


def test_an_epoch_that_no_checkpoint_knows_is_not_there_twice(diabolo, tmp_path):
    """Killed between the events and the checkpoint of an epoch."""
    training = Training(tmp_path, ["train", "mnist-mini", *SLOW, "--out", "run"])
    training.wait_for_epoch("run", 1)
    training.interrupt()
    training.end()
    run = tmp_path / "run"
    earlier = (run / "checkpoint.safetensors").read_bytes()
    done = len(metrics(run))
    training = Training(tmp_path, "diabolo train --resume run")
    training.wait_for_epoch("run", done + 1)
    training.interrupt(signal.SIGKILL)
    training.end()
    (run / "checkpoint.safetensors").write_bytes(earlier)
    assert max(raw_steps(run, "loss/train")) > done
    open_meanwhile = accumulated(run)
    diabolo("train", "--resume", "run")
    assert_scalars_are_the_metrics(run)
    # A TensorBoard that saw the lost epochs forgets them.
    steps = [event.step for event in open_meanwhile.Reload().Scalars("loss/train")]
    assert steps == [1, 2, 3, 4, 5, 6]


def test_a_start_that_collapsed_is_not_in_the_log(diabolo, tmp_path):
    rows = [[str(i % 7), str(2 * (i % 7)), str(-(i % 7))] for i in range(60)]
    write_csv(tmp_path / "line.csv", ["a", "b", "c"], rows)
    # Two linear units of a line must repeat each other, however often training starts.
    result = diabolo("train", "line.csv", "--latent", "2", "--hidden", "", "--noise", "none",
                     "--restarts", "2", "--epochs", "5", "--out", "run")
    assert result.err.count("starting again") == 2
    assert_scalars_are_the_metrics(tmp_path / "run")
    assert raw_steps(tmp_path / "run", "_hparams_/session_start_info") == [0]


def test_a_run_without_events_goes_on_without(diabolo, tmp_path):
    training = Training(tmp_path, ["train", "mnist-mini", *SLOW, "--no-tensorboard",
                                   "--out", "run"])
    training.wait_for_epoch("run", 1)
    training.interrupt()
    training.end()
    diabolo("train", "--resume", "run")
    assert not event_files(tmp_path / "run") and not (tmp_path / "run" / "projector").exists()


def test_a_record_cut_in_two_is_written_again(diabolo, tmp_path):
    training = Training(tmp_path, ["train", "mnist-mini", *SLOW, "--out", "run"])
    training.wait_for_epoch("run", 2)
    training.interrupt()
    training.end()
    (events,) = event_files(tmp_path / "run")
    events.write_bytes(events.read_bytes()[:-70_000])
    diabolo("train", "--resume", "run")
    assert_scalars_are_the_metrics(tmp_path / "run")
