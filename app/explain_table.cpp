#include "app/explain_table.hpp"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "app/commands.hpp"
#include "app/terminal.hpp"
#include "lib/output/table_explanation_picture.hpp"

namespace diabolo::app {
namespace {

using nlohmann::ordered_json;

constexpr size_t kToldColumns = 6;  // Of one unit, at most.
constexpr double kLeastShare = 0.05;

/// What was found, and why the rest was not looked for.
struct Found {
  TableExplanation explanation;
  std::string no_codes, no_relations;
  double rate = 0;
  int64_t rows = 0;
  bool on_training_rows = false;
};

Found find(const ModelAndData& loaded, double rate) {
  Found found;
  found.rate = rate;
  found.rows = loaded.all.size();
  found.on_training_rows = loaded.on_training_rows;
  try {
    found.explanation.codes = explain_codes(loaded.model, loaded.data, rate);
  } catch (const std::invalid_argument& error) {
    found.no_codes = error.what();
  }
  try {
    found.explanation.relations = find_relations(loaded.all, rate);
  } catch (const std::invalid_argument& error) {
    found.no_relations = error.what();
  }
  return found;
}

/// "sum +45 %, x1 +30 %" of one unit: columns that the code ties to others alone.
std::string unit_text(const Table& table, const CodeExplanation& codes, int64_t unit) {
  const auto shares = codes.shares.select(1, unit);
  const auto order = shares.abs().argsort(/*stable=*/true, 0, /*descending=*/true);
  std::vector<std::string> parts;
  for (int64_t i = 0; i < order.size(0) && parts.size() < kToldColumns; ++i) {
    const auto column = static_cast<size_t>(order[i].item<int64_t>());
    const double share = shares[static_cast<int64_t>(column)].item<double>();
    if (!codes.columns[column].carried || std::abs(share) < kLeastShare) continue;
    const bool number = table.columns[column].kind == ColumnKind::kNumber;
    parts.push_back(table.columns[column].name + " " +
                    (!number     ? ""
                     : share < 0 ? "-"
                                 : "+") +
                    percent(std::abs(share), 1));
  }
  return "  code " + std::to_string(unit + 1) + ": " + (parts.empty() ? "-" : joined(parts)) + "\n";
}

int name_width(const Table& table) {
  size_t widest = 22;
  for (const Column& column : table.columns) widest = std::max(widest, column.name.size());
  return static_cast<int>(std::min<size_t>(widest, 40)) + 2;
}

std::string codes_text(const Table& table, const Found& found) {
  if (!found.explanation.codes) {
    return "\nOf what the code carries nothing can be concluded: " + found.no_codes +
           " to judge by.\n";
  }
  const CodeExplanation& codes = *found.explanation.codes;
  std::vector<CarriedColumn> carried;
  std::vector<std::string> others;
  for (const CarriedColumn& column : codes.columns) {
    if (column.carried) carried.push_back(column);
    if (!column.carried) others.push_back(table.columns[column.column].name);
  }
  std::ranges::stable_sort(carried, std::greater<>(), &CarriedColumn::loss);
  std::ostringstream text;
  text << "\ncolumns that the code ties to others: how much less of the others' variance is "
          "rebuilt\nonce the column is shuffled ("
       << with_commas(codes.rows)
       << (found.on_training_rows ? " rows, which it was trained on)\n" : " rows)\n");
  for (const CarriedColumn& column : carried) {
    text << "  " << std::left << std::setw(name_width(table)) << table.columns[column.column].name
         << std::right << std::setw(9) << percent(column.loss, 1) << "\n";
  }
  if (carried.empty()) text << "  none\n";
  if (!others.empty()) text << "not found to be tied: " << joined(others) << "\n";
  if (carried.empty()) return text.str();
  text << "what each number of the code takes from them (integrated gradients; shares of all)\n";
  for (int64_t unit = 0; unit < codes.shares.size(1); ++unit) {
    text << unit_text(table, codes, unit);
  }
  return text.str();
}

std::string sources_text(const Table& table, const Relation& relation) {
  std::vector<std::string> names;
  for (const Source& source : relation.from) {
    if (names.size() == kToldColumns) break;
    names.push_back(table.columns[source.column].name);
  }
  return names.empty() ? "no single one" : joined(names);
}

std::string relations_text(const Table& table, const Found& found) {
  if (!found.no_relations.empty()) {
    return "\nWhether columns follow from others cannot be concluded: " + found.no_relations +
           ".\n";
  }
  std::ostringstream text;
  text << "\ncolumns that follow from others: R2 on rows that nothing was fitted to (up to 5,000, "
          "three\nfolds), by ridge regression, and with a small network on top\n"
       << "  " << std::left << std::setw(name_width(table)) << "" << std::right << std::setw(9)
       << "ridge" << std::setw(10) << "network" << "   shape    from\n";
  std::vector<std::string> others;
  bool any = false;
  for (const Relation& relation : found.explanation.relations) {
    const std::string& name = table.columns[relation.column].name;
    if (!relation.follows) {
      others.push_back(name);
      continue;
    }
    any = true;
    text << "  " << std::left << std::setw(name_width(table)) << name << std::right << std::setw(9)
         << fixed(relation.linear, 3) << std::setw(10) << fixed(relation.curved, 3) << "   "
         << (relation.shape == Shape::kCurved ? "curved" : "linear") << "   "
         << sources_text(table, relation) << "\n";
  }
  if (!any) text << "  none\n";
  if (!others.empty()) text << "not found to follow: " << joined(others) << "\n";
  return text.str();
}

std::string to_text(const Table& table, const Found& found, const std::string& title) {
  std::string text = title + ": " + with_commas(found.rows) + " rows of " +
                     std::to_string(table.columns.size()) + " columns\n" +
                     codes_text(table, found) + relations_text(table, found);
  if (found.no_codes.empty() || found.no_relations.empty()) {
    text +=
        "\nEach claim was tested against the same figures of shuffled data; of the claims of a "
        "kind at\nmost " +
        diabolo::to_text(100 * found.rate) +
        " % are expected to be wrong (Benjamini & Hochberg 1995). What was not found may "
        "still be there.\n";
  }
  return text;
}

ordered_json code_json(const Table& table, const CodeExplanation& codes) {
  ordered_json list = ordered_json::array();
  const auto numbers = [](const torch::Tensor& row) {
    std::vector<double> values;
    for (int64_t i = 0; i < row.size(0); ++i) values.push_back(row[i].item<double>());
    return values;
  };
  for (const CarriedColumn& column : codes.columns) {
    const auto at = static_cast<int64_t>(column.column);
    list.push_back({{"name", table.columns[column.column].name},
                    {"loss", column.loss},
                    {"chance", column.chance},
                    {"carried", column.carried},
                    {"gradients", numbers(codes.shares[at])},
                    {"effects", numbers(codes.effects[at])}});
  }
  return list;
}

ordered_json relation_json(const Table& table, const Relation& relation) {
  ordered_json object = {{"name", table.columns[relation.column].name},
                         {"follows", relation.follows},
                         {"ridge_r2", relation.linear},
                         {"network_r2", relation.curved},
                         {"chance", relation.chance},
                         {"bend_chance", relation.bend_chance}};
  if (!relation.follows) return object;
  object["shape"] = relation.shape == Shape::kCurved ? "curved" : "linear";
  object["from"] = ordered_json::array();
  for (const Source& source : relation.from) {
    object["from"].push_back({{"name", table.columns[source.column].name},
                              {"loss", source.loss},
                              {"chance", source.chance}});
  }
  return object;
}

std::string to_json(const Table& table, const Found& found) {
  ordered_json object = {{"rows", found.rows}, {"false_discovery_rate", found.rate}};
  object["on_training_rows"] = found.on_training_rows;
  if (found.explanation.codes) {
    object["code_rows"] = found.explanation.codes->rows;
    object["code"] = code_json(table, *found.explanation.codes);
  } else {
    object["code_not_concluded"] = found.no_codes;
  }
  if (!found.no_relations.empty()) {
    object["relations_not_concluded"] = found.no_relations;
    return object.dump(2);
  }
  object["relations"] = ordered_json::array();
  for (const Relation& relation : found.explanation.relations) {
    object["relations"].push_back(relation_json(table, relation));
  }
  return object.dump(2);
}

}  // namespace

int explain_table(const ModelAndData& loaded, const std::string& title, double rate,
                  const std::string& out, bool json) {
  const Table& table = *loaded.model.table;
  const Found found = find(loaded, rate);
  const bool any = found.explanation.codes ||
                   std::ranges::any_of(found.explanation.relations, &Relation::follows);
  if (any) {
    draw_explanation(table, found.explanation,
                     title + ": what the code carries, and which columns follow", out);
  }
  std::cout << (json ? to_json(table, found) + "\n" : to_text(table, found, title));
  if (any) std::cerr << "wrote " << out << "\n";
  return kDone;
}

}  // namespace diabolo::app
