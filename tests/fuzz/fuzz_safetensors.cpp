// Safetensors: tensors within the file, that do not overlap; what was read is written and read
// again, now with a checksum.

#include "lib/formats/safetensors.hpp"
#include "tests/fuzz/memory_file.hpp"

namespace {

using namespace diabolo;

/// The SHA-256 of what a file means; equal for equal contents.
std::string meaning(const formats::SafetensorsFile& file) {
  std::vector<formats::TensorView> views;
  for (const auto& entry : file.tensors) {
    views.push_back({entry.name, entry.dtype, entry.shape, file.data(entry)});
  }
  return formats::safetensors_checksum(file.metadata, views);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(fuzz::text_of(data, size));
  fuzz::may_refuse([&] {
    const auto file = formats::parse_safetensors(bytes, "fuzz");
    uint64_t used = 0;
    for (const auto& entry : file.tensors) {
      fuzz::require(entry.offset + entry.size <= size);
      used += entry.size;
      fuzz::require(&file.find(entry.name) == &entry);
    }
    fuzz::require(used <= size);
    fuzz::require(!meaning(file).empty());
  });
  return 0;
}
