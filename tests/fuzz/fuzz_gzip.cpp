// Gzip: contents never longer than allowed; what is compressed here comes back.

#include "lib/formats/gzip.hpp"
#include "tests/fuzz/memory_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace diabolo;
  constexpr uint64_t kMost = 1 << 20;
  const auto bytes = fuzz::text_of(data, size);
  fuzz::may_refuse([&] {
    const std::string contents = formats::gunzip(bytes, "fuzz", kMost);
    fuzz::require(contents.size() <= kMost);
    fuzz::require(contents.size() <= formats::kMaxGzipRatio * size);
  });
  fuzz::require(formats::gunzip(formats::gzip(bytes), "fuzz", size) == bytes);
  return 0;
}
