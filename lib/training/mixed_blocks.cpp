#include "lib/training/mixed_blocks.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "lib/data/random.hpp"

namespace diabolo {

MixedBlocks::MixedBlocks(std::shared_ptr<const StoredPart> part, uint64_t seed, int64_t held)
    : part_(std::move(part)), seed_(seed), held_(held), samples_(part_->size()) {}

std::vector<int64_t> MixedBlocks::order(int64_t epoch) const {
  return permutation(std::ssize(part_->blocks),
                     random_state(seed_, Purpose::kOrder, static_cast<uint64_t>(epoch), 0));
}

MixedBlocks::Chosen MixedBlocks::take(const std::vector<int64_t>& order, int64_t epoch,
                                      int64_t first, int64_t count) {
  if (epoch != epoch_) begin_epoch(order, epoch);
  std::vector<torch::Tensor> parts;
  Chosen chosen;
  const int64_t end = first + count;
  while (first < end || parts.empty()) {
    const auto found = std::ranges::upper_bound(ends_, std::min(first, samples_ - 1));
    go_to(order, static_cast<size_t>(found - ends_.begin()));
    const int64_t begin = *found - std::ssize(group_.order);
    const auto places = std::span(group_.order)
                            .subspan(static_cast<size_t>(first - begin),
                                     static_cast<size_t>(std::min(end, *found) - first));
    for (const int64_t place : places) {
      chosen.samples.push_back(group_.samples[static_cast<size_t>(place)]);
    }
    const auto index = torch::tensor(at::IntArrayRef(places.data(), places.size()), torch::kInt64);
    parts.push_back(group_.rows.index_select(0, index));
    first += std::ssize(places);
  }
  chosen.rows = parts.size() == 1 ? parts[0] : torch::cat(parts);
  return chosen;
}

void MixedBlocks::begin_epoch(const std::vector<int64_t>& order, int64_t epoch) {
  next_ = {};  // Waits for what is being read.
  group_ = {};
  epoch_ = epoch;
  ends_.clear();
  int64_t end = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    end += part_->blocks[static_cast<size_t>(order[i])].size();
    const bool is_last = i + 1 == order.size();
    if (is_last || static_cast<int64_t>(i + 1) % held_ == 0) ends_.push_back(end);
  }
}

MixedBlocks::Group MixedBlocks::read(const std::vector<int64_t>& order, int64_t epoch,
                                     size_t number) const {
  const size_t begin = number * static_cast<size_t>(held_);
  const size_t end = std::min(order.size(), begin + static_cast<size_t>(held_));
  Group group;
  std::vector<torch::Tensor> rows;
  for (size_t i = begin; i < end; ++i) {
    const RowRange& block = part_->blocks[static_cast<size_t>(order[i])];
    rows.push_back(part_->file->read(block.begin, block.size()));
    for (int64_t row = block.begin; row < block.end; ++row) group.samples.push_back(row);
  }
  group.rows = torch::cat(rows);
  group.order =
      permutation(std::ssize(group.samples),
                  random_state(seed_, Purpose::kOrder, static_cast<uint64_t>(epoch), number + 1));
  return group;
}

void MixedBlocks::go_to(const std::vector<int64_t>& order, size_t number) {
  if (!group_.order.empty() && number == number_) return;
  const bool is_ready = next_.valid() && number == number_ + 1;
  if (!is_ready) next_ = {};
  group_ = {};  // Before the next is read where it was not read ahead: memory holds two at most.
  group_ = is_ready ? next_.get() : read(order, epoch_, number);
  number_ = number;
  next_ = {};
  if (number + 1 < ends_.size()) {
    next_ = std::async(std::launch::async, [this, order, epoch = epoch_, number] {
      return read(order, epoch, number + 1);
    });
  }
}

}  // namespace diabolo
