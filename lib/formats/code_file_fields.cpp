#include "lib/formats/code_file_fields.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "lib/formats/messages.hpp"

namespace diabolo::formats {
namespace {

constexpr size_t kDigestBytes = 32;
constexpr uint64_t kLow = 0x7f, kMore = 0x80;
constexpr int kGroupBits = 7, kLastGroup = 63;
constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

void FieldWriter::word(uint32_t value) {
  for (size_t i = 0; i < sizeof value; ++i, value >>= 8) byte(static_cast<uint8_t>(value & 0xff));
}

void FieldWriter::number(uint64_t value) {
  for (; value > kLow; value >>= kGroupBits) byte(static_cast<uint8_t>((value & kLow) | kMore));
  byte(static_cast<uint8_t>(value));
}

void FieldWriter::whole(int64_t value) {
  number(value < 0 ? static_cast<uint64_t>(-(value + 1)) * 2 + 1
                   : static_cast<uint64_t>(value) * 2);
}

void FieldWriter::float32(float value) { word(std::bit_cast<uint32_t>(value)); }

void FieldWriter::bfloat16(float value) {
  const uint32_t upper = std::bit_cast<uint32_t>(value) >> 16;
  byte(static_cast<uint8_t>(upper & 0xff));
  byte(static_cast<uint8_t>(upper >> 8));
}

void FieldWriter::digest(std::string_view hex) {
  for (size_t i = 0; i < 2 * kDigestBytes; i += 2) {
    byte(static_cast<uint8_t>((kDigits.find(hex.at(i)) << 4) | kDigits.find(hex.at(i + 1))));
  }
}

void FieldWriter::table(const SymbolTable& table) {
  whole(table.first);
  number(table.shares.size());
  for (const uint32_t share : table.shares) number(share);
}

void FieldReader::fail(const std::string& why) const { throw damaged(name_, why); }

std::string_view FieldReader::raw(uint64_t count) {
  if (count > bytes_.size()) {
    fail(counted(count - bytes_.size(), "byte") + " missing: it was cut short");
  }
  const std::string_view result = bytes_.substr(0, count);
  bytes_.remove_prefix(count);
  return result;
}

uint8_t FieldReader::byte() { return static_cast<uint8_t>(raw(1)[0]); }

uint32_t FieldReader::word() {
  uint32_t value = 0;
  int shift = 0;
  for (const char c : raw(sizeof value)) {
    value |= static_cast<uint32_t>(static_cast<uint8_t>(c)) << shift;
    shift += 8;
  }
  return value;
}

uint64_t FieldReader::number(uint64_t most) {
  uint64_t value = 0;
  for (int shift = 0;; shift += kGroupBits) {
    const uint64_t group = byte();
    // A last group of 0 could have been left out, and of the tenth only one bit has room.
    if ((group == 0 && shift > 0) || (shift == kLastGroup && group > 1)) {
      fail("a number in it is not written as the format has it");
    }
    value |= (group & kLow) << shift;
    if ((group & kMore) == 0) break;
  }
  if (value > most)
    fail("it states " + grouped(value) + " where at most " + grouped(most) + " fit");
  return value;
}

int64_t FieldReader::whole() {
  const uint64_t value = number(std::numeric_limits<uint32_t>::max());
  const auto half = static_cast<int64_t>(value / 2);
  return value % 2 == 0 ? half : -half - 1;
}

float FieldReader::float32() {
  const auto value = std::bit_cast<float>(word());
  if (!std::isfinite(value)) fail("a number in it is not finite");
  return value;
}

float FieldReader::bfloat16() {
  const uint32_t low = byte();
  const auto value = std::bit_cast<float>((low | (static_cast<uint32_t>(byte()) << 8)) << 16);
  if (!std::isfinite(value)) fail("a number in it is not finite");
  return value;
}

std::string FieldReader::digest() {
  std::string hex;
  for (const char c : raw(kDigestBytes)) {
    const auto value = static_cast<uint8_t>(c);
    hex += {kDigits[value >> 4], kDigits[value & 0xf]};
  }
  return hex;
}

SymbolTable FieldReader::table() {
  SymbolTable table{.first = static_cast<int32_t>(whole()), .shares = {}};
  table.shares.resize(number(kMostSymbols));
  uint64_t sum = 0;
  for (uint32_t& share : table.shares) {
    share = static_cast<uint32_t>(number(kShares));
    sum += share;
  }
  if (sum != kShares) fail("the shares of a table do not sum to the whole");
  if (table.shares.front() == 0 || table.shares.back() == 0) {
    fail("a table begins or ends with what never occurs");
  }
  if (table.first > std::numeric_limits<int32_t>::max() - static_cast<int32_t>(kMostSymbols)) {
    fail("a table holds numbers that are too large");
  }
  return table;
}

void FieldReader::finish() const {
  if (!bytes_.empty()) fail(counted(bytes_.size(), "byte") + " too many");
}

}  // namespace diabolo::formats
