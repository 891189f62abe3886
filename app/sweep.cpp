#include "lib/analysis/sweep.hpp"

#include <algorithm>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/interrupt.hpp"
#include "app/results.hpp"
#include "app/table_defaults.hpp"
#include "app/terminal.hpp"
#include "lib/formats/csv_reader.hpp"
#include "lib/formats/file.hpp"
#include "lib/output/curves.hpp"

namespace diabolo::app {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

struct SweepRequest {
  RunOptions run;
  std::vector<int64_t> latent = {1, 2, 4, 8, 16, 32, 64};
  int64_t seeds = 3;
  std::string out;
  bool overwrite = false;
  bool quiet = false;
  bool json = false;
};

/// Files of a sweep; each finished run is kept, so that the same command goes on after a stop.
class SweepFolder {
 public:
  explicit SweepFolder(fs::path path) : path_(std::move(path)) {}

  fs::path picture() const { return path_ / "sweep.png"; }
  const fs::path& path() const { return path_; }

  /// The runs that are done. Throws std::invalid_argument if other options made them.
  std::vector<SweepRun> open(const RunOptions& options, const std::string& data_hash,
                             bool overwrite) const {
    const std::string config =
        run_config_text(options) + "\n# SHA-256 of the data: " + data_hash + "\n";
    const fs::path file = path_ / "sweep.toml";
    if (fs::exists(path_) && !fs::exists(file) && !fs::is_empty(path_)) {
      throw std::invalid_argument("'" + path_.string() +
                                  "' holds other files and no sweep; give another --out");
    }
    if (overwrite) fs::remove(path_ / "sweep.csv");
    if (!overwrite && fs::exists(file) && formats::read_file(file, kMaxConfigBytes) != config) {
      throw std::invalid_argument(
          "'" + path_.string() +
          "' holds a sweep with other options or data; give another --out, or "
          "--overwrite");
    }
    fs::create_directories(path_);
    formats::write_file_atomically(file, config);
    return fs::exists(path_ / "sweep.csv") ? read() : std::vector<SweepRun>();
  }

  void write(const std::vector<SweepRun>& runs) const {
    std::string text = "latent,seed,mse,pca_mse,seconds\n";
    for (const auto& run : runs) {
      text += to_text(run.latent) + "," + to_text(run.seed) + "," + to_text(run.mse) + "," +
              (run.pca ? to_text(*run.pca) : "") + "," + to_text(run.seconds) + "\n";
    }
    formats::write_file_atomically(path_ / "sweep.csv", text);
  }

  void write_json(const std::string& text) const {
    formats::write_file_atomically(path_ / "sweep.json", text + "\n");
  }

 private:
  static constexpr uint64_t kMaxConfigBytes = 1 << 20;

  std::vector<SweepRun> read() const {
    formats::CsvReader file(path_ / "sweep.csv");
    std::vector<SweepRun> runs;
    std::vector<std::string_view> cells;
    while (file.next(cells)) {
      SweepRun run;
      from_text(cells[0], run.latent);
      from_text(cells[1], run.seed);
      from_text(cells[2], run.mse);
      if (!cells[3].empty()) from_text(cells[3], run.pca.emplace());
      from_text(cells[4], run.seconds);
      runs.push_back(run);
    }
    return runs;
  }

