// config.toml: read over the defaults, written, and read again to the same text.

#include "lib/training/config.hpp"
#include "lib/training/run_folder.hpp"
#include "tests/fuzz/memory_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace diabolo;
  const fuzz::MemoryFile file(fuzz::text_of(data, size));
  fuzz::may_refuse([&] {
    RunOptions options;
    read_run_config(file.path(), options);
    const std::string text = run_config_text(options);
    const fuzz::MemoryFile again(text);
    RunOptions same;
    read_run_config(again.path(), same);
    fuzz::require(run_config_text(same) == text);
  });
  return 0;
}
