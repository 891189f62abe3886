#include <gmock/gmock.h>

#include <limits>

#include "models/options.hpp"

namespace diabolo {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

template <typename T>
T read(std::string_view text) {
  T value{};
  from_text(text, value);
  return value;
}

template <typename T>
void expect_refused(const std::string& text) {
  EXPECT_THAT([&] { read<T>(text); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("'" + text + "'")))
      << text;
}

TEST(Field, ReadsNumbers) {
  EXPECT_EQ(read<double>("0.5"), 0.5);
  EXPECT_EQ(read<double>("-1e-3"), -1e-3);
  EXPECT_EQ(read<double>("+2"), 2.0);
  EXPECT_EQ(read<int64_t>("-7"), -7);
  EXPECT_EQ(read<int64_t>("9223372036854775807"), std::numeric_limits<int64_t>::max());
  EXPECT_TRUE(read<bool>("true"));
  EXPECT_FALSE(read<bool>("false"));
}

TEST(Field, RefusesTextThatIsNoWholeRealNumber) {
  for (const char* text : {"0.5abc", "", " 1", "1 ", "nan", "inf", "-inf", "1e999", "0x10", "1,5",
                           "+", "-", "--1", "+-1", "."}) {
    expect_refused<double>(text);
  }
}

TEST(Field, RefusesTextThatIsNoWholeInteger) {
  for (const char* text : {"5abc", "", " 1", "1 ", "1.0", "1e3", "9223372036854775808",
                           "-9223372036854775809", "+", "+-1", "nan"}) {
    expect_refused<int64_t>(text);
  }
}

TEST(Field, RefusesATruthThatIsNotSpeltOut) {
  for (const char* text : {"", "1", "True", "yes"}) expect_refused<bool>(text);
}

TEST(Field, LeavesTheValueAloneWhenItRefusesTheText) {
  double number = 0.25;
  std::vector<int64_t> list = {1, 2};
  EXPECT_THROW(from_text("0.5abc", number), std::invalid_argument);
  EXPECT_THROW(from_text("512,", list), std::invalid_argument);
  EXPECT_EQ(number, 0.25);
  EXPECT_THAT(list, ElementsAre(1, 2));
}

TEST(Field, ReadsLists) {
  EXPECT_THAT(read<std::vector<int64_t>>("512,256"), ElementsAre(512, 256));
  EXPECT_THAT(read<std::vector<int64_t>>("7"), ElementsAre(7));
  EXPECT_THAT(read<std::vector<int64_t>>(""), ElementsAre());
}

TEST(Field, RefusesListsWithAHole) {
  for (const char* text : {"512,", ",1", ",", "1,,2", "1, 2", "1;2", "1.5"}) {
    EXPECT_THROW(read<std::vector<int64_t>>(text), std::invalid_argument) << text;
  }
}

TEST(Field, ReadsAutoAsAValueThatIsNotSet) {
  std::optional<double> rate = 0.5;
  from_text("auto", rate);
  EXPECT_FALSE(rate.has_value());
  EXPECT_EQ(to_text(rate), "auto");
  from_text("0.25", rate);
  EXPECT_EQ(rate, 0.25);
  EXPECT_EQ(to_text(rate), "0.25");
  EXPECT_THROW(from_text("fast", rate), std::invalid_argument);
}

TEST(Field, WritesNumbersThatReadBackEqual) {
  for (const double value : {0.0, 0.1, 1e-5, 8e-3, 1e20, -2.5, 1.0 / 3.0, 5e-324}) {
    EXPECT_EQ(read<double>(to_text(value)), value) << to_text(value);
  }
  EXPECT_EQ(to_text(0.3), "0.3");
  EXPECT_EQ(to_text(int64_t{-12}), "-12");
  EXPECT_EQ(to_text(std::vector<int64_t>{512, 256}), "512,256");
  EXPECT_EQ(to_text(true), "true");
}

TEST(Field, ReadsEveryWordOfAnEnumItWrites) {
  for (const auto& word : enum_words<Activation>()) {
    EXPECT_EQ(to_text(read<Activation>(word)), word);
  }
  EXPECT_EQ(read<Activation>("leaky-relu"), Activation::kLeakyRelu);
}

TEST(Field, SuggestsTheNearestWordOfAnEnumAndListsAll) {
  EXPECT_THAT([] { read<Activation>("slu"); },
              ThrowsMessage<std::invalid_argument>(
                  "unknown value 'slu'; did you mean 'silu'? (silu, relu, gelu, elu, leaky-relu, "
                  "tanh)"));
}

TEST(Nearest, FindsAWordWithOneOrTwoSlips) {
  const std::vector<std::string> words = {"epochs", "batch-size", "learning-rate", "seed"};
  EXPECT_EQ(nearest("epoch", words), "epochs");
  EXPECT_EQ(nearest("leraning-rate", words), "learning-rate");  // Neighbours swapped: one slip.
  EXPECT_EQ(nearest("batchsize", words), "batch-size");
  EXPECT_EQ(nearest("seed", words), "seed");
}

TEST(Nearest, KeepsSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest("colour", {"epochs", "seed"}), "");
  EXPECT_EQ(nearest("x", {"l1"}), "");  // Changing every letter is no slip.
  EXPECT_EQ(nearest("anything", {}), "");
}

