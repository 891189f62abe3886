#include <gmock/gmock.h>

#include "lib/data/noise.hpp"

namespace diabolo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

Noise noise_of(const std::string& text) {
  Noise noise;
  from_text(text, noise);
  return noise;
}

TEST(Noise, IsReadAndWrittenAsAPersonDoes) {
  for (const char* text :
       {"none", "gaussian:0.3", "gaussian:0-0.6", "gaussian:0", "gaussian:2", "salt-pepper:0.1-0.2",
        "speckle:0.5", "poisson:30", "jpeg:10-40", "gaussian:0.1+mask:0.2+jpeg:50"}) {
    EXPECT_EQ(to_text(noise_of(text)), text);
  }
  const Noise range = noise_of("gaussian:0.1-0.6");
  EXPECT_EQ(range, gaussian_noise(0.1, 0.6));
  EXPECT_EQ(noise_of("gaussian:0.3").parts.at(0).high, 0.3);
  const Noise mixed = noise_of("gaussian:0-0.1+mask:0.2");
  ASSERT_EQ(mixed.parts.size(), 2U);
  EXPECT_EQ(mixed.parts[1], (NoisePart{.kind = NoiseKind::kMask, .low = 0.2, .high = 0.2}));
  EXPECT_TRUE(Noise{}.none());
}

TEST(Noise, ReadsBackEveryLevelThatItWrites) {
  for (const double level : {1e-3, 5e-4, 1e-5, 1.0 / 3.0, 1e20}) {
    const Noise one = gaussian_noise(level, level);
    EXPECT_EQ(noise_of(to_text(one)), one) << to_text(one);
    const Noise range = gaussian_noise(level, 2 * level);
    EXPECT_EQ(noise_of(to_text(range)), range) << to_text(range);
    Noise mixed = range;
    mixed.parts.push_back(one.parts[0]);
    EXPECT_EQ(noise_of(to_text(mixed)), mixed) << to_text(mixed);
  }
}

TEST(Noise, SuggestsTheNearestKindForAMisspeltOne) {
  EXPECT_THAT([] { noise_of("guassian:0.3"); },
              ThrowsMessage<std::invalid_argument>(
                  "unknown noise 'guassian:0.3'; did you mean 'gaussian'? (none, gaussian, "
                  "salt-pepper, speckle, poisson, mask, jpeg; each but none with its level, as "
                  "gaussian:0.3 or gaussian:0-0.6)"));
  EXPECT_THAT([] { noise_of("gaussian:0.1+maks:0.2"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("did you mean 'mask'?")));
  EXPECT_THAT([] { noise_of("salt+pepper:0.1"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("unknown noise 'salt'")));
  EXPECT_THAT([] { noise_of("snow"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("unknown noise 'snow'")));
  EXPECT_THROW(noise_of(""), std::invalid_argument);
}

TEST(Noise, SaysWhatIsWrongWithALevel) {
  const auto expect = [](const std::string& text, const std::string& part) {
    EXPECT_THAT([&] { noise_of(text); }, ThrowsMessage<std::invalid_argument>(HasSubstr(part)))
        << text;
  };
  expect("gaussian", "the level too, as gaussian:0.3");
  expect("none:0.3", "write none alone");
  expect("gaussian:", "is not a number");
  expect("gaussian:0.3abc", "'0.3abc' is not a number");
  expect("gaussian:nan", "finite");
  expect("gaussian:-0.3", "0 or more");
  expect("gaussian:0.6-0.3", "the lower one first");
  expect("gaussian:0.3-", "is not a number");
  expect("gaussian:0.1-0.2-0.3", "is not a number");
  expect("mask:1.5", "the level of mask is a share of pixels, from 0 to 1; found 1.5");
  expect("salt-pepper:0.5-1.01", "a share of values, from 0 to 1; found 1.01");
  expect("poisson:0", "the photons of a white pixel, from 0.01 to 1e+06; found 0");
  expect("jpeg:0-50", "a quality, from 1 to 100; found 0");
  expect("jpeg", "the level too, as jpeg:30");
  expect("gaussian:0.1+none", "write none alone");
  expect("gaussian:0.1+", "unknown noise ''");
}

TEST(Noise, BeyondThatOfTrainingIsSaid) {
  const auto said = [](const std::string& asked, const std::string& trained) {
    return beyond_training(noise_of(asked), noise_of(trained));
  };
  EXPECT_EQ(said("gaussian:0.3", "gaussian:0-0.6"), "");
  EXPECT_EQ(said("gaussian:0.7", "gaussian:0-0.6"), "");
  EXPECT_EQ(said("gaussian:0.05", "gaussian:0.3"), "");
  EXPECT_EQ(said("none", "none"), "");
  EXPECT_THAT(said("gaussian:1", "gaussian:0-0.6"),
              AllOf(HasSubstr("gaussian:0-0.6"), HasSubstr("gaussian:1 is far more")));
  // Fewer photons and a lower quality are worse, not better.
  EXPECT_EQ(said("poisson:30", "poisson:10-20"), "");
  EXPECT_THAT(said("poisson:5", "poisson:10-20"), HasSubstr("far more"));
  EXPECT_THAT(said("jpeg:5", "jpeg:20-80"), HasSubstr("far more"));
  EXPECT_THAT(said("mask:0.1", "gaussian:0-0.6"), HasSubstr("never saw mask"));
  EXPECT_THAT(said("gaussian:0.1+mask:0.1", "gaussian:0-0.6"), HasSubstr("never saw mask"));
  EXPECT_THAT(said("gaussian:0.1", "none"), HasSubstr("trained without noise"));
}

}  // namespace
}  // namespace diabolo
