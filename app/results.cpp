#include "app/results.hpp"

#include <filesystem>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "app/terminal.hpp"
#include "lib/data/split.hpp"

namespace diabolo::app {
namespace {

using nlohmann::ordered_json;

ordered_json figures_json(const Figures& figures) {
  ordered_json object = {
      {"mse", figures.mse}, {"squared_error", figures.squared_error}, {"psnr", figures.psnr}};
  if (figures.ssim) object["ssim"] = *figures.ssim;
  if (figures.bce) object["bce"] = *figures.bce;
  if (figures.bce_floor) object["bce_floor"] = *figures.bce_floor;
  return object;
}

std::string optional_text(const std::optional<double>& number, int decimals) {
  return number ? fixed(*number, decimals) : "-";
}

std::string row(const std::string& name, const Figures& figures) {
  std::ostringstream text;
  text << "  " << std::left << std::setw(20) << name << std::right << std::setw(9)
       << fixed(figures.mse, 5) << std::setw(12) << fixed(figures.squared_error, 2) << std::setw(9)
       << fixed(figures.psnr, 2) << std::setw(8) << optional_text(figures.ssim, 3) << std::setw(9)
       << optional_text(figures.bce, 4) << "\n";
  return text.str();
}

}  // namespace

DataOptions with_size_of(const TrainedModel& model, DataOptions data) {
  if (data.size.empty() && is_image_files(data)) data.size = model.data.size;
  return data;
}

ModelAndData load_model_and_data(const std::string& model_path, DataOptions data) {
  ModelAndData result{.model = load_model(model_path), .data = {}, .title = {}};
  const TrainedModel& model = result.model;
  const bool own = data.data.empty();
  if (own) data.data = model.data.data;
  data = with_size_of(model, data);
  result.data = load_data(data, Part::kTest);
  result.title = data.data;
  if (has_parts(data)) {
    result.title += ", test part";
  } else if (own && model.training.validation > 0) {
    result.data = split_validation(result.data, model.training.validation,
                                   static_cast<uint64_t>(model.training.seed))
                      .validation;
    result.title += ", samples that training kept apart";
  }
  return result;
}

std::string evaluation_json(const Evaluation& evaluation) {
  ordered_json object = {{"samples", evaluation.samples}, {"latent", evaluation.code_size}};
  if (evaluation.input) object["input"] = figures_json(*evaluation.input);
  object["model"] = figures_json(evaluation.model);
  if (evaluation.pca) object["pca"] = figures_json(*evaluation.pca);
  object["mean"] = figures_json(evaluation.mean);
  return object.dump(2);
}

std::string evaluation_table(const Evaluation& evaluation, const std::string& title) {
  std::ostringstream text;
  text << title << ": " << with_commas(static_cast<double>(evaluation.samples))
       << " samples, a code of " << evaluation.code_size << " numbers\n"
       << "                            MSE   sq. error     PSNR    SSIM      BCE\n";
  if (evaluation.input) text << row("noisy input", *evaluation.input);
  text << row("this model", evaluation.model);
  if (evaluation.pca) {
    text << row("PCA, same code size", *evaluation.pca);
  } else {
    text << "  (PCA would be exact: the code is no smaller than a sample)\n";
  }
  text << row("mean sample", evaluation.mean);
  if (evaluation.model.bce_floor) {
    text << "BCE of a perfect reconstruction: " << fixed(*evaluation.model.bce_floor, 4) << "\n";
  }
  return text.str();
}

void require_free(const std::string& path, bool overwrite) {
  if (overwrite || !std::filesystem::exists(path)) return;
  throw std::invalid_argument("'" + path + "' is there already; give --overwrite to replace it");
}

}  // namespace diabolo::app
