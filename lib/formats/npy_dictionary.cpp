#include "lib/formats/npy_dictionary.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <utility>

#include "lib/formats/messages.hpp"

namespace diabolo::formats {

namespace {
class DictionaryReader {
 public:
  DictionaryReader(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  NpyDictionary read();

 private:
  [[noreturn]] void fail(const std::string& why) const {
    throw damaged(file_, "its header is wrong at byte " + grouped(position_ + 1) + ": " + why);
  }
  void skip_space();
  bool accept(std::string_view token);
  void expect(std::string_view token);
  void read_field();
  std::string read_type();
  std::string read_text();
  bool read_boolean();
  std::vector<int64_t> read_shape();
  int64_t read_length();

  std::string_view text_;
  const std::string& file_;
  size_t position_ = 0;
  NpyDictionary stated_;
};

NpyDictionary DictionaryReader::read() {
  expect("{");
  while (!accept("}")) {
    read_field();
    if (accept(",")) continue;
    expect("}");
    break;
  }
  skip_space();
  if (position_ != text_.size()) fail("nothing may follow the dictionary");
  return std::move(stated_);
}

void DictionaryReader::skip_space() {
  position_ = std::min(text_.find_first_not_of(" \t\n\r\f", position_), text_.size());
}

bool DictionaryReader::accept(std::string_view token) {
  skip_space();
  if (!text_.substr(position_).starts_with(token)) return false;
  position_ += token.size();
  return true;
}

void DictionaryReader::expect(std::string_view token) {
  if (!accept(token)) fail(in_quotes(token) + " is needed here");
}

void DictionaryReader::read_field() {
  const std::string key = read_text();
  const auto take = [&](auto& field, auto value) {
    if (field) fail("the key " + in_quotes(key) + " comes twice");
    field = std::move(value);
  };
  expect(":");
  if (key == "descr") {
    take(stated_.descr, read_type());
  } else if (key == "fortran_order") {
    take(stated_.fortran_order, read_boolean());
  } else if (key == "shape") {
    take(stated_.shape, read_shape());
  } else {
    fail("the key " + in_quotes(key) + " is unknown");
  }
}

std::string DictionaryReader::read_type() {
  if (accept("[") || accept("(")) {
    throw std::invalid_argument("cannot read " + in_quotes(file_) +
                                ": its elements are records (a structured dtype), not numbers");
  }
  return read_text();
}

std::string DictionaryReader::read_text() {
  const bool is_single = accept("'");
  if (!is_single && !accept("\"")) fail("a text between quotes is needed here");
  const size_t end = text_.find(is_single ? '\'' : '"', position_);
  const std::string_view text = text_.substr(position_, end - position_);
  if (end == std::string_view::npos) fail("a text does not end");
  if (text.find_first_of("\\\n\r") != std::string_view::npos) fail("a text holds an escape");
  position_ = end + 1;
  return std::string(text);
}

bool DictionaryReader::read_boolean() {
  if (accept("False")) return false;
  if (accept("True")) return true;
  fail("True or False is needed here");
}

std::vector<int64_t> DictionaryReader::read_shape() {
  std::vector<int64_t> shape;
  expect("(");
  while (!accept(")")) {
    if (shape.size() == kMaxNpyDimensions) fail("there are more than 64 dimensions");
    shape.push_back(read_length());
    if (accept(",")) continue;
    if (shape.size() == 1) fail("',' must follow a single length");
    expect(")");
    break;
  }
  return shape;
}

int64_t DictionaryReader::read_length() {
  skip_space();
  const size_t end = std::min(text_.find_first_not_of("0123456789", position_), text_.size());
  const std::string_view digits = text_.substr(position_, end - position_);
  if (digits.empty()) fail("a length is needed here");
  if (digits.size() > 1 && digits.front() == '0') fail("a length begins with 0");
  int64_t length = 0;
  if (std::from_chars(digits.begin(), digits.end(), length).ec != std::errc()) {
    fail("the length " + in_quotes(digits) + " is too large");
  }
  position_ = end;
  return length;
}
}  // namespace

NpyDictionary read_npy_dictionary(std::string_view text, const std::string& name) {
  return DictionaryReader(text, name).read();
}

}  // namespace diabolo::formats
