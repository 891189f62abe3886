#include <gmock/gmock.h>

#include <cmath>
#include <map>
#include <numeric>
#include <random>

#include "lib/formats/symbol_coder.hpp"

namespace diabolo::formats {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// `count` rows of one number each of normal distributions of these deviations.
std::vector<int32_t> normal(size_t count, const std::vector<double>& deviations) {
  std::mt19937 random(1);
  std::vector<int32_t> symbols;
  for (size_t i = 0; i < count * deviations.size(); ++i) {
    std::normal_distribution<double> draw(3, deviations[i % deviations.size()]);
    symbols.push_back(static_cast<int32_t>(std::lround(draw(random))));
  }
  return symbols;
}

std::vector<SymbolTable> tables_of(const std::vector<int32_t>& symbols, size_t columns) {
  std::vector<SymbolTable> tables;
  for (size_t i = 0; i < columns; ++i) {
    std::vector<int32_t> column;
    for (size_t row = i; row < symbols.size(); row += columns) column.push_back(symbols[row]);
    tables.push_back(table_of(column));
  }
  return tables;
}

/// Bits that symbols take at least when each is coded by its share of its column.
double entropy_bits(const std::vector<int32_t>& symbols, size_t columns) {
  double bits = 0;
  const auto rows = static_cast<double>(symbols.size() / columns);
  for (size_t i = 0; i < columns; ++i) {
    std::map<int32_t, double> counts;
    for (size_t row = i; row < symbols.size(); row += columns) ++counts[symbols[row]];
    for (const auto& [symbol, count] : counts) bits -= count * std::log2(count / rows);
  }
  return bits;
}

TEST(SymbolTable, SharesOutTheWholeAndForgetsNoSymbol) {
  std::vector<int32_t> symbols(100'000, 5);
  symbols[7] = -2;
  symbols[8] = 6;
  const SymbolTable table = table_of(symbols);
  EXPECT_EQ(table.first, -2);
  ASSERT_EQ(table.shares.size(), 9U);
  EXPECT_EQ(std::accumulate(table.shares.begin(), table.shares.end(), 0U), kShares);
  EXPECT_EQ(table.shares[0], 1U);
  EXPECT_EQ(table.shares[1], 0U);
  EXPECT_EQ(table.shares[8], 1U);
}

TEST(SymbolTable, SharesOutManyRareSymbols) {
  std::vector<int32_t> symbols(kMostSymbols);
  std::iota(symbols.begin(), symbols.end(), 0);
  symbols.insert(symbols.end(), 1'000'000, 17);
  const SymbolTable table = table_of(symbols);
  EXPECT_EQ(std::accumulate(table.shares.begin(), table.shares.end(), 0U), kShares);
  EXPECT_GE(std::ranges::min(table.shares), 1U);
  symbols.push_back(static_cast<int32_t>(kMostSymbols));
  EXPECT_THROW(table_of(symbols), std::logic_error);
}

TEST(SymbolCoder, GivesBackWhatItWasGiven) {
  for (const size_t rows : {size_t{1}, size_t{2}, size_t{999}}) {
    const auto symbols = normal(rows, {0.01, 0.5, 2, 40});
    const auto tables = tables_of(symbols, 4);
    const std::string bytes = encode_symbols(symbols, tables);
    EXPECT_EQ(decode_symbols(bytes, symbols.size(), tables, "a"), symbols);
  }
}

TEST(SymbolCoder, TakesHardlyMoreThanTheEntropy) {
  const auto symbols = normal(20'000, {0.3, 1, 3});
  const auto tables = tables_of(symbols, 3);
  const double bits = 8.0 * static_cast<double>(encode_symbols(symbols, tables).size());
  EXPECT_GE(bits, entropy_bits(symbols, 3));
  EXPECT_LE(bits, 1.002 * entropy_bits(symbols, 3) + 32);
}

TEST(SymbolCoder, TakesNothingForWhatIsAlwaysTheSame) {
  const std::vector<int32_t> symbols(1000, -4);
  const auto tables = tables_of(symbols, 1);
  EXPECT_EQ(encode_symbols(symbols, tables).size(), 4U);
  EXPECT_EQ(decode_symbols(encode_symbols(symbols, tables), 1000, tables, "a"), symbols);
}

TEST(SymbolCoder, RefusesBytesThatAreCutOrFollowedByOthers) {
  const auto symbols = normal(50, {2.0});
  const auto tables = tables_of(symbols, 1);
  const std::string whole = encode_symbols(symbols, tables);
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT([&] { decode_symbols(whole.substr(0, size), 50, tables, "a"); },
                ThrowsMessage<std::runtime_error>(HasSubstr("'a' is damaged")))
        << size;
  }
  EXPECT_THROW(decode_symbols(whole + "x", 50, tables, "a"), std::runtime_error);
  EXPECT_THROW(decode_symbols(whole, 49, tables, "a"), std::runtime_error);
  EXPECT_THROW(decode_symbols(whole, 51, tables, "a"), std::runtime_error);
}

}  // namespace
}  // namespace diabolo::formats