  fs::path path_;
};

std::string sweep_json(const std::vector<SweepPoint>& points) {
  ordered_json sizes = ordered_json::array();
  for (const auto& point : points) {
    ordered_json object = {{"latent", point.latent},
                           {"seeds", point.seeds},
                           {"mse", point.mean},
                           {"mse_least", point.low},
                           {"mse_greatest", point.high}};
    if (point.pca) object["pca_mse"] = *point.pca;
    sizes.push_back(object);
  }
  ordered_json result = {{"sizes", sizes}};
  if (const auto found = knee(points)) result["knee"] = *found;
  return result.dump(2);
}

std::string sweep_table(const std::vector<SweepPoint>& points) {
  std::ostringstream text;
  text << "  latent  autoencoder MSE (least … greatest)     PCA MSE\n";
  for (const auto& point : points) {
    text << std::setw(8) << point.latent << std::setw(11) << fixed(point.mean, 5) << "  ("
         << fixed(point.low, 5) << " … " << fixed(point.high, 5) << ")" << std::setw(17)
         << (point.pca ? fixed(*point.pca, 5) : "-") << "\n";
  }
  const auto found = knee(points);
  if (found) {
    text << "knee at " << *found
         << ": furthest below the straight line from first to last (log2 of size, error)\n";
  }
  return text.str();
}

void draw(const std::vector<SweepPoint>& points, const std::string& title, const fs::path& png) {
  Curve network{.name = "autoencoder", .x = {}, .y = {}, .low = {}, .high = {}};
  Curve pca{.name = "PCA", .x = {}, .y = {}, .low = {}, .high = {}};
  for (const auto& point : points) {
    const auto x = static_cast<double>(point.latent);
    network.x.push_back(x);
    network.y.push_back(point.mean);
    network.low.push_back(point.low);
    network.high.push_back(point.high);
    if (!point.pca || *point.pca <= 0) continue;
    pca.x.push_back(x);
    pca.y.push_back(*point.pca);
  }
  CurvesChart chart{.title = title,
                    .x_name = "numbers in a code",
                    .y_name = "mean squared error per value",
                    .log_x = true,
                    .log_y = true,
                    .curves = {network},
                    .marker = {}};
  if (!pca.x.empty()) chart.curves.push_back(pca);
  if (const auto found = knee(points)) {
    chart.marker = CurveMarker{static_cast<double>(*found), "knee at " + std::to_string(*found)};
  }
  draw_curves(chart, png);
}

void add_flags(Flags& flags, SweepRequest& request) {
  flags.word("DATA", request.run.data.data, /*required=*/true);
  flags.group("Sweep");
  flags.add("latent", "code sizes to try", request.latent, kWidth);
  flags.add("seeds", "trainings of each size, from other weights", request.seeds, kAtLeastOne);
  flags.add("out", "folder to write (sweeps/DATA-ARCH)", request.out);
  flags.add_switch("overwrite", "begin again in a folder that holds a sweep", request.overwrite);
  flags.add_switch("quiet", "no progress", request.quiet);
  flags.add_switch("json", "print the figures as one JSON object", request.json);
  flags.group("Data");
  flags.add_fields(request.run.data, {"data"});
  flags.group("Network");
  flags.add_fields(request.run.model, {"latent"});
  flags.group("Training");
  flags.add_fields(request.run.training);
}

/// What errors are taken on: the test part, else what was set apart, else all.
Dataset judged_samples(const RunOptions& options, const PreparedData& data, std::string& title) {
  if (has_parts(options.data)) {
    title += ", test part";
    return load_data(options.data, Part::kTest);
  }
  if (data.split.validation.size() > 0) {
    title += ", samples that training kept apart";
    return data.split.validation;
  }
  title += ", the samples that were trained on";
  return data.split.train;
}

bool is_done(const std::vector<SweepRun>& runs, int64_t latent, int64_t seed) {
  return std::ranges::any_of(
      runs, [&](const auto& run) { return run.latent == latent && run.seed == seed; });
}

/// False when it was interrupted.
bool run_all(const SweepRequest& request, const PreparedData& data, const Dataset& judged,
             const SweepFolder& folder, std::vector<SweepRun>& runs) {
  const FitCallbacks callbacks{
      .on_step = [](const StepReport&) { return interrupted() ? Next::kStop : Next::kContinue; },
      .on_epoch = {},
      .on_restart = {}};
  for (const int64_t latent : request.latent) {
    for (int64_t i = 0; i < request.seeds; ++i) {
      const int64_t seed = request.run.training.seed + i;
      if (is_done(runs, latent, seed)) continue;
      const SweepRun run = run_sweep(request.run, data, judged, latent, seed, callbacks);
      if (interrupted()) return false;
      runs.push_back(run);
      folder.write(runs);
      if (request.quiet) continue;
      std::cerr << "latent " << latent << ", seed " << seed << ": MSE " << fixed(run.mse, 5)
                << (run.pca ? " (PCA " + fixed(*run.pca, 5) + ")" : "") << ", "
                << duration(run.seconds) << "\n";
    }
  }
  return true;
}

int sweep(SweepRequest& request) {
  RunOptions& options = request.run;
  options.validate();
  resolve_machine(options.training);
  const std::string name = fs::path(options.data.data).stem().string();
  const SweepFolder folder(
      request.out.empty() ? "sweeps/" + name + "-" + to_text(options.model.arch) : request.out);
  const PreparedData data = prepare_data(options);
  std::string title = fs::path(options.data.data).filename().string();
  const Dataset judged = judged_samples(options, data, title);
  std::vector<SweepRun> runs = folder.open(options, data.hash, request.overwrite);
  catch_interrupts();
  if (!run_all(request, data, judged, folder, runs)) {
    std::cerr << "stopped; the same command goes on from here\n";
    return kInterrupted;
  }
  std::erase_if(runs, [&](const auto& run) {
    const int64_t nth = run.seed - options.training.seed;
    return nth < 0 || nth >= request.seeds ||
           std::ranges::find(request.latent, run.latent) == request.latent.end();
  });
  const std::vector<SweepPoint> points = summarise(runs);
  folder.write_json(sweep_json(points));
  draw(points, title, folder.picture());
  std::cout << (request.json ? sweep_json(points) + "\n" : title + "\n" + sweep_table(points));
  std::cerr << "wrote " << folder.picture().string() << "\n";
  return kDone;
}

}  // namespace

int run_sweep_command(Arguments arguments) {
  SweepRequest request;
  Flags flags("sweep", "DATA",
              "Trains networks of several code sizes and draws their error beside PCA's, with the\n"
              "spread over seeds. Interrupted, the same command goes on where it stopped." +
                  table_defaults());
  add_flags(flags, request);
  if (!flags.parse(arguments)) return kDone;
  request.run = RunOptions::for_data(request.run.data);
  flags.apply();
  return sweep(request);
}

}  // namespace diabolo::app
