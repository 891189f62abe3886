"""A build without MPI, when mpirun starts several of it all the same."""

RANK = {"OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "2"}


def test_several_processes_are_refused(diabolo, tmp_path):
    message = diabolo.error("train", "mnist-mini", "--out", "run", env=RANK)
    assert "built without MPI" in message
    assert not (tmp_path / "run").exists()
    other = diabolo("train", "mnist-mini", "--out", "run", code=2,
                    env={**RANK, "OMPI_COMM_WORLD_RANK": "1"})
    assert (other.out, other.err) == ("", "")


def test_the_doctor_says_so(diabolo):
    assert "MPI            none: built without\n" in diabolo("doctor").out
