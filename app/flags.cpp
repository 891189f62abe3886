#include "app/flags.hpp"

#include <algorithm>
#include <cxxopts.hpp>
#include <iostream>
#include <utility>

#include "app/memory_limit.hpp"

namespace diabolo::app {

Flags::Flags(const std::string& command, const std::string& words, const std::string& summary)
    : command_(command),
      help_{words, summary, {}},
      options_(std::make_unique<cxxopts::Options>("diabolo " + command, summary)) {
  options_->custom_help(words + " [OPTIONS]").set_width(96);
  options_->add_options()("h,help", "print this help");
  names_ = {"help"};
  add("max-memory", "give up rather than take more memory than this, as 800M or 4G", max_memory_);
}

Flags::~Flags() = default;

std::string Flags::flag_name(std::string_view field) {
  std::string name(field);
  std::ranges::replace(name, '_', '-');
  return name;
}

void Flags::add_option(const OptionHelp& option, Setter setter) {
  auto value = cxxopts::value<std::string>();
  if (!option.default_text.empty()) value = value->default_value(option.default_text);
  options_->add_options(group_)(option.name, option.help, value, "X");
  names_.push_back(option.name);
  help_.options.push_back(option);
  setters_[option.name] = std::move(setter);
}

void Flags::add_switch(const std::string& name, const std::string& help, bool& value) {
  options_->add_options(group_)(name, help);
  names_.push_back(name);
  switches_.insert(name);
  help_.options.push_back({name, group_, help, "", /*takes_value=*/false, {}});
  setters_[name] = [&value](const std::string&) { value = true; };
}

void Flags::word(const std::string& name, std::string& value, bool required) {
  words_.push_back({name, &value, required});
}

void Flags::more_words(std::vector<std::string>& values) { more_words_ = &values; }

/// cxxopts says only that an option does not exist; a person wants to know which one does.
void Flags::check_names(Arguments arguments) const {
  for (const std::string_view argument : arguments) {
    if (argument == "--") return;
    if (!argument.starts_with("--")) continue;
    const std::string name(argument.substr(2, argument.find('=') - 2));
    if (switches_.contains(name) && argument.find('=') != std::string_view::npos) {
      throw std::invalid_argument("--" + name + " takes no value");
    }
    if (std::ranges::find(names_, name) != names_.end()) continue;
    const std::string guess = nearest(name, names_);
    throw std::invalid_argument("unknown option --" + name +
                                (guess.empty() ? "" : "; did you mean --" + guess + "?") +
                                " (diabolo " + command_ + " --help lists them)");
  }
}

bool Flags::parse(Arguments arguments) {
  if (CommandHelp* const asked = asked_help()) {
    *asked = help_;
    return false;
  }
  check_names(arguments);
  std::vector<const char*> argv = {"diabolo"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  try {
    const auto result = options_->parse(static_cast<int>(argv.size()), argv.data());
    if (result.count("help") > 0) {
      std::cout << options_->help(groups_);
      return false;
    }
    for (const auto& item : result.arguments()) given_[item.key()] = item.value();
    given_words_ = result.unmatched();
    check_words();
  } catch (const cxxopts::exceptions::missing_argument&) {
    throw std::invalid_argument(std::string(arguments.back()) + " needs a value (diabolo " +
                                command_ + " --help lists the options)");
  } catch (const cxxopts::exceptions::exception& error) {
    throw std::invalid_argument(std::string(error.what()) + " (diabolo " + command_ +
                                " --help lists the options)");
  }
  apply();
  if (given("max-memory")) limit_memory(max_memory_);
  return true;
}

void Flags::apply() {
  apply_words();
  for (const auto& [name, text] : given_) setters_.at(name)(text);
}

void Flags::require_alone(const std::string& name, const std::vector<std::string>& allowed) const {
  std::string other = given_words_.empty() ? "" : given_words_.front();
  for (const auto& [given, text] : given_) {
    if (given == "max-memory") continue;
    if (given != name && std::ranges::find(allowed, given) == allowed.end()) other = "--" + given;
  }
  if (other.empty()) return;
  throw std::invalid_argument("--" + name + " takes everything else as it was: drop " + other);
}

void Flags::check_words() const {
  const size_t given = given_words_.size();
  if (given < words_.size() && words_[given].required) {
    throw std::invalid_argument(words_[given].name + " is missing; diabolo " + command_ +
                                " --help shows how it is used");
  }
  if (given > words_.size() && more_words_ == nullptr) {
    throw std::invalid_argument("'" + given_words_[words_.size()] +
                                "' is one word too many; diabolo " + command_ +
                                " --help shows how it is used");
  }
}

void Flags::apply_words() {
  const size_t named = std::min(words_.size(), given_words_.size());
  for (size_t i = 0; i < named; ++i) *words_[i].value = given_words_[i];
  if (more_words_ == nullptr) return;
  more_words_->assign(given_words_.begin() + static_cast<std::ptrdiff_t>(named),
                      given_words_.end());
}

}  // namespace diabolo::app
