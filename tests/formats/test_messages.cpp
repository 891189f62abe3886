#include <gtest/gtest.h>

#include "lib/formats/messages.hpp"

namespace diabolo::formats {
namespace {

TEST(Messages, GroupDigitsByThousands) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(123456789), "123,456,789");
  EXPECT_EQ(grouped(UINT64_MAX), "18,446,744,073,709,551,615");
}

TEST(Messages, CountOneAndMany) {
  EXPECT_EQ(counted(0, "byte"), "0 bytes");
  EXPECT_EQ(counted(1, "byte"), "1 byte");
  EXPECT_EQ(counted(2000, "byte"), "2,000 bytes");
}

TEST(Messages, KeepATerminalSafeFromNamesInFiles) {
  EXPECT_EQ(in_quotes("d\xc3\xa9"
                      "cor"),
            "'d\xc3\xa9"
            "cor'");
  EXPECT_EQ(in_quotes("\x1b[31mred\n!\x7f"), "'?[31mred?!?'");
  EXPECT_EQ(in_quotes(std::string(1000, 'a')).size(), 205u);
}

TEST(Messages, SayWhatIsWrongWithAFile) {
  EXPECT_STREQ(damaged("a.idx", "it is wet").what(), "'a.idx' is damaged: it is wet");
  EXPECT_STREQ(not_a("an apple", "a.idx", "no core").what(), "'a.idx' is not an apple: no core");
}

}  // namespace
}  // namespace diabolo::formats
