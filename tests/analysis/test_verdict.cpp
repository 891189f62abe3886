#include <gmock/gmock.h>

#include "lib/analysis/verdict.hpp"

namespace diabolo {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string said(double model, double pca, int64_t samples = 1000, bool chose_epoch = true) {
  return verdict({.model = model,
                  .pca = pca,
                  .samples = samples,
                  .rows = true,
                  .chose_epoch = chose_epoch})
      .sentence;
}

TEST(Verdict, SaysWhetherTheNetworkIsWorthItAndOnHowManyRows) {
  EXPECT_THAT(said(0.1, 1.0), HasSubstr("On 1,000 rows the network leaves 10 times less error"));
  EXPECT_THAT(said(0.1, 1.0), HasSubstr("bend"));
  EXPECT_THAT(said(0.9, 1.0), HasSubstr("10 % less"));
  EXPECT_THAT(said(0.99, 1.0), AllOf(HasSubstr("not worth it"), HasSubstr("take PCA")));
  EXPECT_THAT(said(1.5, 1.0), AllOf(HasSubstr("50 % more"), HasSubstr("take PCA")));
  EXPECT_THAT(said(0.1, 0.0), HasSubstr("take PCA"));
}

TEST(Verdict, WarnsOfFewRowsAndOfTheEpochChosenOnThem) {
  EXPECT_THAT(said(0.1, 1.0, kFewJudged), Not(HasSubstr("prove little")));
  EXPECT_THAT(said(0.1, 1.0, kFewJudged - 1),
              AllOf(HasSubstr("29 rows"), HasSubstr("Fewer than 30 prove little"),
                    HasSubstr("best epoch was chosen on them"), HasSubstr("--validation"),
                    Not(HasSubstr("bend"))));
  EXPECT_THAT(said(0.1, 1.0, 5, /*chose_epoch=*/false),
              AllOf(HasSubstr("prove little"), Not(HasSubstr("epoch"))));
  // What was chosen flatters the network, so that it takes nothing from PCA.
  EXPECT_THAT(said(1.5, 1.0, 5),
              AllOf(HasSubstr("take PCA"), EndsWith("prove little."), Not(HasSubstr("epoch"))));
}

TEST(Verdict, CountsOneRowAndImagesAndLeavesOutWhatNobodyKnows) {
  EXPECT_THAT(said(0.1, 1.0, 1), StartsWith("On 1 row the"));
  EXPECT_THAT(said(0.1, 1.0, 0), AllOf(StartsWith("On these rows"), Not(HasSubstr("little"))));
  EXPECT_THAT(verdict({.model = 0.1, .pca = 1, .samples = 7}).sentence, StartsWith("On 7 images"));
}

TEST(Verdict, OnTrainingRowsCanStillTakePca) {
  const auto on_training_rows = [](double model) {
    return verdict({.model = model, .pca = 1.0, .samples = 20, .rows = true, .trained_on = true});
  };
  EXPECT_THAT(on_training_rows(1.0).sentence, AllOf(HasSubstr("20 rows"), EndsWith("take PCA.")));
  EXPECT_EQ(on_training_rows(1.2).headline, "take PCA");
  EXPECT_THAT(on_training_rows(0.5).sentence,
              AllOf(HasSubstr("learn by heart"), Not(HasSubstr("take PCA"))));
}

TEST(Verdict, HasAHeadlineThatSaysTheSame) {
  const auto headline = [](double model, int64_t rows) {
    const Verdict found = verdict({.model = model, .pca = 1, .samples = rows, .rows = true});
    return found.headline + " " + found.below;
  };
  EXPECT_EQ(headline(0.4, 100), "2.5 times less error than PCA");
  EXPECT_EQ(headline(0.8, 5), "20 % less error than PCA, on 5 rows only");
  EXPECT_EQ(headline(1.4, 100), "40 % more error than PCA");
  EXPECT_EQ(headline(1.0, 100), "take PCA its error is the same");
}

}  // namespace
}  // namespace diabolo
