// Compressed files. As they are; as a header, which a checksum would keep changes from; and as a
// block of codes behind the header of a file that is right. What is read is written to the same
// bytes, and no more memory is asked for than there are symbols in a block.

#include "lib/formats/code_file.hpp"
#include "tests/fuzz/memory_file.hpp"

namespace {

using namespace diabolo;

/// A block of 5 samples of two units and a label.
formats::CodeFile small_file() {
  formats::CodeFile file;
  file.model = std::string(64, '0');
  file.samples = file.block_size = 5;
  file.basis = {.centre = {0, 1}, .basis = {1, 0, 0, 1}};
  file.labelled = true;
  formats::set_symbols(file, {0, 1, 2, 0, -1, 2, 1, 1, 0, 0, 5, 1, 0, 1, 1}, 3);
  return file;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto bytes = fuzz::text_of(data, size);
  fuzz::may_refuse([&] {
    const auto file = formats::parse_code_file(bytes, "fuzz");
    fuzz::require(formats::code_file_bytes(file) == bytes);
    for (size_t i = 0; i < file.blocks.size(); ++i) file.symbols(i, "fuzz");
  });
  fuzz::may_refuse([&] {
    const auto header = formats::parse_code_file_header(bytes, "fuzz");
    fuzz::require(bytes.starts_with(formats::code_file_header_bytes(header.file)));
    fuzz::require(header.sizes.size() == header.checksums.size());
  });
  static const formats::CodeFile kFile = small_file();
  formats::CodeFile other = kFile;
  other.blocks[0] = std::string(bytes);
  fuzz::may_refuse([&] {
    const auto symbols = other.symbols(0, "fuzz");
    fuzz::require(symbols.size() == 15);
    fuzz::require(formats::encode_symbols(symbols, other.tables) == bytes);
  });
  return 0;
}
