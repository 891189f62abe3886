#include <gmock/gmock.h>

#include "lib/formats/code_file.hpp"

namespace diabolo::formats {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// Seven samples of three numbers each, in blocks of three.
CodeFile small_file(bool diagonal = false) {
  CodeFile file;
  file.model = std::string(60, 'a') + "0f19";
  file.samples = 7;
  file.block_size = 3;
  file.basis = {.centre = {0.5F, -1.25F, 3e-8F}, .basis = {1, 0.5F, -2, 0, 0.25F, 1.5F}};
  file.basis.diagonal = diagonal;
  if (diagonal) file.basis.basis = {1, 0.5F, -2};
  file.labelled = true;
  const size_t columns = diagonal ? 4 : 3;
  std::vector<int32_t> symbols;
  for (int32_t i = 0; i < static_cast<int32_t>(7 * columns); ++i) symbols.push_back(i * i % 5 - 2);
  set_symbols(file, symbols, columns);
  return file;
}

std::vector<int32_t> all_symbols(const CodeFile& file) {
  std::vector<int32_t> all;
  for (size_t i = 0; i < file.blocks.size(); ++i) {
    const auto some = file.symbols(i, "a");
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

TEST(CodeFile, HoldsWhatItWasGiven) {
  for (const bool diagonal : {false, true}) {
    const CodeFile file = small_file(diagonal);
    const std::string bytes = code_file_bytes(file);
    const CodeFile read = parse_code_file(bytes, "a");
    EXPECT_EQ(read.model, file.model);
    EXPECT_EQ(read.samples, 7);
    EXPECT_EQ(read.block_size, 3);
    EXPECT_EQ(read.basis.centre, file.basis.centre);
    EXPECT_EQ(read.basis.basis, file.basis.basis);
    EXPECT_EQ(read.basis.diagonal, diagonal);
    EXPECT_EQ(read.tables, file.tables);
    EXPECT_TRUE(read.labelled);
    EXPECT_EQ(read.units(), diagonal ? 3U : 2U);
    ASSERT_EQ(read.blocks.size(), 3U);
    EXPECT_EQ(read.samples_of(2), 1);
    EXPECT_EQ(all_symbols(read), all_symbols(file));
    EXPECT_EQ(code_file_bytes(read), bytes);
  }
}

TEST(CodeFile, GivesOneBlockWithoutTheOthers) {
  const CodeFile file = small_file();
  CodeFile torn = file;
  torn.blocks[0].clear();
  EXPECT_EQ(torn.symbols(1, "a"), file.symbols(1, "a"));
  EXPECT_THROW(torn.symbols(0, "a"), std::runtime_error);
}

TEST(CodeFile, RoundsABasisToTheNearestNumberThatItKeeps) {
  EXPECT_EQ(as_bfloat16(1.0F), 1.0F);
  EXPECT_EQ(as_bfloat16(1.0F + 0x1p-8F), 1.0F);  // To even.
  EXPECT_EQ(as_bfloat16(1.0F + 0x3p-8F), 1.0F + 0x1p-6F);
  EXPECT_EQ(as_bfloat16(-3.14159F), -3.140625F);
}

TEST(DamagedCodeFile, CutAnywhereIsRefused) {
  const std::string whole = code_file_bytes(small_file());
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT([&] { parse_code_file(whole.substr(0, size), "a"); },
                ThrowsMessage<std::exception>(HasSubstr("'a' is ")))
        << size;
  }
  EXPECT_THAT([&] { parse_code_file(whole + "x", "a"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("1 byte too many")));
}

TEST(DamagedCodeFile, WithAnyByteChangedIsRefused) {
  const std::string whole = code_file_bytes(small_file());
  for (size_t i = 0; i < 256 * whole.size(); ++i) {
    std::string changed = whole;
    changed[i / 256] = static_cast<char>(i % 256);
    if (changed == whole) continue;
    EXPECT_ANY_THROW(parse_code_file(changed, "a")) << "byte " << i / 256 << " is " << i % 256;
  }
}

/// The header alone, whose checksum would hide what is said of each field.
void expect_refused(CodeFile file, const std::string& why) {
  EXPECT_THAT(
      [&] { parse_code_file_header(code_file_header_bytes(file), "a"); },
      ThrowsMessage<std::runtime_error>(AllOf(HasSubstr("'a' is damaged"), HasSubstr(why))));
}

TEST(DamagedCodeFile, ThatContradictsItselfIsRefused) {
  CodeFile file = small_file();
  file.samples = 0;
  expect_refused(file, "sizes do not fit");
  file = small_file();
  file.block_size = int64_t{1} << 30;
  expect_refused(file, "sizes do not fit");
  file = small_file();
  file.samples = 10;
  expect_refused(file, "cut short");
  file = small_file();
  file.samples = 6;
  expect_refused(file, "too many");
  file = small_file();
  --file.tables[0].shares[0];
  expect_refused(file, "do not sum");
  file = small_file();
  file.tables[0].shares.push_back(0);
  expect_refused(file, "what never occurs");
  file = small_file();
  file.basis.centre[0] = std::numeric_limits<float>::infinity();
  expect_refused(file, "not finite");
  file = small_file();
  file.basis.basis.resize(4);
  expect_refused(file, "");
}

TEST(DamagedCodeFile, OfAnotherVersionOrKindIsToldApart) {
  std::string header = code_file_header_bytes(small_file());
  header[0] = 2;
  EXPECT_THAT([&] { parse_code_file_header(header, "a"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("format version 2")));
  EXPECT_THAT([] { parse_code_file("PNG and so on, no codes", "a"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("not a compressed file of diabolo")));
}

TEST(DamagedCodeFile, AsksForNoMemoryThatItDoesNotHold) {
  CodeFile file = small_file();
  std::string header = code_file_header_bytes(file);
  // Number of numbers in a code, behind version, digest, samples and block size: 1,000,000.
  header.replace(35, 1, "\xc0\x84\x3d");
  EXPECT_THAT([&] { parse_code_file_header(header, "a"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("too short for its basis")));
}

}  // namespace
}  // namespace diabolo::formats
