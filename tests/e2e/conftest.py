import pytest
from program import ONE_THREAD, TINY, Diabolo


@pytest.fixture
def diabolo(tmp_path):
    """The program in an empty folder of this test's own."""
    return Diabolo(tmp_path)


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory):
    """A run folder of a small dense network on mnist-mini. Read it, do not change it."""
    folder = tmp_path_factory.mktemp("tiny")
    Diabolo(folder)("train", "mnist-mini", *TINY, "--out", "run")
    return folder / "run"


@pytest.fixture(scope="session")
def wine_run(tmp_path_factory):
    """A run folder of a small table with labels. Read it, do not change it."""
    folder = tmp_path_factory.mktemp("wine")
    Diabolo(folder)("train", "wine", "--epochs", "60", *ONE_THREAD, "--out", "run")
    return folder / "run"
