#include "models/field.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace diabolo {
namespace {

template <typename Number>
std::string number_to_text(Number value) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  if (error != std::errc{}) throw std::logic_error("a number longer than its buffer");
  return {buffer.data(), end};
}

/// from_chars reads a prefix ("0.5abc" as 0.5); here the whole text must be the number.
template <typename Number>
Number whole_number_text(std::string_view text, const char* wanted) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  if (text.starts_with('+') && !text.starts_with("+-")) ++begin;
  Number value{};
  const auto [rest, error] = std::from_chars(begin, end, value);
  if (error != std::errc{} || rest != end) {
    throw std::invalid_argument("'" + std::string(text) + "' is not " + wanted);
  }
  return value;
}

/// Levenshtein's edit distance, with a swap of neighbours as one edit (Damerau 1964).
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({replaced, cost[i - 1][j] + 1, cost[i][j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

}  // namespace

std::string to_text(double value) { return number_to_text(value); }
std::string to_text(int64_t value) { return number_to_text(value); }
std::string to_text(bool value) { return value ? "true" : "false"; }
std::string to_text(const std::string& value) { return value; }

std::string to_text(const std::vector<int64_t>& values) {
  std::string text;
  for (const int64_t value : values) text += (text.empty() ? "" : ",") + to_text(value);
  return text;
}

void from_text(std::string_view text, double& value) {
  const auto number = whole_number_text<double>(text, "a number");
  if (!std::isfinite(number)) {
    throw std::invalid_argument("'" + std::string(text) + "' is not a finite number");
  }
  value = number;
}

void from_text(std::string_view text, int64_t& value) {
  value = whole_number_text<int64_t>(text, "a whole number");
}

void from_text(std::string_view text, bool& value) {
  if (text != "true" && text != "false") {
    throw std::invalid_argument("'" + std::string(text) + "' is neither true nor false");
  }
  value = text == "true";
}

void from_text(std::string_view text, std::string& value) { value = text; }

void from_text(std::string_view text, std::vector<int64_t>& values) {
  std::vector<int64_t> result;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    result.push_back(whole_number_text<int64_t>(text.substr(0, comma), "a whole number"));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
    if (text.empty()) throw std::invalid_argument("a number is missing after the last comma");
  }
  values = std::move(result);
}

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  size_t best_distance = std::max<size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const size_t distance = edit_distance(word, candidate);
    if (distance < best_distance && distance < candidate.size()) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string unknown_word(std::string_view what, std::string_view found,
                         const std::vector<std::string>& known) {
  std::string message = "unknown " + std::string(what) + " '" + std::string(found) + "'";
  const std::string guess = nearest(found, known);
  if (!guess.empty()) message += "; did you mean '" + guess + "'?";
  constexpr size_t kListed = 20;
  std::string list;
  for (size_t i = 0; i < known.size() && i < kListed; ++i) {
    list += (i == 0 ? "" : ", ") + known[i];
  }
  if (known.size() > kListed) list += ", … " + std::to_string(known.size()) + " in all";
  return message + " (" + list + ")";
}

}  // namespace diabolo
