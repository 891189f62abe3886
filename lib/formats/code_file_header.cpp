#include <stdexcept>

#include "lib/formats/code_file.hpp"
#include "lib/formats/code_file_fields.hpp"
#include "lib/formats/messages.hpp"

namespace diabolo::formats {
namespace {

constexpr uint64_t kMostSamples = uint64_t{1} << 40;
constexpr uint64_t kMostNumbers = 1'000'000;  // In a code.

void read_basis(FieldReader& reader, CodeBasis& basis, uint64_t size, uint64_t units) {
  const uint64_t entries = basis.diagonal ? size : size * units;
  // Before any memory is taken for them.
  if (4 * size + 2 * entries > reader.left()) reader.fail("it is too short for its basis");
  for (uint64_t i = 0; i < size; ++i) basis.centre.push_back(reader.float32());
  for (uint64_t i = 0; i < entries; ++i) basis.basis.push_back(reader.bfloat16());
}

}  // namespace

CodeFileHeader parse_code_file_header(std::string_view header, const std::string& name) {
  FieldReader reader(header, name);
  if (const uint8_t version = reader.byte(); version != kCodeFileVersion) {
    throw std::invalid_argument("'" + name + "' has format version " + std::to_string(version) +
                                "; this program reads version " + std::to_string(kCodeFileVersion));
  }
  CodeFileHeader result;
  CodeFile& file = result.file;
  file.model = reader.digest();
  file.samples = static_cast<int64_t>(reader.number(kMostSamples));
  file.block_size = static_cast<int64_t>(reader.number(kMostSamples));
  const uint64_t size = reader.number(kMostNumbers);
  const uint64_t units = reader.number(size);
  const uint8_t flags = reader.byte();
  if (flags > (kDiagonal | kLabelled)) reader.fail("it has flags that nobody knows");
  file.basis.diagonal = (flags & kDiagonal) != 0;
  file.labelled = (flags & kLabelled) != 0;
  const uint64_t columns = units + (file.labelled ? 1 : 0);
  const auto block = static_cast<uint64_t>(file.block_size);
  const bool sized = file.samples > 0 && block > 0 && size > 0 && columns > 0 &&
                     block <= kMostBlockSymbols / columns &&
                     (!file.basis.diagonal || units == size);
  if (!sized) reader.fail("its sizes do not fit each other");
  read_basis(reader, file.basis, size, units);
  for (uint64_t i = 0; i < columns; ++i) file.tables.push_back(reader.table());
  const uint64_t blocks = (static_cast<uint64_t>(file.samples) + block - 1) / block;
  for (uint64_t i = 0; i < blocks; ++i) {
    result.sizes.push_back(reader.number(kMostSamples));
    result.checksums.push_back(reader.word());
  }
  reader.finish();
  return result;
}

}  // namespace diabolo::formats
