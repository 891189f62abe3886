#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Small whole numbers in little more than their entropy: range asymmetric numeral systems (Duda
/// 2013) with static tables. By hand, since a symbol of a code takes 1 to 3 bits: Huffman's whole
/// bits, which zstd and zlib give to literals, are dear there, and the rANS of libhtscodecs holds
/// its tables once for each block.
namespace diabolo::formats {

inline constexpr uint32_t kShareBits = 14;
inline constexpr uint32_t kShares = 1U << kShareBits;  ///< All shares of a table together.

/// How often each of the numbers first, first + 1, … occurs, in parts of kShares. 0: never.
struct SymbolTable {
  int32_t first = 0;
  std::vector<uint32_t> shares;

  bool operator==(const SymbolTable&) const = default;
};

inline constexpr size_t kMostSymbols = 4096;  ///< Of one table.

/// The table of `symbols`, one or more, which lie less than kMostSymbols apart (std::logic_error).
SymbolTable table_of(std::span<const int32_t> symbols);

/// symbols  number i is coded by table i modulo the number of tables, which holds it
std::string encode_symbols(std::span<const int32_t> symbols, std::span<const SymbolTable> tables);

/// What encode_symbols() was given: `count` numbers.
/// Throws std::runtime_error unless `bytes` are such a code to the last bit, saying that `name` is
/// damaged.
std::vector<int32_t> decode_symbols(std::string_view bytes, size_t count,
                                    std::span<const SymbolTable> tables, const std::string& name);

}  // namespace diabolo::formats
