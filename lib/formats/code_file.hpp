#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "lib/formats/symbol_coder.hpp"

/// Codes of samples, quantised: what `compress` writes. docs/compressed-file.md has every byte.
namespace diabolo::formats {

/// Symbols of one block, at most: a bound on the memory that a file can ask for.
inline constexpr uint64_t kMostBlockSymbols = uint64_t{1} << 24;

/// What turns symbols q [units] of a sample into its code [size]:
///   code_k = centre_k + sum over u of basis_ku q_u, or centre_k + basis_k q_k where `diagonal`.
struct CodeBasis {
  std::vector<float> centre;
  std::vector<float> basis;  ///< [size, units], or [size] where `diagonal`; in bfloat16's numbers.
  bool diagonal = false;     ///< Then there are as many units as numbers.
};

struct CodeFile {
  std::string model;       ///< SHA-256 of the model's file, 64 hexadecimal digits.
  int64_t samples = 0;     ///< 1 or more.
  int64_t block_size = 0;  ///< Samples of a block; the last one may have fewer.
  CodeBasis basis;
  std::vector<SymbolTable> tables;  ///< One a unit, then one of labels if there are any.
  bool labelled = false;
  std::vector<std::string> blocks;

  size_t units() const { return tables.size() - (labelled ? 1 : 0); }
  int64_t samples_of(size_t block) const;
  /// [samples_of(block), tables] symbols, the label last. Throws std::runtime_error naming `name`
  /// for a block that is no such code.
  std::vector<int32_t> symbols(size_t block, const std::string& name) const;
};

/// A file of `symbols` [samples, units and label if labelled], in blocks. Sets tables and blocks;
/// all else is there already. Throws std::logic_error for symbols too far apart for a table.
void set_symbols(CodeFile& file, const std::vector<int32_t>& symbols, size_t columns);

/// `value` to the nearest number of bfloat16, which is what a file keeps of a basis.
float as_bfloat16(float value);

/// The bytes of a file: equal contents, equal bytes.
std::string code_file_bytes(const CodeFile& file);

/// Whether `bytes` begin like such a file.
bool is_code_file(std::string_view bytes);

/// Throws std::invalid_argument for a file of another kind or version, std::runtime_error for one
/// that is damaged: any changed, missing or added byte is found. Blocks are not decoded yet.
CodeFile parse_code_file(std::string_view bytes, const std::string& name);

/// The same of a file, of at most 4 GiB. Throws also as read_file() does.
CodeFile read_code_file(const std::filesystem::path& path);

/// What stands between the magic number and the blocks, which fuzzers can reach past the checksum.
struct CodeFileHeader {
  CodeFile file;  ///< Without blocks.
  std::vector<uint64_t> sizes;
  std::vector<uint32_t> checksums;
};
CodeFileHeader parse_code_file_header(std::string_view header, const std::string& name);
std::string code_file_header_bytes(const CodeFile& file);

}  // namespace diabolo::formats
