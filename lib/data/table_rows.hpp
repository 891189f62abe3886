#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lib/data/table.hpp"
#include "lib/data/table_source.hpp"

namespace diabolo {

/// Most levels of a text column that becomes input, and of a label.
inline constexpr size_t kMaxLevels = 50;
inline constexpr size_t kMaxLabels = 1000;

/// Words numbered by their first appearance, or by a list.
class Levels {
 public:
  Levels() = default;
  explicit Levels(const std::vector<std::string>& words);

  int64_t find(std::string_view word) const;  ///< -1 when it is not there.
  int64_t add(std::string_view word);
  const std::vector<std::string>& words() const { return words_; }

  /// Sorts the words, by value when all are numbers. Returns the new number of each old one.
  std::vector<int64_t> sort();

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::vector<std::string> words_;
  std::unordered_map<std::string, int64_t, Hash, std::equal_to<>> numbers_;
};

/// Rows of a source as numbers: each input column one value, of a category the number of its level.
class TableRows {
 public:
  /// What is done with one column of the source.
  struct Use {
    size_t at;  ///< Its place in the source.
    std::string name;
    ColumnKind kind;
    Levels levels;  ///< Of a category.
  };

  /// learning: levels that are not known yet are added, else they are errors.
  TableRows(std::unique_ptr<TableSource> source, Missing missing, bool learning);

  std::vector<Use>& inputs() { return inputs_; }
  const std::vector<Use>& inputs() const { return inputs_; }
  void use_label(size_t at, const std::vector<std::string>& levels);
  void use_id(size_t at) { id_ = at; }
  void use_beside(const std::vector<size_t>& at) { beside_ = at; }
  const TableSource& source() const { return *source_; }
  Levels& label_levels() { return label_levels_; }
  int64_t dropped() const { return dropped_; }  ///< Rows left out by Missing::kDrop so far.

  /// The cells of use_beside() of all rows that next() gave since the last call.
  std::vector<std::vector<std::string>> take_beside() { return std::exchange(beside_rows_, {}); }

  /// Reads the next row into `values`, one for each of inputs(); appends to the others. False at
  /// the end.
  bool next(float* values, std::vector<int64_t>& labels, std::vector<std::string>& ids);

 private:
  bool has_empty_cell() const;
  bool read_inputs(float* values);
  float read_level(Use& use);
  int64_t read_label();

  std::unique_ptr<TableSource> source_;
  Missing missing_;
  bool learning_;
  std::vector<Use> inputs_;
  std::optional<size_t> label_, id_;
  std::vector<size_t> beside_;
  std::vector<std::vector<std::string>> beside_rows_;
  Levels label_levels_;
  int64_t dropped_ = 0;
};

}  // namespace diabolo
