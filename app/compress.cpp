#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "app/commands.hpp"
#include "app/compress_report.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"
#include "app/terminal.hpp"
#include "lib/formats/file.hpp"
#include "models/shape.hpp"

namespace diabolo::app {
namespace {

namespace fs = std::filesystem;

constexpr double kMayGrow = 1.1;  // Of the network's own error, when nothing is asked for.
constexpr int64_t kCurvePoints = 8;
constexpr int64_t kCellBytes = 4;  // Of a column of a table.

struct Request {
  std::string model, out, curve;
  DataOptions data;
  std::optional<double> bits, max_mse;
  bool labels = false, json = false, overwrite = false;
};

void add_flags(Flags& flags, Request& request) {
  flags.word("MODEL", request.model, /*required=*/true);
  flags.word("DATA", request.data.data, /*required=*/false);
  flags.add_fields(request.data, kTrainingFields);
  flags.add("out", "file to write, .dbl", request.out);
  flags.add("max-mse", "error that what is decoded may have; auto: a tenth above the network's",
            request.max_mse, kAboveZero);
  flags.add("bits", "size to stay below, in bits a sample of the whole file", request.bits,
            kAboveZero);
  flags.add_switch("labels", "keep the labels of the samples along", request.labels);
  flags.add("curve", "PNG to draw size against error in, beside PCA, JPEG and WebP", request.curve);
  flags.add_switch("json", "print one JSON object", request.json);
  flags.add_switch("overwrite", "replace files that are there", request.overwrite);
}

void check(const Request& request) {
  if (request.out.empty()) throw std::invalid_argument("--out is missing: a file, as codes.dbl");
  if (request.bits && request.max_mse) {
    throw std::invalid_argument(
        "--bits and --max-mse exclude each other: one follows from the other");
  }
  for (const auto& path : {request.out, request.curve}) {
    if (!path.empty()) require_free(path, request.overwrite);
  }
}

Quantised compressed(const CodeSource& source, const Request& request, double network_mse) {
  if (request.bits) {
    const auto found = compress_to_bits(source, *request.bits);
    if (found) return *found;
    throw std::invalid_argument("--bits " + to_text(*request.bits) +
                                ": what a file of these samples says of itself takes more; give "
                                "more, or more samples");
  }
  const auto found = compress_to_error(source, request.max_mse.value_or(kMayGrow * network_mse));
  if (found) return *found;
  throw std::invalid_argument("--max-mse " + to_text(*request.max_mse) +
                              ": the network itself, with nothing rounded, has an error of " +
                              significant(network_mse) + " on these samples; give more than that");
}

int64_t raw_bytes(const TrainedModel& model) {
  if (!model.table) return values_in(model.network->options().sample_shape);
  return kCellBytes * static_cast<int64_t>(model.table->columns.size());
}

/// PCA of the training samples with more components than the model file keeps; that of the file
/// where those samples are gone.
Pca wide_pca(const TrainedModel& model, const Request& request) {
  try {
    DataOptions own;
    own.data_dir = request.data.data_dir;
    const Dataset train = load_data(data_for(model, own), Part::kTrain, model.table);
    require_same_shape(model, train);
    return fit_pca(train, std::min(kPcaComponents, values_in(train.sample_shape())));
  } catch (const std::exception& error) {
    warn(std::string("PCA has no more components than the model keeps, since its training data "
                     "cannot be read: ") +
         error.what());
    return model.pca;
  }
}

/// Components that a file stores anything of.
int64_t stored_units(const formats::CodeFile& file) {
  int64_t count = 0;
  for (size_t i = 0; i < file.units(); ++i) count += file.tables[i].shares.size() > 1 ? 1 : 0;
  return count;
}

void compare(CompressFindings& findings, const TrainedModel& model, const Dataset& dataset,
             const CodeSource& source, const Request& request) {
  const auto errors = curve_errors(source, kCurvePoints);
  findings.curve.model = rate_curve(source, errors);
  const Pca pca = wide_pca(model, request);
  if (pca.defined()) {
    const CodeSource linear = pca_source(pca, model, dataset);
    findings.curve.pca = rate_curve(linear, errors);
    if (const auto same = compress_to_error(linear, findings.mse)) {
      const int64_t units = stored_units(same->file);
      findings.pca = {.point = {same->mse, static_cast<double>(same->bytes) /
                                               static_cast<double>(findings.samples)},
                      .components = units,
                      .model_bytes = kCellBytes * (units + 1) * pca.mean.size(0)};
    }
  }
  if (!findings.images) return;
  findings.jpeg = codec_point(dataset, Codec::kJpeg, findings.mse);
  findings.webp = codec_point(dataset, Codec::kWebp, findings.mse);
  findings.curve.png = png_bytes(dataset);
  for (const double error : errors) {
    const auto jpeg = codec_point(dataset, Codec::kJpeg, error);
    const auto webp = codec_point(dataset, Codec::kWebp, error);
    if (jpeg) findings.curve.jpeg.push_back(*jpeg);
    if (webp) findings.curve.webp.push_back(*webp);
  }
}

/// Writes the file, and says what it is.
CompressFindings write_compressed(const ModelAndData& loaded, const CodeSource& source,
                                  const Request& request) {
  const TrainedModel& model = loaded.model;
  CompressFindings findings;
  findings.title = data_title(request.data.data.empty() ? model.data : request.data);
  findings.path = request.out;
  findings.samples = source.codes.size(0);
  findings.numbers = source.codes.size(1);
  findings.images = model.table == nullptr;
  findings.network_mse = source.mse(source.codes);
  const Quantised found = compressed(source, request, findings.network_mse);
  findings.bytes = found.bytes;
  findings.mse = found.mse;
  findings.raw_bytes = raw_bytes(model);
  const fs::path given(request.model);
  findings.model_bytes = static_cast<int64_t>(
      fs::file_size(fs::is_directory(given) ? given / "model.safetensors" : given));
  formats::write_file_atomically(request.out, formats::code_file_bytes(found.file));
  return findings;
}

}  // namespace

int run_compress(Arguments arguments) {
  Request request;
  Flags flags(
      "compress", "MODEL [DATA] --out FILE",
      "Writes the codes of all samples in few bytes: rounded along the axes that the decoder sees\n"
      "them by, as coarsely as --max-mse or --bits allow, and entropy-coded. diabolo decompress\n"
      "with the same model makes samples of them again, all or some. Errors are those of what is\n"
      "decoded: of pixels from 0 to 1, of tables of scaled values. Cells that were empty come "
      "back\n"
      "filled, and names of rows are not kept. Without DATA: the test part of the data that the\n"
      "model was trained on, or all rows of its table.");
  add_flags(flags, request);
  if (!flags.parse(arguments)) return kDone;
  check(request);
  const ModelAndData loaded = load_model_and_data(request.model, request.data);
  const TrainedModel& model = loaded.model;
  const Dataset& dataset = loaded.all;
  if (request.labels && !dataset.labels.defined()) {
    throw std::invalid_argument("--labels: '" + dataset.name + "' has none");
  }
  const CodeSource source = network_source(model, dataset, request.labels);
  CompressFindings findings = write_compressed(loaded, source, request);
  if (!request.curve.empty()) {
    compare(findings, model, dataset, source, request);
    draw_rates(findings, request.curve);
    std::cerr << "wrote " << request.curve << "\n";
  }
  std::cerr << "wrote " << request.out << "\n";
  std::cout << (request.json ? compress_json(findings) + "\n" : compress_text(findings));
  return kDone;
}

}  // namespace diabolo::app
