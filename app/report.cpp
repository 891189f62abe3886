#include <iostream>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"
#include "app/run_report.hpp"
#include "lib/formats/file.hpp"

namespace diabolo::app {
namespace {

namespace fs = std::filesystem;

struct ReportRequest {
  std::string run;
  std::vector<std::string> others;
  std::string out;
  std::string data_dir;
  bool overwrite = false;
};

int report_run(const ReportRequest& request) {
  const fs::path own = RunFolder(request.run).report();
  const fs::path out = request.out.empty() ? own : fs::path(request.out);
  const bool rebuilt = out.lexically_normal() == own.lexically_normal();
  if (!rebuilt) require_free(out.string(), request.overwrite);
  RunReport report = read_run(request.run);
  add_run_data(report, request.data_dir);
  formats::write_file_atomically(out, report_page(report));
  std::cout << out.string() << ": report of '" << request.run << "'\n";
  return kDone;
}

int compare_runs(const ReportRequest& request) {
  const std::string out = request.out.empty() ? "compare.html" : request.out;
  require_free(out, request.overwrite);
  std::vector<RunReport> runs = {read_run(request.run)};
  for (const auto& other : request.others) runs.push_back(read_run(other));
  for (RunReport& run : runs) {
    // Its summary has PCA's error without noise: only the data tell both alike.
    if (judges_noisy(run.options)) add_run_data(run, request.data_dir);
  }
  formats::write_file_atomically(out, comparison_page(runs));
  std::cout << out << ": " << runs.size() << " runs beside each other\n";
  return kDone;
}

}  // namespace

int run_report(Arguments arguments) {
  ReportRequest request;
  Flags flags(
      "report", "RUN [RUN …]",
      "One HTML page that needs nothing but itself: curves, errors beside PCA's, samples,\n"
      "codes, and what each code unit does. train writes it as RUN/report.html; this makes\n"
      "it again, in the same place, since it follows from the other files of the run. Of\n"
      "several runs: a table with a row a run and their curves, as compare.html.");
  flags.word("RUN", request.run, /*required=*/true);
  flags.more_words(request.others);
  flags.add("out", "page to write (RUN/report.html; of several runs compare.html)", request.out);
  flags.add("data-dir", "folder of the named data sets (where the run found them)",
            request.data_dir);
  flags.add_switch("overwrite", "replace the page in --out; RUN/report.html needs no leave",
                   request.overwrite);
  if (!flags.parse(arguments)) return kDone;
  return request.others.empty() ? report_run(request) : compare_runs(request);
}

}  // namespace diabolo::app
