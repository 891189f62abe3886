#include "lib/output/clean_image.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <stdexcept>

#include "models/shape.hpp"

namespace diabolo {
namespace {

struct Tile {
  int64_t start, length;
};

/// Tiles along one side of an image. They begin at multiples of the network's stride, so that each
/// cell of a map sees what it sees in the whole image.
struct Axis {
  int64_t length;   ///< Of the image.
  int64_t overlap;  ///< Of neighbours, at least.
  std::vector<Tile> tiles;
};

int64_t rounded_down(int64_t length, int64_t stride) { return length / stride * stride; }

Axis make_axis(int64_t length, int64_t tile, int64_t stride) {
  const int64_t side = rounded_down(tile + stride - 1, stride);
  if (length <= side) return {.length = length, .overlap = 0, .tiles = {{0, length}}};
  const int64_t overlap = side / 4;
  const int64_t step = std::max(stride, rounded_down(side - overlap, stride));
  const int64_t last = rounded_down(length - side, stride);  // Its tile reaches to the end.
  Axis axis{.length = length, .overlap = overlap, .tiles = {}};
  for (int64_t start = 0; start < last; start += step) axis.tiles.push_back({start, side});
  axis.tiles.push_back({last, length - last});
  return axis;
}

/// How much each position of a tile counts: nothing within a quarter of the overlap, where the
/// network saw a border that is none, then rising to 1. The image's own borders count fully.
torch::Tensor weight_of(const Axis& axis, size_t index) {
  const int64_t length = axis.tiles[index].length;
  auto weight = torch::ones({length});
  const int64_t margin = axis.overlap / 4;
  const auto ramp = [&](int64_t i) {
    const auto way = static_cast<double>(i - margin) + 0.5;
    return std::clamp(way / static_cast<double>(axis.overlap - 2 * margin), 0.0, 1.0);
  };
  for (int64_t i = 0; i < axis.overlap; ++i) {
    if (index > 0) weight[i] *= ramp(i);
    if (index + 1 < axis.tiles.size()) weight[length - 1 - i] *= ramp(i);
  }
  return weight;
}

/// Sum of the weights at each position of the image.
torch::Tensor total_weight(const Axis& axis) {
  auto total = torch::zeros({axis.length});
  for (size_t i = 0; i < axis.tiles.size(); ++i) {
    total.narrow(0, axis.tiles[i].start, axis.tiles[i].length).add_(weight_of(axis, i));
  }
  return total;
}

int64_t stride_of(const AutoencoderOptions& options) {
  return int64_t{1} << std::min<size_t>(options.channels.size(), 30);
}

/// How much longer a side has to be, so that the network's maps end on it as on those of its
/// training: elsewhere it never learnt what lies beyond an edge. Not of networks whose last map is
/// less than a cell.
int64_t missing(int64_t length, int64_t trained, int64_t stride) {
  return stride > trained ? 0 : ((trained - length) % stride + stride) % stride;
}

/// Mirrored at its lower and its right edge, or with its last pixels again where it is too small.
torch::Tensor extended(const torch::Tensor& image, int64_t below, int64_t right) {
  if (below == 0 && right == 0) return image;
  const std::vector<int64_t> more = {0, right, 0, below};
  const bool mirrors = below < image.size(1) && right < image.size(2);
  return mirrors ? at::reflection_pad2d(image, more) : at::replication_pad2d(image, more);
}

/// Throws unless the network takes images of this shape.
void require_fit(const AutoencoderOptions& options, const std::vector<int64_t>& shape) {
  if (options.arch != Architecture::kConv || options.code != CodeShape::kMap) {
    throw std::invalid_argument("the model takes images of " + shape_text(options.sample_shape) +
                                " alone, and this is " + shape_text(shape) +
                                "; one of --arch conv --code map takes any size");
  }
  if (shape.at(0) != options.sample_shape[0]) {
    throw std::invalid_argument("the model takes " +
                                std::string(options.sample_shape[0] == 1 ? "grey" : "RGB") +
                                " images, and this is " + shape_text(shape));
  }
}

torch::Tensor clean_in_tiles(Autoencoder network, const torch::Tensor& image, int64_t tile) {
  const std::vector<int64_t> shape = image.sizes().vec();
  const Axis down = make_axis(shape[1], tile, stride_of(network->options()));
  const Axis across = make_axis(shape[2], tile, stride_of(network->options()));
  network = resized(network, shape[0], down.tiles[0].length, across.tiles[0].length);
  auto sum = torch::zeros(shape);
  for (size_t row = 0; row < down.tiles.size(); ++row) {
    for (size_t column = 0; column < across.tiles.size(); ++column) {
      const Tile& rows = down.tiles[row];
      const Tile& columns = across.tiles[column];
      const auto part = [&](const torch::Tensor& whole) {
        return whole.narrow(1, rows.start, rows.length).narrow(2, columns.start, columns.length);
      };
      const std::vector<int64_t> size = {shape[0], rows.length, columns.length};
      if (network->options().sample_shape != size) {
        network = resized(network, shape[0], rows.length, columns.length);
      }
      const auto clean = network->forward(part(image).unsqueeze(0))[0].clamp(0, 1);
      part(sum).add_(clean * at::outer(weight_of(down, row), weight_of(across, column)));
    }
  }
  sum.div_(total_weight(down).unsqueeze(1)).div_(total_weight(across));
  return sum.clamp_(0, 1);
}

}  // namespace

Autoencoder resized(const Autoencoder& network, int64_t channels, int64_t height, int64_t width) {
  AutoencoderOptions options = network->options();
  const std::vector<int64_t> shape = {channels, height, width};
  require_fit(options, shape);
  options.sample_shape = shape;
  Autoencoder result(options);
  const auto from = network->named_parameters();
  for (auto& item : result->named_parameters()) item.value().set_data(from[item.key()].data());
  result->eval();
  return result;
}

torch::Tensor clean_image(const TrainedModel& model, const torch::Tensor& image, int64_t tile) {
  const torch::NoGradGuard no_grad;
  Autoencoder network = model.network;
  const AutoencoderOptions& options = network->options();
  const std::vector<int64_t> shape = image.sizes().vec();
  if (shape == options.sample_shape && options.code != CodeShape::kMap) {
    return network->forward(image.unsqueeze(0))[0].clamp(0, 1);
  }
  require_fit(options, shape);
  const int64_t stride = stride_of(options);
  const int64_t below = missing(shape.at(1), options.sample_shape[1], stride);
  const int64_t right = missing(shape.at(2), options.sample_shape[2], stride);
  const auto whole = clean_in_tiles(network, extended(image, below, right), tile);
  return whole.narrow(1, 0, shape[1]).narrow(2, 0, shape[2]).contiguous();
}

}  // namespace diabolo
