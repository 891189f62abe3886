#include <gmock/gmock.h>
#include <torch/types.h>
#include <torch/utils.h>

#include "lib/analysis/linear_probe.hpp"
#include "tests/analysis/codes.hpp"

namespace diabolo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(LinearProbe, IsThatOfScikitLearn) {
  for (const Golden& wanted : golden("probe")) {
    const auto [codes, labels] = codes_named(wanted.set);
    const double tolerance = codes.numel() > 1'000'000 ? 0.002 : 1e-9;
    EXPECT_NEAR(linear_probe_accuracy(codes, labels, wanted.number), wanted.value, tolerance)
        << wanted.text();
  }
}

TEST(LinearProbe, TellsLabelsThatALineParts) {
  const auto codes = torch::tensor({-3.0, -2.0, -1.5, 1.5, 2.0, 3.0}, torch::kFloat32).unsqueeze(1);
  const auto labels = torch::tensor({9, 9, 9, -4, -4, -4}, torch::kInt64);
  EXPECT_DOUBLE_EQ(linear_probe_accuracy(codes, labels, 3), 1.0);
}

TEST(LinearProbe, AnswersWithTheMostFrequentLabelWhereCodesAreEqual) {
  const auto labels = torch::tensor({0, 0, 0, 1, 0, 0, 1, 0, 0, 0}, torch::kInt64);
  EXPECT_DOUBLE_EQ(linear_probe_accuracy(torch::full({10, 3}, 0.1F), labels), 0.8);
}

TEST(LinearProbe, DoesNotCareAboutTheUnitsOfAColumn) {
  const auto [codes, labels] = codes_named("two");
  const auto units = torch::tensor({1e-4, 1.0, 1e6}, torch::kFloat32);
  EXPECT_DOUBLE_EQ(linear_probe_accuracy(codes * units - 3 * units, labels),
                   linear_probe_accuracy(codes, labels));
}

TEST(LinearProbe, CountsALabelThatIsInOneFoldAloneAsWrong) {
  // Label 2 has one sample, so nothing outside its fold can tell it.
  const auto codes = torch::tensor({-3, -2, -4, 3, 2, 4, 0}, torch::kFloat32).unsqueeze(1);
  const auto labels = torch::tensor({0, 0, 0, 1, 1, 1, 2}, torch::kInt64);
  EXPECT_DOUBLE_EQ(linear_probe_accuracy(codes, labels, 7), 6.0 / 7);
}

TEST(LinearProbe, SaysWhatIsWrongWithARequest) {
  const auto codes = torch::arange(6, torch::kFloat32).unsqueeze(1);
  const auto labels = torch::tensor({0, 1, 0, 1, 0, 1}, torch::kInt64);
  for (const int64_t folds : {1, 7}) {
    EXPECT_THAT([&] { linear_probe_accuracy(codes, labels, folds); },
                ThrowsMessage<std::invalid_argument>(
                    AllOf(HasSubstr(std::to_string(folds) + " folds"), HasSubstr("6 samples"))));
  }
  EXPECT_THAT([&] { linear_probe_accuracy(codes, labels, 2); },
              ThrowsMessage<std::invalid_argument>(
                  AllOf(HasSubstr("outside fold 0"), HasSubstr("label 1"))));
  EXPECT_THROW(linear_probe_accuracy(codes, labels.narrow(0, 0, 5), 3), std::invalid_argument);
  EXPECT_THROW(linear_probe_accuracy(codes / 0, labels, 3), std::invalid_argument);
}

}  // namespace
}  // namespace diabolo
