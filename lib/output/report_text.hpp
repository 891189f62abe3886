#pragma once

#include <torch/types.h>

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "lib/data/table.hpp"

/// Texts of users within a page, where none of them may become markup or script.
namespace diabolo {

/// For the text of an element or of a quoted attribute: valid UTF-8 with & < > " ' as entities.
std::string html_text(std::string_view text);

/// JSON for the text of a <script>: '<', '>' and '&' are written as escapes of JSON, so that no
/// "</script>" or "<!--" can end or change the element; bytes that are no UTF-8 become U+FFFD.
std::string script_json(const nlohmann::ordered_json& value);

/// At most kLongestName characters of a name, with "…" where it was cut; bytes that are no UTF-8
/// become '?'.
std::string short_name(std::string_view name);
inline constexpr size_t kLongestName = 60;

/// Rounded to four digits, which is what a page shows.
double rounded(double number);
std::string number_text(double number);  ///< "12.6", "1014", "0.003661"

/// The cells of scaled rows [n, D], in the units of the file: numbers, words of categories; of the
/// first `columns` columns. "–" for one that `filled`, as Dataset::filled, says was empty.
std::vector<std::vector<std::string>> cells_of(const Table& table, const torch::Tensor& rows,
                                               size_t columns, const torch::Tensor& filled = {});

}  // namespace diabolo
