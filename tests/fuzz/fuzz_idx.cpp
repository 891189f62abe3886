// IDX, plain or compressed: read at once and in pieces, which must agree; what was read is written
// and read again.

#include <array>

#include "lib/formats/idx.hpp"
#include "lib/formats/idx_reader.hpp"
#include "tests/fuzz/memory_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace diabolo;
  const auto bytes = fuzz::text_of(data, size);
  fuzz::may_refuse([&] {
    const formats::IdxArray array = formats::parse_idx(bytes, "fuzz");
    formats::IdxReader reader(bytes, "fuzz");
    fuzz::require(reader.shape() == array.shape && reader.size() == array.values.size());
    std::array<char, 7> piece{};
    size_t at = 0;
    while (const size_t count = reader.read(piece.data(), piece.size())) {
      for (size_t i = 0; i < count; ++i) {
        fuzz::require(static_cast<uint8_t>(piece[i]) == array.values.at(at + i));
      }
      at += count;
    }
    fuzz::require(at == array.values.size());
  });
  return 0;
}
