#include "lib/output/report_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "lib/output/chart_text.hpp"

namespace diabolo {
namespace {

std::string_view entity_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

std::string html_text(std::string_view text) {
  std::string result;
  for (const char c : one_line(text)) {
    const std::string_view entity = entity_of(c);
    if (entity.empty()) {
      result += c;
    } else {
      result += entity;
    }
  }
  return result;
}

std::string script_json(const nlohmann::ordered_json& value) {
  const std::string json =
      value.dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::ordered_json::error_handler_t::replace);
  std::string result;
  result.reserve(json.size());
  for (const char c : json) {
    if (c == '<') {
      result += "\\u003c";
    } else if (c == '>') {
      result += "\\u003e";
    } else if (c == '&') {
      result += "\\u0026";
    } else {
      result += c;
    }
  }
  return result;
}

std::string short_name(std::string_view name) {
  const std::string line = one_line(name);
  size_t characters = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(line[i]) & 0xC0) != 0x80;
    if (begins && ++characters > kLongestName) return line.substr(0, i) + "…";
  }
  return line;
}

std::string number_text(double number) {
  std::array<char, 32> text{};
  // Of large numbers all digits before the point.
  const bool large = std::abs(number) >= 1000 && std::abs(number) < 1e9;
  std::snprintf(text.data(), text.size(), large ? "%.0f" : "%.4g", number);
  return text.data();
}

double rounded(double number) { return std::strtod(number_text(number).c_str(), nullptr); }

std::vector<std::vector<std::string>> cells_of(const Table& table, const torch::Tensor& rows,
                                               size_t columns, const torch::Tensor& filled) {
  std::vector<std::vector<std::string>> cells(static_cast<size_t>(rows.size(0)));
  const auto values = unscale_rows(table, rows).contiguous();
  const auto numbers = values.accessor<float, 2>();
  int64_t at = 0;
  for (size_t column = 0; column < std::min(columns, table.columns.size()); ++column) {
    const Column& of = table.columns[column];
    const bool number = of.kind == ColumnKind::kNumber;
    const auto levels = number ? torch::Tensor() : levels_of(table, rows, column);
    for (int64_t i = 0; i < rows.size(0); ++i) {
      if (filled.defined() && filled[i][at].item<bool>()) {
        cells[static_cast<size_t>(i)].emplace_back("–");
        continue;
      }
      cells[static_cast<size_t>(i)].push_back(
          number ? number_text(numbers[i][at])
                 : short_name(of.levels[static_cast<size_t>(levels[i].item<int64_t>())]));
    }
    at += of.width();
  }
  return cells;
}

}  // namespace diabolo
