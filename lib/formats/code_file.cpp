#include "lib/formats/code_file.hpp"

#include <zlib.h>

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "lib/formats/code_file_fields.hpp"
#include "lib/formats/file.hpp"
#include "lib/formats/messages.hpp"

namespace diabolo::formats {
namespace {

// As PNG's: a first byte that no text has, and line ends that a careless copy would change.
constexpr std::string_view kMagic(
    "\x89"
    "DBL\r\n\x1a\n",
    8);
constexpr size_t kWord = 4;  // Bytes of the header's length, and of a CRC-32.

uint32_t crc32_of(std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

int64_t CodeFile::samples_of(size_t block) const {
  return std::min(block_size, samples - static_cast<int64_t>(block) * block_size);
}

std::vector<int32_t> CodeFile::symbols(size_t block, const std::string& name) const {
  const size_t count = static_cast<size_t>(samples_of(block)) * tables.size();
  return decode_symbols(blocks.at(block), count, tables, name);
}

void set_symbols(CodeFile& file, const std::vector<int32_t>& symbols, size_t columns) {
  file.tables.clear();
  file.blocks.clear();
  const size_t samples = symbols.size() / columns;
  std::vector<int32_t> column(samples);
  for (size_t i = 0; i < columns; ++i) {
    for (size_t row = 0; row < samples; ++row) column[row] = symbols[row * columns + i];
    file.tables.push_back(table_of(column));
  }
  const size_t values = static_cast<size_t>(file.block_size) * columns;
  for (size_t begin = 0; begin < symbols.size(); begin += values) {
    const size_t end = std::min(begin + values, symbols.size());
    file.blocks.push_back(encode_symbols({symbols.data() + begin, end - begin}, file.tables));
  }
}

float as_bfloat16(float value) {
  const auto bits = std::bit_cast<uint32_t>(value);
  const uint32_t to_even = 0x7fff + (bits >> 16 & 1);
  return std::bit_cast<float>((bits + to_even) & 0xffff0000);
}

std::string code_file_header_bytes(const CodeFile& file) {
  FieldWriter writer;
  writer.byte(kCodeFileVersion);
  writer.digest(file.model);
  writer.number(static_cast<uint64_t>(file.samples));
  writer.number(static_cast<uint64_t>(file.block_size));
  writer.number(file.basis.centre.size());
  writer.number(file.units());
  writer.byte(static_cast<uint8_t>((file.basis.diagonal ? kDiagonal : 0) |
                                   (file.labelled ? kLabelled : 0)));
  for (const float value : file.basis.centre) writer.float32(value);
  for (const float value : file.basis.basis) writer.bfloat16(value);
  for (const SymbolTable& table : file.tables) writer.table(table);
  for (const std::string& block : file.blocks) {
    writer.number(block.size());
    writer.word(crc32_of(block));
  }
  return writer.bytes();
}

std::string code_file_bytes(const CodeFile& file) {
  const std::string header = code_file_header_bytes(file);
  FieldWriter writer;
  writer.raw(kMagic);
  writer.word(static_cast<uint32_t>(header.size()));
  writer.raw(header);
  writer.word(crc32_of(writer.bytes()));
  for (const std::string& block : file.blocks) writer.raw(block);
  return writer.bytes();
}

bool is_code_file(std::string_view bytes) { return bytes.starts_with(kMagic); }

CodeFile parse_code_file(std::string_view bytes, const std::string& name) {
  if (!is_code_file(bytes)) {
    throw not_a("a compressed file of diabolo", name, "it does not begin as one");
  }
  FieldReader outer(bytes.substr(kMagic.size()), name);
  const uint32_t length = outer.word();
  const std::string_view header = outer.raw(length);
  const std::string_view checked = bytes.substr(0, kMagic.size() + kWord + length);
  if (outer.word() != crc32_of(checked)) {
    throw damaged(name, "the checksum of its header is another");
  }
  CodeFileHeader parsed = parse_code_file_header(header, name);
  for (size_t i = 0; i < parsed.sizes.size(); ++i) {
    const std::string_view block = outer.raw(parsed.sizes[i]);
    if (crc32_of(block) != parsed.checksums[i]) {
      throw damaged(name, "the checksum of block " + std::to_string(i) + " is another");
    }
    parsed.file.blocks.emplace_back(block);
  }
  outer.finish();
  return std::move(parsed.file);
}

CodeFile read_code_file(const std::filesystem::path& path) {
  constexpr uint64_t kMostBytes = uint64_t{1} << 32;
  return parse_code_file(read_file(path, kMostBytes), path.string());
}

}  // namespace diabolo::formats
