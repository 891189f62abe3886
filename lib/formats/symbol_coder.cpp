#include "lib/formats/symbol_coder.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "lib/formats/messages.hpp"

namespace diabolo::formats {
namespace {

// The state lies in [kLeast, kLeast << 8) between symbols, and moves by whole bytes.
constexpr uint32_t kLeast = 1U << 23;
constexpr uint32_t kByteBits = 8;
constexpr size_t kStateBytes = 4;

/// Where the part of each symbol begins, and the end of the last.
std::vector<uint32_t> begins_of(const SymbolTable& table) {
  std::vector<uint32_t> begins = {0};
  for (const uint32_t share : table.shares) begins.push_back(begins.back() + share);
  return begins;
}

std::vector<std::vector<uint32_t>> begins_of(std::span<const SymbolTable> tables) {
  std::vector<std::vector<uint32_t>> begins;
  for (const SymbolTable& table : tables) begins.push_back(begins_of(table));
  return begins;
}

/// Makes the shares, each at least 1 where it is not 0, sum to kShares.
void settle(std::vector<uint32_t>& shares) {
  int64_t sum = 0;
  for (const uint32_t share : shares) sum += share;
  // The greatest bear it best.
  for (; sum > kShares; --sum) --*std::ranges::max_element(shares);
  for (; sum < kShares; ++sum) ++*std::ranges::max_element(shares);
}

}  // namespace

SymbolTable table_of(std::span<const int32_t> symbols) {
  const auto [least, greatest] = std::ranges::minmax(symbols);
  const auto size = static_cast<size_t>(int64_t{greatest} - least + 1);
  if (size > kMostSymbols) throw std::logic_error("symbols too far apart for a table");
  SymbolTable table{.first = least, .shares = std::vector<uint32_t>(size)};
  for (const int32_t symbol : symbols) ++table.shares[static_cast<size_t>(symbol - least)];
  const double scale = static_cast<double>(kShares) / static_cast<double>(symbols.size());
  for (uint32_t& share : table.shares) {
    if (share > 0) share = std::max(1U, static_cast<uint32_t>(std::lround(scale * share)));
  }
  settle(table.shares);
  return table;
}

std::string encode_symbols(std::span<const int32_t> symbols, std::span<const SymbolTable> tables) {
  const auto begins = begins_of(tables);
  std::string bytes;  // In reverse: what is coded last is decoded first.
  uint32_t state = kLeast;
  for (size_t i = symbols.size(); i-- > 0;) {
    const SymbolTable& table = tables[i % tables.size()];
    const auto at = static_cast<size_t>(symbols[i] - table.first);
    const uint32_t share = table.shares.at(at);
    for (; state >= (kLeast >> kShareBits << kByteBits) * share; state >>= kByteBits) {
      bytes.push_back(static_cast<char>(state & 0xff));
    }
    state = (state / share << kShareBits) + state % share + begins[i % tables.size()][at];
  }
  for (size_t i = 0; i < kStateBytes; ++i, state >>= kByteBits) {
    bytes.push_back(static_cast<char>(state & 0xff));
  }
  std::ranges::reverse(bytes);
  return bytes;
}

std::vector<int32_t> decode_symbols(std::string_view bytes, size_t count,
                                    std::span<const SymbolTable> tables, const std::string& name) {
  const auto begins = begins_of(tables);
  size_t at = 0;
  const auto next_byte = [&] {
    if (at == bytes.size()) throw damaged(name, "a block of codes ends too early");
    return static_cast<uint32_t>(static_cast<unsigned char>(bytes[at++]));
  };
  uint32_t state = 0;
  for (size_t i = 0; i < kStateBytes; ++i) state = state << kByteBits | next_byte();
  if (state < kLeast || state >= kLeast << kByteBits) {
    throw damaged(name, "a block of codes does not begin as one does");
  }
  std::vector<int32_t> symbols(count);
  for (size_t i = 0; i < count; ++i) {
    const auto& parts = begins[i % tables.size()];
    const uint32_t place = state & (kShares - 1);
    const auto symbol = std::ranges::upper_bound(parts, place) - parts.begin() - 1;
    const uint32_t begin = parts[static_cast<size_t>(symbol)];
    const uint32_t share = parts[static_cast<size_t>(symbol) + 1] - begin;
    symbols[i] = tables[i % tables.size()].first + static_cast<int32_t>(symbol);
    state = share * (state >> kShareBits) + place - begin;
    while (state < kLeast) state = state << kByteBits | next_byte();
  }
  if (state != kLeast || at != bytes.size()) {
    throw damaged(name, "a block of codes does not end as one does");
  }
  return symbols;
}

}  // namespace diabolo::formats