TEST(UnknownWord, LeavesTheGuessOutWhenNothingIsNear) {
  EXPECT_EQ(unknown_word("device", "quantum", {"cpu", "cuda"}),
            "unknown device 'quantum' (cpu, cuda)");
}

TEST(CheckRules, NamesTheFieldWhatWasFoundAndWhatWouldBeRight) {
  EXPECT_NO_THROW(check_rules(AutoencoderOptions{}));
  const auto expect = [](const AutoencoderOptions& options, const std::string& message) {
    EXPECT_THAT([&] { check_rules(options); }, ThrowsMessage<std::invalid_argument>(message));
  };
  expect({.latent = 0}, "latent: found 0; give 1 to 1000000");
  expect({.hidden = {512, 0}}, "hidden: found 0; give 1 to 1000000");
  expect({.channels = {-1}}, "channels: found -1; give 1 to 1000000");
}

TEST(Rules, HoldWhatTheirWordsSay) {
  EXPECT_TRUE(kAtLeastOne.holds(1) && !kAtLeastOne.holds(0.999));
  EXPECT_TRUE(kAtLeastZero.holds(0) && !kAtLeastZero.holds(-1e-9));
  EXPECT_TRUE(kAboveZero.holds(1e-9) && !kAboveZero.holds(0));
  EXPECT_TRUE(kBelowOne.holds(0) && kBelowOne.holds(0.999) && !kBelowOne.holds(1));
  EXPECT_FALSE(kAtLeastZero.holds(std::numeric_limits<double>::quiet_NaN()));
}

TEST(AutoencoderOptions, AreValidByDefaultForEachArchitecture) {
  EXPECT_NO_THROW(AutoencoderOptions{}.validate());
  EXPECT_NO_THROW((AutoencoderOptions{.arch = Architecture::kConv}.validate()));
  EXPECT_NO_THROW(
      (AutoencoderOptions{.arch = Architecture::kConv, .code = CodeShape::kMap}.validate()));
}

TEST(AutoencoderOptions, RefuseACodeMapWithoutConvolutions) {
  EXPECT_THAT([] { AutoencoderOptions{.code = CodeShape::kMap}.validate(); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("code"), HasSubstr("conv"))));
}

TEST(AutoencoderOptions, KnowTheShapeOfTheCode) {
  AutoencoderOptions options{.latent = 5, .sample_shape = {3, 27, 31}};
  EXPECT_THAT(options.code_shape(), ElementsAre(5));
  options.arch = Architecture::kConv;
  EXPECT_THAT(options.code_shape(), ElementsAre(5));
  options.code = CodeShape::kMap;
  EXPECT_THAT(options.code_shape(), ElementsAre(5, 7, 8));
}

}  // namespace
}  // namespace diabolo
