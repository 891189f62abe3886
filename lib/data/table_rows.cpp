#include "lib/data/table_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "lib/data/cell_look.hpp"

namespace diabolo {
namespace {

std::string some_of(const std::vector<std::string>& words) {
  constexpr size_t kShown = 12;
  std::string text;
  for (size_t i = 0; i < std::min(kShown, words.size()); ++i) {
    text += (i == 0 ? "" : ", ") + words[i];
  }
  return words.size() > kShown ? text + ", …" : text;
}

}  // namespace

Levels::Levels(const std::vector<std::string>& words) {
  for (const auto& word : words) add(word);
}

int64_t Levels::find(std::string_view word) const {
  const auto found = numbers_.find(word);
  return found == numbers_.end() ? -1 : found->second;
}

int64_t Levels::add(std::string_view word) {
  const int64_t known = find(word);
  if (known >= 0) return known;
  const auto number = static_cast<int64_t>(words_.size());
  words_.emplace_back(word);
  numbers_.emplace(words_.back(), number);
  return number;
}

std::vector<int64_t> Levels::sort() {
  std::vector<int64_t> order(words_.size());
  std::iota(order.begin(), order.end(), int64_t{0});
  const bool numbers =
      std::ranges::all_of(words_, [](const auto& word) { return as_number(word).has_value(); });
  const auto before = [&](int64_t a, int64_t b) {
    const auto& left = words_[static_cast<size_t>(a)];
    const auto& right = words_[static_cast<size_t>(b)];
    return numbers ? *as_number(left) < *as_number(right) : left < right;
  };
  std::ranges::stable_sort(order, before);
  std::vector<int64_t> ranks(order.size());
  std::vector<std::string> sorted;
  for (size_t i = 0; i < order.size(); ++i) {
    ranks[static_cast<size_t>(order[i])] = static_cast<int64_t>(i);
    sorted.push_back(words_[static_cast<size_t>(order[i])]);
  }
  *this = Levels(sorted);
  return ranks;
}

TableRows::TableRows(std::unique_ptr<TableSource> source, Missing missing, bool learning)
    : source_(std::move(source)), missing_(missing), learning_(learning) {}

void TableRows::use_label(size_t at, const std::vector<std::string>& levels) {
  label_ = at;
  label_levels_ = Levels(levels);
}

bool TableRows::next(float* values, std::vector<int64_t>& labels, std::vector<std::string>& ids) {
  while (source_->next()) {
    if (!read_inputs(values)) {
      ++dropped_;
      continue;
    }
    if (label_) labels.push_back(read_label());
    if (id_) ids.emplace_back(source_->text(*id_));
    if (!beside_.empty()) {
      auto& cells = beside_rows_.emplace_back();
      for (const size_t at : beside_) cells.emplace_back(source_->text(at));
    }
    return true;
  }
  return false;
}

bool TableRows::read_inputs(float* values) {
  // First, so that words of a row which is left out do not become levels.
  if (missing_ == Missing::kDrop && has_empty_cell()) return false;
  for (size_t i = 0; i < inputs_.size(); ++i) {
    Use& use = inputs_[i];
    values[i] = use.kind == ColumnKind::kNumber ? source_->number(use.at) : read_level(use);
    if (!std::isnan(values[i])) continue;
    if (missing_ == Missing::kError) {
      source_->fail(use.at,
                    "a missing value (an empty cell, NA, NaN or the like); give --missing mean, or "
                    "--missing drop");
    }
  }
  return true;
}

bool TableRows::has_empty_cell() const {
  return std::ranges::any_of(inputs_, [&](const Use& use) { return source_->empty(use.at); });
}

float TableRows::read_level(Use& use) {
  const std::string_view word = source_->text(use.at);
  if (word.empty()) return std::numeric_limits<float>::quiet_NaN();
  const int64_t known = use.levels.find(word);
  if (known >= 0) return static_cast<float>(known);
  if (!learning_) {
    source_->fail(use.at, "'" + std::string(word) + "' is no level that the model knows (" +
                              some_of(use.levels.words()) + ")");
  }
  if (use.levels.words().size() == kMaxLevels) {
    const CellLook look = look_of(word);
    if (look != CellLook::kWord) {
      source_->fail(use.at, "'" + std::string(word) + "' " + advice_on(look) +
                                ", or leave the column out with --drop");
    }
    source_->fail(use.at, "'" + std::string(word) + "' is one word more than the " +
                              std::to_string(kMaxLevels) +
                              " different ones that a column of text may have; leave it out with "
                              "--drop, or use it as --id or --label");
  }
  return static_cast<float>(use.levels.add(word));
}

int64_t TableRows::read_label() {
  std::string_view word = source_->text(*label_);
  if (word.empty()) word = "(none)";
  if (label_levels_.words().size() == kMaxLabels && label_levels_.find(word) < 0) {
    source_->fail(*label_, "a label with more than " + std::to_string(kMaxLabels) +
                               " different values; leave the column out with --drop");
  }
  return label_levels_.add(word);
}

}  // namespace diabolo
