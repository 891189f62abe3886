"""What TensorBoard's own readers find in a run folder."""

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.event_file_loader import RawEventFileLoader
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.plugins.projector.projector_plugin import _read_tensor_tsv_file
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

from google.protobuf import text_format

ALL = {"scalars": 0, "images": 0, "tensors": 0}


def event_files(run):
    return sorted(run.glob("events.out.tfevents.*"))


def accumulated(run):
    """What TensorBoard shows of a run, nothing left out."""
    return EventAccumulator(str(run), size_guidance=ALL).Reload()


def raw_steps(run, tag):
    """The steps of a tag as they stand in the files, before any reader drops some."""
    events = [Event.FromString(raw) for file in event_files(run)
              for raw in RawEventFileLoader(str(file)).Load()]
    return [event.step for event in events for value in event.summary.value if value.tag == tag]


def projector(run):
    """Its config, and the codes and lines of labels that it names."""
    config = ProjectorConfig()
    text_format.Parse((run / "projector_config.pbtxt").read_text(), config)
    (embedding,) = config.embeddings
    codes = _read_tensor_tsv_file(str(run / embedding.tensor_path))
    assert list(codes.shape) == list(embedding.tensor_shape)
    lines = (run / embedding.metadata_path).read_text().split("\n")
    assert lines.pop() == ""
    return embedding, codes, lines
