#include "lib/training/batches.hpp"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <stdexcept>

#include "lib/data/random.hpp"

namespace diabolo {
namespace {

constexpr int64_t kImageDimensions = 4;
constexpr int64_t kShiftGroups = 8;
constexpr int64_t kDrawBlock = 256;
constexpr int64_t kUnshuffledEpoch = 0;  // Training counts from 1, so its noise is another.

/// One dimension of `to` receives `from` moved by `offset`; the border stays, and so is repeated.
torch::Tensor moved(const torch::Tensor& from, int64_t dimension, int64_t offset) {
  const int64_t length = from.size(dimension);
  const int64_t distance = std::min(std::abs(offset), length - 1);
  if (distance == 0) return from;
  const auto kept = from.narrow(dimension, offset > 0 ? 0 : distance, length - distance);
  const auto border = from.narrow(dimension, offset > 0 ? 0 : length - 1, 1);
  std::vector<int64_t> sizes = from.sizes().vec();
  sizes[static_cast<size_t>(dimension)] = distance;
  const auto repeated = border.expand(sizes);
  return offset > 0 ? torch::cat({repeated, kept}, dimension)
                    : torch::cat({kept, repeated}, dimension);
}

/// A tensor over `samples`, which must outlive it.
torch::Tensor index_over(std::span<const int64_t> samples) {
  return torch::from_blob(const_cast<int64_t*>(samples.data()),
                          {static_cast<int64_t>(samples.size())}, torch::kInt64);
}

}  // namespace

torch::Tensor shift_images(const torch::Tensor& images, int64_t distance, uint64_t state,
                           int64_t first, int64_t whole) {
  if (distance == 0) return images;
  Random random(state);
  const auto span = static_cast<uint64_t>(2 * distance + 1);
  const auto draw = [&] { return static_cast<int64_t>(random.below(span)) - distance; };
  torch::Tensor result = images.clone();
  const int64_t count = images.size(0);
  if (whole == 0) whole = count;
  const auto here = [&](int64_t place) { return std::clamp<int64_t>(place - first, 0, count); };
  for (int64_t group = 0; group < kShiftGroups; ++group) {
    const int64_t begin = here(whole * group / kShiftGroups);
    const int64_t end = here(whole * (group + 1) / kShiftGroups);
    const int64_t down = draw();
    const int64_t right = draw();
    if (random.below(2) == 0 || begin == end) continue;
    const auto part = images.narrow(0, begin, end - begin);
    result.narrow(0, begin, end - begin).copy_(moved(moved(part, 2, down), 3, right));
  }
  return result;
}

torch::Tensor augment_images(const torch::Tensor& images, std::span<const int64_t> samples,
                             uint64_t seed, uint64_t epoch) {
  constexpr uint64_t kWays = 8;
  const bool square = images.size(2) == images.size(3);
  std::array<std::vector<int64_t>, kWays> places;  // In the batch, by the way they are laid.
  for (size_t i = 0; i < samples.size(); ++i) {
    Random random(random_state(seed, Purpose::kAugment, epoch, static_cast<uint64_t>(samples[i])));
    places.at(random.below(square ? kWays : kWays / 2)).push_back(static_cast<int64_t>(i));
  }
  torch::Tensor result = images.clone();
  for (size_t way = 1; way < kWays; ++way) {
    if (places.at(way).empty()) continue;
    const auto index = index_over(places.at(way)).to(images.device());
    auto laid = images.index_select(0, index);
    if ((way & 1) != 0) laid = laid.flip(3);
    if ((way & 2) != 0) laid = laid.flip(2);
    if ((way & 4) != 0) laid = laid.transpose(2, 3);
    result.index_copy_(0, index, laid);
  }
  return result;
}

Batches::Batches(const Dataset& dataset, const TrainerOptions& options, const torch::Device& device,
                 int64_t draws)
    : options_(options),
      batch_size_(std::min(options.batch_size.value(), dataset.size_with_stored())),
      images_(dataset.samples.dim() == kImageDimensions),
      shift_(images_ ? options.shift : 0),
      device_(device),
      draws_(draws) {
  if (dataset.size() == 0) throw std::invalid_argument("no samples to train on");
  samples_ = dataset.samples.to(device_);
  if (dataset.filled.defined()) filled_ = dataset.filled.to(device_);
  if (dataset.stored) {
    stored_ = std::make_unique<MixedBlocks>(dataset.stored, static_cast<uint64_t>(options.seed));
  }
}

int64_t Batches::filled_cells() const {
  return filled_.defined() ? filled_.sum().item<int64_t>() : 0;
}

int64_t Batches::steps() const { return (samples() + batch_size_ - 1) / batch_size_; }

std::vector<int64_t> Batches::order(int64_t epoch) const {
  if (stored_) return stored_->order(epoch);
  return permutation(samples(), random_state(static_cast<uint64_t>(options_.seed), Purpose::kOrder,
                                             static_cast<uint64_t>(epoch), 0));
}

int64_t Batches::samples_of(int64_t step) const {
  return std::min(batch_size_, samples() - step * batch_size_);
}

Batch Batches::training(const std::vector<int64_t>& order, int64_t epoch, int64_t step,
                        const Share& share) const {
  const int64_t whole = samples_of(step);
  const int64_t first = share.begin(whole);
  const int64_t place = step * batch_size_ + first;
  const int64_t count = share.end(whole) - first;
  MixedBlocks::Chosen read;
  if (stored_) read = stored_->take(order, epoch, place, count);
  const auto chosen =
      stored_ ? std::span<const int64_t>(read.samples)
              : std::span(order).subspan(static_cast<size_t>(place), static_cast<size_t>(count));
  auto rows =
      stored_ ? read.rows.to(device_) : samples_.index_select(0, index_over(chosen).to(device_));
  if (shift_ > 0) {
    const uint64_t state = random_state(static_cast<uint64_t>(options_.seed), Purpose::kShift,
                                        static_cast<uint64_t>(epoch), static_cast<uint64_t>(step));
    rows = shift_images(rows, shift_, state, first, whole);
  }
  if (images_ && options_.augment) {
    rows = augment_images(rows, chosen, static_cast<uint64_t>(options_.seed),
                          static_cast<uint64_t>(epoch));
  }
  Batch batch = finish(rows, chosen, epoch);
  batch.draws = drawn(epoch, place, batch.input.size(0));
  return batch;
}

Batch Batches::plain(int64_t begin, int64_t count) const {
  std::vector<int64_t> chosen(static_cast<size_t>(count));
  std::iota(chosen.begin(), chosen.end(), begin);
  const auto rows = samples_.narrow(0, begin, count);
  Batch batch{.input = rows, .target = rows, .filled = {}, .draws = {}};
  if (images_) batch = finish(rows, chosen, kUnshuffledEpoch);
  if (filled_.defined()) batch.filled = filled_.narrow(0, begin, count);
  batch.draws = drawn(kUnshuffledEpoch, begin, count);
  return batch;
}

/// Those of places [first, first + count) of an epoch, whatever batches they come in.
torch::Tensor Batches::drawn(int64_t epoch, int64_t first, int64_t count) const {
  if (draws_ == 0) return {};
  std::vector<torch::Tensor> blocks = {torch::empty({0, draws_})};
  const int64_t begin = first / kDrawBlock;
  for (int64_t block = begin; block * kDrawBlock < first + count; ++block) {
    const auto generator = at::make_generator<at::CPUGeneratorImpl>(
        random_state(static_cast<uint64_t>(options_.seed), Purpose::kCode,
                     static_cast<uint64_t>(epoch), static_cast<uint64_t>(block)));
    blocks.push_back(at::randn({kDrawBlock, draws_}, generator, torch::TensorOptions()));
  }
  if (count == 0) return blocks.front().to(device_);
  return torch::cat(blocks).narrow(0, first - begin * kDrawBlock, count).to(device_);
}

Batch Batches::finish(const torch::Tensor& rows, std::span<const int64_t> samples,
                      int64_t epoch) const {
  const auto target = to_unit(rows);
  if (options_.noise.none()) return {target, target, {}, {}};
  auto noisy = target.clone().cpu();
  add_noise(noisy, options_.noise, {samples.begin(), samples.end()},
            static_cast<uint64_t>(options_.seed), static_cast<uint64_t>(epoch));
  return {noisy.to(device_), target, {}, {}};
}

}  // namespace diabolo
