#include <gmock/gmock.h>

#include "app/flags.hpp"
#include "lib/training/run_folder.hpp"

namespace diabolo::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing::ThrowsMessage;

/// A command with a word or two and a struct of options.
struct Command {
  Command() {
    flags.word("MODEL", model, /*required=*/true);
    flags.word("DATA", data, /*required=*/false);
    flags.add_fields(training, {"threads"});
    flags.add_fields(network);
    flags.add("out", "where to write", out);
    flags.add_switch("json", "print JSON", json);
  }
  bool parse(const std::vector<const char*>& arguments) { return flags.parse(arguments); }

  Flags flags{"work", "MODEL [DATA]", "Does the work."};
  TrainerOptions training;
  AutoencoderOptions network;
  std::string model, data, out = "here.png";
  bool json = false;
};

void expect_refused(const std::vector<const char*>& arguments, const std::string& part) {
  Command command;
  EXPECT_THAT([&] { command.parse(arguments); },
              ThrowsMessage<std::invalid_argument>(HasSubstr(part)));
}

std::string help_of(const std::vector<const char*>& arguments) {
  Command command;
  testing::internal::CaptureStdout();
  EXPECT_FALSE(command.parse(arguments));
  return testing::internal::GetCapturedStdout();
}

TEST(Flags, ReadWordsOptionsAndSwitchesInAnyOrder) {
  Command command;
  EXPECT_TRUE(command.parse({"--epochs", "3", "m.safetensors", "--json", "--hidden=64,32",
                             "--noise", "gaussian:0.1-0.5", "mnist", "--loss", "mse"}));
  EXPECT_EQ(command.model, "m.safetensors");
  EXPECT_EQ(command.data, "mnist");
  EXPECT_EQ(command.training.epochs, 3);
  EXPECT_THAT(command.network.hidden, ElementsAre(64, 32));
  EXPECT_EQ(command.training.noise.parts.at(0).high, 0.5);
  EXPECT_EQ(command.training.loss, Loss::kMse);
  EXPECT_TRUE(command.json);
  EXPECT_TRUE(command.flags.given("epochs"));
  EXPECT_FALSE(command.flags.given("latent"));
}

TEST(Flags, LeaveEachDefaultOfTheStructAlone) {
  Command command;
  EXPECT_TRUE(command.parse({"m"}));
  EXPECT_EQ(command.data, "");
  EXPECT_EQ(command.out, "here.png");
  RunOptions read;
  read.training = command.training;
  read.model = command.network;
  EXPECT_EQ(run_config_text(read), run_config_text(RunOptions{}));
}

TEST(Flags, WriteDashesForUnderscoresAndLetTheLastOfTwoWin) {
  Command command;
  EXPECT_TRUE(command.parse({"m", "--learning-rate", "0.5", "--learning-rate", "0.25"}));
  EXPECT_EQ(command.training.learning_rate, 0.25);
  expect_refused({"m", "--learning_rate", "0.5"}, "did you mean --learning-rate?");
}

TEST(Flags, ShowDefaultsFromTheStructInTheirHelp) {
  for (const char* flag : {"--help", "-h"}) {
    const std::string help = help_of({flag});
    EXPECT_THAT(help, HasSubstr("diabolo work MODEL [DATA] [OPTIONS]"));
    EXPECT_THAT(help, HasSubstr("Does the work."));
    EXPECT_THAT(help, HasSubstr("(default: 512,256)"));
    EXPECT_THAT(help, HasSubstr("(default: " + to_text(TrainerOptions{}.epochs) + ")"));
    EXPECT_THAT(help, HasSubstr("(default: here.png)"));
    EXPECT_THAT(help, HasSubstr("--weight-decay"));
    EXPECT_THAT(help, Not(HasSubstr("--threads")));
  }
}

TEST(Flags, PrintHelpWhateverElseIsMissing) {
  EXPECT_THAT(help_of({"--epochs", "3", "--help"}), HasSubstr("--epochs"));
}

TEST(Flags, SuggestTheNearestForAnUnknownOption) {
  expect_refused({"m", "--epoch", "3"}, "unknown option --epoch; did you mean --epochs?");
  expect_refused({"m", "--lerning-rate=3"},
                 "unknown option --lerning-rate; did you mean --learning-rate?");
  expect_refused({"m", "--zzzzzzzz"}, "unknown option --zzzzzzzz (diabolo work --help");
  expect_refused({"m", "-q"}, "diabolo work --help");
}

TEST(Flags, NameTheOptionOfABadValue) {
  expect_refused({"m", "--learning-rate", "0.5abc"}, "--learning-rate: '0.5abc' is not a number");
  expect_refused({"m", "--epochs", "1.5"}, "--epochs: '1.5' is not a whole number");
  expect_refused({"m", "--epochs", ""}, "--epochs: ");
  expect_refused({"m", "--hidden", "512,"}, "--hidden: ");
  expect_refused({"m", "--loss", "msee"}, "did you mean 'mse'?");
  expect_refused({"m", "--noise", "guassian:0.3"}, "did you mean 'gaussian'?");
  expect_refused({"m", "--json=false"}, "--json");
  expect_refused({"m", "--epochs"}, "--epochs");
}

TEST(Flags, NameTheOptionAndTheRuleOfAValueOutOfRange) {
  expect_refused({"m", "--batch-size", "0"}, "--batch-size: found 0; give 1 or more");
  expect_refused({"m", "--seed", "-5"}, "--seed: found -5; give 0 or more");
  expect_refused({"m", "--learning-rate", "0"}, "--learning-rate: found 0; give more than 0");
  expect_refused({"m", "--hidden", "8,0"}, "--hidden: found 0; give 1 to 1000000");
}

TEST(Flags, NameAWordThatIsMissingOrOneTooMany) {
  expect_refused({}, "MODEL is missing; diabolo work --help");
  expect_refused({"--json"}, "MODEL is missing");
  expect_refused({"a", "b", "c"}, "'c' is one word too many");
}

TEST(Flags, TakeEveryWordBehindTheFirstOnesWhereThatIsAsked) {
  Flags flags("draw", "MODEL FILE...", "");
  std::string model;
  std::vector<std::string> files;
  flags.word("MODEL", model, true);
  flags.more_words(files);
  const std::vector<const char*> arguments = {"m", "a.png", "b.png"};
  EXPECT_TRUE(flags.parse(arguments));
  EXPECT_EQ(model, "m");
  EXPECT_THAT(files, ElementsAre("a.png", "b.png"));
}

TEST(Flags, TakeWordsThatLookLikeOptionsBehindTwoDashes) {
  Command command;
  EXPECT_TRUE(command.parse({"--json", "--", "--odd-name"}));
  EXPECT_EQ(command.model, "--odd-name");
}

TEST(Flags, WinOverWhatWasReadInBetweenWhenTheyAreAppliedAgain) {
  Command command;
  EXPECT_TRUE(command.parse({"m", "mnist", "--epochs", "3"}));
  command.training.epochs = 50;  // As a config file may say.
  command.training.seed = 7;
  command.data = "other";
  command.flags.apply();
  EXPECT_EQ(command.training.epochs, 3);
  EXPECT_EQ(command.training.seed, 7);
  EXPECT_EQ(command.data, "mnist");
}

}  // namespace
}  // namespace diabolo::app
