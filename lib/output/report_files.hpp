#pragma once

#include <string_view>

/// The files of lib/output/report/ and Chart.js, as they were when the program was built.
namespace diabolo::report_files {

extern const std::string_view kPage;           ///< report.html
extern const std::string_view kStyle;          ///< report.css
extern const std::string_view kPartsScript;    ///< parts.js
extern const std::string_view kChartsScript;   ///< charts.js
extern const std::string_view kScatterScript;  ///< scatter.js
extern const std::string_view kRunScript;      ///< run.js
extern const std::string_view kCompareScript;  ///< compare.js
extern const std::string_view kChartJs;        ///< Chart.js, MIT License, with its notice.

}  // namespace diabolo::report_files
