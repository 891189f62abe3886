#include "app/flags.hpp"

#include <algorithm>
#include <cxxopts.hpp>
#include <iostream>

namespace diabolo::app {

Flags::Flags(const std::string& command, const std::string& words, const std::string& summary)
    : command_(command),
      options_(std::make_unique<cxxopts::Options>("diabolo " + command, summary)) {
  options_->custom_help(words + " [OPTIONS]").set_width(96);
  options_->add_options()("h,help", "print this help");
  names_ = {"help"};
}

Flags::~Flags() = default;

std::string Flags::flag_name(std::string_view field) {
  std::string name(field);
  std::ranges::replace(name, '_', '-');
  return name;
}

void Flags::add_option(const std::string& name, const std::string& help,
                       const std::string& default_text, Setter setter) {
  auto value = cxxopts::value<std::string>();
  if (!default_text.empty()) value = value->default_value(default_text);
  options_->add_options(group_)(name, help, value, "X");
  names_.push_back(name);
  setters_[name] = std::move(setter);
}

void Flags::add_switch(const std::string& name, const std::string& help, bool& value) {
  options_->add_options(group_)(name, help);
  names_.push_back(name);
  setters_[name] = [&value, name](const std::string& text) {
    if (text != "true") throw std::invalid_argument("--" + name + " takes no value");
    value = true;
  };
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
    if (std::ranges::find(names_, name) != names_.end()) continue;
    const std::string guess = nearest(name, names_);
    throw std::invalid_argument("unknown option --" + name +
                                (guess.empty() ? "" : "; did you mean --" + guess + "?") +
                                " (diabolo " + command_ + " --help lists them)");
  }
}

bool Flags::parse(Arguments arguments) {
  check_names(arguments);
  std::vector<const char*> argv = {"diabolo"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  try {
    const auto result = options_->parse(static_cast<int>(argv.size()), argv.data());
    if (result.count("help") > 0) {
      std::cout << options_->help();
      return false;
    }
    for (const auto& item : result.arguments()) given_[item.key()] = item.value();
    take_words(result.unmatched());
  } catch (const cxxopts::exceptions::missing_argument&) {
    throw std::invalid_argument(std::string(arguments.back()) + " needs a value (diabolo " +
                                command_ + " --help lists the options)");
  } catch (const cxxopts::exceptions::exception& error) {
    throw std::invalid_argument(std::string(error.what()) + " (diabolo " + command_ +
                                " --help lists the options)");
  }
  apply();
  return true;
}

void Flags::apply() {
  for (const auto& [name, text] : given_) setters_.at(name)(text);
}

void Flags::take_words(const std::vector<std::string>& words) {
  for (size_t i = 0; i < words_.size(); ++i) {
    if (i < words.size()) {
      *words_[i].value = words[i];
    } else if (words_[i].required) {
      throw std::invalid_argument(words_[i].name + " is missing; diabolo " + command_ +
                                  " --help shows how it is used");
    }
  }
  if (words.size() <= words_.size()) return;
  if (more_words_ == nullptr) {
    throw std::invalid_argument("'" + words[words_.size()] + "' is one word too many; diabolo " +
                                command_ + " --help shows how it is used");
  }
  more_words_->assign(words.begin() + static_cast<std::ptrdiff_t>(words_.size()), words.end());
}

}  // namespace diabolo::app
