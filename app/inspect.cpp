#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"
#include "app/table_advice.hpp"
#include "app/terminal.hpp"
#include "lib/data/table_rows.hpp"
#include "lib/data/table_survey.hpp"
#include "lib/formats/code_file.hpp"
#include "lib/formats/file.hpp"
#include "lib/formats/safetensors.hpp"
#include "lib/training/config.hpp"
#include "lib/training/trained_model.hpp"
#include "models/shape.hpp"

namespace diabolo::app {
namespace {

namespace fs = std::filesystem;

void print_entries(const std::string& title, const std::vector<ConfigEntry>& entries) {
  std::cout << title << ":";
  for (const auto& entry : entries) {
    const std::string text =
        std::visit([](const auto& value) { return to_text(value); }, entry.value);
    std::cout << " " << entry.name << "=" << (text.empty() ? "-" : text);
  }
  std::cout << "\n";
}

void print_table(const Table& table) {
  std::cout << "columns:\n";
  int64_t at = 0;
  for (const Column& column : table.columns) {
    std::cout << "  " << column.name << ": ";
    if (column.kind == ColumnKind::kCategory) {
      std::cout << "one of";
      for (const auto& level : column.levels) std::cout << " '" << level << "'";
    } else if (table.scale.defined()) {
      std::cout << "(x - " << to_text(table.shift[at].item<double>()) << ") / "
                << to_text(table.scale[at].item<double>());
    } else {
      std::cout << "number";
    }
    std::cout << "\n";
    at += column.width();
  }
  if (!table.label.empty()) {
    std::cout << "label: " << table.label << ", " << table.label_levels.size() << " classes\n";
  }
  if (!table.id.empty()) std::cout << "id: " << table.id << "\n";
  for (const auto& name : table.left_out) std::cout << "left out: " << name << "\n";
}

void print_tensors(const fs::path& path) {
  const auto file = formats::read_safetensors(path);
  std::cout << "tensors:\n";
  for (const auto& tensor : file.tensors) {
    std::cout << "  " << tensor.name << "  [" << shape_text(tensor.shape) << "]\n";
  }
}

void print_model(const fs::path& path) {
  const TrainedModel model = load_model(path);
  const fs::path file = fs::is_directory(path) ? path / "model.safetensors" : path;
  const AutoencoderOptions& options = model.network->options();
  int64_t parameters = 0;
  for (const auto& parameter : model.network->parameters()) parameters += parameter.numel();
  std::cout << file.string() << ": an autoencoder for " << (model.table ? "rows of " : "images of ")
            << shape_text(options.sample_shape) << (model.table ? " values" : "") << ", code "
            << shape_text(options.code_shape()) << ", " << with_commas(parameters)
            << " parameters\n";
  print_entries("architecture", entries_of(options));
  print_entries("data", entries_of(model.data));
  if (model.table) print_table(*model.table);
  print_entries("training", entries_of(model.training));
  print_entries("metrics", entries_of(model.metrics));
  std::cout << "sha256: " << model.sha256 << "\n";
  print_tensors(file);
}

std::string values_of(const ColumnSurvey& column) {
  if (column.kind() == ColumnKind::kNumber) {
    return significant(column.least) + " to " + significant(column.greatest);
  }
  constexpr size_t kShown = 4;
  const size_t count = column.words.size();
  std::string text =
      (count > kMaxLevels ? "more than " + std::to_string(kMaxLevels) : std::to_string(count)) +
      (count == 1 ? " word: " : " words: ");
  for (size_t i = 0; i < std::min(count, kShown); ++i)
    text += (i > 0 ? ", " : "") + column.words[i];
  return text + (count > kShown ? ", …" : "");
}

/// Every column, whether it can be learned from or not.
void print_columns(const TableSurvey& survey) {
  for (const auto& column : survey.columns) {
    const std::string remark = remark_on(column, survey.rows);
    std::cout << "  " << column.name << ": ";
    if (column.is_empty()) {
      std::cout << "every cell is empty";
    } else {
      std::cout << (column.kind() == ColumnKind::kNumber ? "number" : "text") << ", "
                << values_of(column);
    }
    if (column.empty > 0 && !column.is_empty()) std::cout << ", " << column.empty << " empty";
    if (!remark.empty()) std::cout << "  <- " << remark;
    std::cout << "\n";
  }
}

void print_size(const DataOptions& options, const Dataset& data) {
  const std::string what = data.table ? "row" : "image";
  std::cout << options.data << ": " << with_commas(data.size()) << " " << what
            << (data.size() == 1 ? "" : "s") << " of " << shape_text(data.sample_shape())
            << (data.table ? " values" : "") << (data.labels.defined() ? ", with labels" : "")
            << ", SHA-256 " << data_hash(data) << "\n";
}

bool can_be_loaded(const DataOptions& options) {
  try {
    load_data(options, Part::kTrain);
    return true;
  } catch (const std::invalid_argument&) {
    return false;
  }
}

/// Ends with a command that works, where options alone can make one.
/// loads: the data can be loaded by `options`; to try takes as long as to read them.
void print_advice(const DataOptions& options, bool loads, const DataOptions& file,
                  const TableSurvey& survey) {
  if (!survey.problems.empty()) {
    std::cout << "see to this first:\n";
    for (const auto& problem : survey.problems) std::cout << "  " << problem << "\n";
    return;
  }
  DataOptions best = advised(file, survey);
  best.data = options.data;
  // A named table has its label and names without being told.
  if (options.label.empty()) best.label = "";
  if (options.id.empty() && !file.id.empty()) best.id = "";
  const std::string command = train_command(best);
  const bool works = command == train_command(options) ? loads : can_be_loaded(best);
  if (works) std::cout << "train on it: " << command << "\n";
}

/// What the file holds, then what `train` would make of it.
void print_table_file(const DataOptions& options) {
  const DataOptions file = locate(options, Part::kTrain).table;
  const TableSurvey survey = look_over(file);
  std::cout << options.data << ": " << with_commas(survey.rows)
            << (survey.rows == 1 ? " row" : " rows") << ", " << with_commas(survey.columns.size())
            << (survey.columns.size() == 1 ? " column\n" : " columns\n");
  print_columns(survey);
  std::cout << "to train on:\n";
  bool loads = true;
  try {
    const Dataset data = load_data(options, Part::kTrain);
    for (const auto& notice : data.notices) std::cout << "  " << notice << "\n";
    std::cout << "  ";
    print_size(options, data);
    const Table& table = *data.table;
    if (!table.label.empty()) {
      std::cout << "  label: " << table.label << ", " << table.label_levels.size() << " classes\n";
    }
    if (!table.id.empty()) std::cout << "  id: " << table.id << "\n";
  } catch (const std::invalid_argument& error) {
    std::cout << "  not as it is: " << error.what() << "\n";
    loads = false;
  }
  print_advice(options, loads, file, survey);
}

void print_data(const DataOptions& options) {
  if (is_table(options)) return print_table_file(options);
  print_size(options, load_data(options, Part::kTrain));
}

bool looks_compressed(const fs::path& path) {
  constexpr size_t kEnough = 8;
  return fs::is_regular_file(path) &&
         formats::is_code_file(formats::InputFile(path).first_bytes(kEnough));
}

void print_compressed(const fs::path& path) {
  const auto file = formats::read_code_file(path);
  const auto samples = static_cast<double>(file.samples);
  std::cout << path.string() << ": codes of " << counted(file.samples, "sample")
            << (file.labelled ? " with labels, " : ", ")
            << fixed(static_cast<double>(fs::file_size(path)) / samples, 2) << " bytes each\n"
            << "numbers in a code: " << file.basis.centre.size()
            << ", units that they are made of: " << file.units() << "\n"
            << "made with the model of sha256: " << file.model << "\n";
}

bool looks_like_model(const fs::path& path) {
  if (fs::is_directory(path)) return fs::exists(path / "model.safetensors");
  return path.extension() == ".safetensors";
}

}  // namespace

int run_inspect(Arguments arguments) {
  std::string path;
  DataOptions data;
  Flags flags("inspect", "FILE",
              "Says what is in a model file, a run folder, a compressed file, an IDX file, a PNG, "
              "a folder\n"
              "of PNGs or a table: of a table every column, what to see to before training, and a "
              "train command that\n"
              "works for it.");
  flags.word("FILE", path, /*required=*/true);
  flags.add_fields(data, kTrainingFields);
  if (!flags.parse(arguments)) return kDone;
  if (looks_like_model(path)) {
    print_model(path);
  } else if (looks_compressed(path)) {
    print_compressed(path);
  } else {
    data.data = path;
    print_data(data);
  }
  return kDone;
}

}  // namespace diabolo::app
