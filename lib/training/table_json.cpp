#include "lib/training/table_json.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace diabolo {
namespace {

using nlohmann::json;

Column read_column(const json& object) {
  Column column;
  column.name = object.at("name").get<std::string>();
  from_text(object.at("kind").get<std::string>(), column.kind);
  if (column.kind == ColumnKind::kCategory) {
    column.levels = object.at("levels").get<std::vector<std::string>>();
    if (column.levels.size() < 2) throw std::invalid_argument("a category has two levels or more");
  }
  return column;
}

}  // namespace

std::string to_json(const Table& table) {
  json columns = json::array();
  for (const Column& column : table.columns) {
    json object = {{"name", column.name}, {"kind", to_text(column.kind)}};
    if (column.kind == ColumnKind::kCategory) object["levels"] = column.levels;
    columns.push_back(std::move(object));
  }
  return json({{"columns", columns},
               {"label", table.label},
               {"label_levels", table.label_levels},
               {"id", table.id},
               {"left_out", table.left_out}})
      .dump();
}

Table read_table_json(const std::string& text, const std::string& where) {
  try {
    const json object = json::parse(text);
    Table table;
    for (const auto& column : object.at("columns")) table.columns.push_back(read_column(column));
    table.label = object.at("label").get<std::string>();
    table.label_levels = object.at("label_levels").get<std::vector<std::string>>();
    table.id = object.at("id").get<std::string>();
    table.left_out = object.at("left_out").get<std::vector<std::string>>();
    return table;
  } catch (const json::exception&) {
    throw std::runtime_error(where + ": does not describe the columns of a table");
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(where + ": " + error.what());
  }
}

}  // namespace diabolo
