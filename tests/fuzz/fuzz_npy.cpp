// NPY: as many numbers as the header says, as raw bytes and as floats.

#include <array>

#include "lib/formats/npy.hpp"
#include "tests/fuzz/memory_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace diabolo;
  const fuzz::MemoryFile file(fuzz::text_of(data, size));
  fuzz::may_refuse([&] {
    formats::NpyReader reader(file.path());
    std::array<float, 5> some{};
    uint64_t count = 0;
    while (const size_t read = reader.read_floats(some)) count += read;
    fuzz::require(count == reader.header().count());
  });
  fuzz::may_refuse([&] {
    formats::NpyReader reader(file.path());
    std::array<char, 7> some{};
    uint64_t bytes = 0;
    while (const size_t read = reader.read(some.data(), some.size())) bytes += read;
    fuzz::require(bytes == reader.header().count() * formats::size_of(reader.header().dtype));
    fuzz::require(bytes <= size);
  });
  return 0;
}
