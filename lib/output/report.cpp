#include "lib/output/report.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "lib/output/report_files.hpp"
#include "lib/output/report_json.hpp"
#include "lib/output/report_text.hpp"

namespace diabolo {
namespace {

/// The template with what belongs at each {{name}}; what is put in is not looked through again.
std::string filled(std::string_view page,
                   const std::vector<std::pair<std::string, std::string_view>>& parts) {
  std::string result;
  for (const auto& [name, text] : parts) {
    const std::string mark = "{{" + name + "}}";
    const size_t at = page.find(mark);
    if (at == std::string_view::npos) throw std::logic_error("the report has no " + mark);
    result += page.substr(0, at);
    result += text;
    page.remove_prefix(at + mark.size());
  }
  result += page;
  return result;
}

std::string page_of(const std::string& title, const nlohmann::ordered_json& json) {
  const std::string name = html_text(title);
  const std::string data = script_json(json);
  std::string script(report_files::kPartsScript);
  script += report_files::kChartsScript;
  script += report_files::kScatterScript;
  script += report_files::kRunScript;
  script += report_files::kCompareScript;
  return filled(report_files::kPage, {{"title", name},
                                      {"style", report_files::kStyle},
                                      {"data", data},
                                      {"chart", report_files::kChartJs},
                                      {"script", script}});
}

}  // namespace

int64_t best_epoch_of(const RunReport& report) {
  if (report.summary) return report.summary->best_epoch;
  const EpochReport* best = nullptr;
  for (const auto& epoch : report.history) {
    if (best == nullptr || epoch.validation_loss < best->validation_loss) best = &epoch;
  }
  return best == nullptr ? 0 : best->epoch;
}

bool judges_noisy(const RunOptions& options) {
  return !options.training.noise.none() && !is_table(options.data);
}

RunErrors errors_of(const RunReport& report) {
  const bool noise = judges_noisy(report.options);
  const auto& summary = report.summary;
  const bool told = summary && (summary->validation_mse || summary->train_mse);
  if (report.data && (!report.options.training.noise.none() || !told)) {
    const ReportData& data = *report.data;
    const bool noisy = !data.noise.none();
    const ReportErrors& errors = noisy ? *data.noisy : data.clean;
    return {errors.model, errors.pca, data.on_training_rows, noisy, data.judged};
  }
  if (told && !summary->validation_mse) {
    return {summary->train_mse, summary->pca_train_mse, true, false, summary->train_samples};
  }
  if (summary) {
    const auto pca = noise ? std::nullopt : summary->pca_validation_mse;
    return {summary->validation_mse, pca, false, noise, summary->validation_samples};
  }
  const int64_t best = best_epoch_of(report);
  for (const auto& epoch : report.history) {
    if (epoch.epoch == best) return {epoch.validation_mse, {}, false, noise, 0};
  }
  return {};
}

std::string report_page(const RunReport& report) {
  return page_of(report.run + " – diabolo", run_json(report));
}

std::string comparison_page(const std::vector<RunReport>& runs) {
  if (runs.size() < 2) throw std::invalid_argument("a comparison needs two runs or more");
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const RunReport& run : runs) rows.push_back(comparison_row(run));
  return page_of(std::to_string(runs.size()) + " runs – diabolo",
                 {{"kind", "comparison"}, {"runs", rows}});
}

}  // namespace diabolo
