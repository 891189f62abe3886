#include <gmock/gmock.h>

#include <locale>

#include "lib/formats/png.hpp"
#include "lib/output/gnuplot.hpp"
#include "tests/output/chart.hpp"

namespace diabolo::gnuplot {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::string kBegin = "set terminal pngcairo size 300,100 noenhanced font 'DejaVu Sans,12'\n";

/// The PNG of one text.
std::string drawn(const std::string& text) {
  return run(kBegin + "set label " + literal(text) + " at screen 0.05,0.5\nunset border\n" +
             "unset tics\nplot [0:1] [0:1] 2 notitle\n");
}

std::string error_of(const std::string& script) {
  try {
    run(script);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "no error";
}

/// A program that does what `lines` of a shell say.
std::filesystem::path program(const TemporaryFolder& folder, const std::string& lines) {
  const auto path = folder / "gnuplot";
  formats::write_file_atomically(path, "#!/bin/sh\n" + lines + "\n");
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

TEST(Literal, EscapesAllButLettersAndSpaces) {
  EXPECT_EQ(literal("a B"), "\"a B\"");
  EXPECT_EQ(literal("0.5"), R"("\060\056\065")");
  EXPECT_EQ(literal("`\"\\"), R"("\140\042\134")");
  EXPECT_EQ(literal("é"), R"("\303\251")");
}

TEST(Literal, IsDrawnAsItIs) {
  const auto letters = drawn("x");
  EXPECT_EQ(drawn("x"), letters);
  // Markup would make these pairs equal.
  EXPECT_NE(drawn("{x}"), letters);
  EXPECT_NE(drawn("\\x"), letters);
  EXPECT_NE(drawn("a_b"), drawn("a_{b}"));
  // An octal escape that swallowed the digit behind it would give another character.
  EXPECT_NE(drawn("0.41"), drawn("0t1"));
  EXPECT_EQ(drawn("0.4"), run(kBegin + "set label '0.4' at screen 0.05,0.5\nunset border\n" +
                              "unset tics\nplot [0:1] [0:1] 2 notitle\n"));
}

TEST(Literal, IsNeverExecuted) {
  const TemporaryFolder folder;
  const std::string file = (folder / "made").string();
  for (const std::string& text :
       {"`touch " + file + "`", "$(touch " + file + ")", "\"\n!touch " + file + "\n\"",
        "' ; system('touch " + file + "') #", "@x `touch " + file + "` \\"}) {
    drawn(text);
    EXPECT_FALSE(std::filesystem::exists(file)) << text;
  }
}

TEST(Number, IsTheShortestThatReadsBackInAnyLocale) {
  class Comma : public std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
  };
  const std::locale before = std::locale::global(std::locale(std::locale(), new Comma));
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(-1234567.5), "-1234567.5");
  EXPECT_EQ(number(0.1F), "0.1");
  std::locale::global(before);
}

TEST(Colour, HasSixDigits) { EXPECT_EQ(colour(0x0072B2), "\"#0072B2\""); }

TEST(Gnuplot, GivesAWholePng) {
  const std::string png = drawn("text");
  const auto size = formats::png_size(png, "chart");
  EXPECT_EQ(size.width, 300);
  EXPECT_EQ(size.height, 100);
}

TEST(Gnuplot, SaysWhatItStumbledOver) {
  EXPECT_THAT(error_of("set foo bar\n"), HasSubstr("unrecognized option"));
  EXPECT_THAT(error_of(kBegin + "plot $nowhere using 1:2\n"),
              AllOf(HasSubstr("gnuplot drew no chart"), HasSubstr("nowhere")));
}

TEST(Gnuplot, ReadsLongScriptsAndLongComplaintsWithoutWaitingForEver) {
  const TemporaryFolder folder;
  // More than fits a pipe on either side, and nothing of the script is read.
  const Variable variable("DIABOLO_GNUPLOT",
                          program(folder, "head -c 1000000 /dev/zero >&2; exit 3").string());
  EXPECT_THAT(error_of(std::string(1'000'000, '\n')), HasSubstr("gnuplot drew no chart"));
}

TEST(Gnuplot, MustGiveAPng) {
  const TemporaryFolder folder;
  const auto expect = [&](const std::string& lines, const std::string& message) {
    const Variable variable("DIABOLO_GNUPLOT", program(folder, lines).string());
    EXPECT_THAT(error_of(""), HasSubstr(message));
  };
  expect("exit 0", "it gave no PNG");
  expect("echo text", "it gave no PNG");
  expect("printf '\\211PNG\\r\\n\\032\\n'", "cut short");
  expect("exit 7", "exit code 7");
  expect("kill -9 $$", "signal 9");
  expect("echo; echo '  why' >&2; exit 1", "'why'");
}

TEST(Gnuplot, IsToBeInstalled) {
  const TemporaryFolder empty;
  const Variable path("PATH", empty.path().string());
  const Variable none("DIABOLO_GNUPLOT", std::nullopt);
  EXPECT_EQ(error_of(""),
            "charts are drawn by gnuplot, which is not installed: apt-get install gnuplot-nox");
}

TEST(Gnuplot, CanBeAnotherProgramThatHasToExist) {
  const Variable variable("DIABOLO_GNUPLOT", "/nonexistent");
  EXPECT_EQ(
      error_of(""),
      "charts are drawn by gnuplot, but '/nonexistent', which DIABOLO_GNUPLOT names, cannot be "
      "run: No such file or directory");
}

TEST(Gnuplot, IgnoresTheSettingsOfItsUser) {
  const std::string usual = drawn("text");
  const TemporaryFolder home;
  formats::write_file_atomically(home / ".gnuplot", "set label 'mine' at screen 0.5,0.2\n");
  const Variable variable("HOME", home.path().string());
  EXPECT_EQ(drawn("text"), usual);
}

}  // namespace
}  // namespace diabolo::gnuplot
