// Tables as `train` reads them: surveyed, learned from, and read again by the columns learned.

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "lib/data/table_reader.hpp"
#include "lib/data/table_survey.hpp"
#include "tests/fuzz/memory_file.hpp"

namespace {

namespace fs = std::filesystem;

/// A name that ends in .csv; the file is in memory where there is such a folder.
fs::path scratch() {
  const fs::path folder = fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
  return folder / ("diabolo-fuzz-" + std::to_string(::getpid()) + ".csv");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace diabolo;
  static const fs::path kPath = scratch();
  std::ofstream(kPath, std::ios::binary) << fuzz::text_of(data, size);
  DataOptions options;
  options.data = kPath.string();
  fuzz::may_refuse([&] { survey_table(options, 0); });
  for (const Missing missing : {Missing::kError, Missing::kMean, Missing::kDrop}) {
    options.missing = missing;
    fuzz::may_refuse([&] {
      const Dataset table = read_table(options);
      fuzz::require(table.size() > 0 && table.samples.size(1) == table.table->width());
    });
  }
  return 0;
}
