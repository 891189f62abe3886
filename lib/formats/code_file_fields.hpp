#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/formats/symbol_coder.hpp"

/// The fields that a compressed file is made of. Not for use outside this folder.
namespace diabolo::formats {

inline constexpr uint8_t kCodeFileVersion = 1;
inline constexpr uint8_t kDiagonal = 1, kLabelled = 2;  ///< Bits of the flags.

class FieldWriter {
 public:
  void byte(uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void word(uint32_t value);    ///< 4 bytes, little-endian.
  void number(uint64_t value);  ///< 7 bits a byte, the lowest first; a set top bit: more follow.
  void whole(int64_t value);    ///< The number 2 value, or -2 value - 1 of negative ones.
  void float32(float value);    ///< Its bits as a word.
  void bfloat16(float value);   ///< The upper 2 bytes of that.
  void digest(std::string_view hex);     ///< 64 hexadecimal digits as 32 bytes.
  void table(const SymbolTable& table);  ///< whole first, number of shares, each as a number.
  void raw(std::string_view bytes) { bytes_ += bytes; }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Throws std::runtime_error naming the file when bytes are missing, left over, or not what the
/// writer would have made of the same values.
class FieldReader {
 public:
  FieldReader(std::string_view bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}
  uint8_t byte();
  uint32_t word();
  uint64_t number(uint64_t most);  ///< At most `most`.
  int64_t whole();                 ///< Within 32 bits.
  float float32();                 ///< Finite.
  float bfloat16();                ///< Finite.
  std::string digest();
  SymbolTable table();  ///< Its shares sum to kShares, and neither the first nor the last is 0.
  std::string_view raw(uint64_t count);
  uint64_t left() const { return bytes_.size(); }
  void finish() const;  ///< Nothing may be left.
  [[noreturn]] void fail(const std::string& why) const;

 private:
  std::string_view bytes_;
  std::string name_;
};

}  // namespace diabolo::formats
