#include "lib/formats/safetensors_header.hpp"

#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "lib/formats/messages.hpp"

namespace diabolo::formats {

namespace {
using nlohmann::json;

constexpr size_t kMaxDimensions = 64;
constexpr uint64_t kMaxLength = std::numeric_limits<int64_t>::max();

/// Takes the header event by event, so that a key that comes twice is seen (a parsed object has
/// lost it) and nesting goes no deeper than the format does.
class HeaderReader : public nlohmann::json_sax<json> {
 public:
  explicit HeaderReader(const std::string& file) : file_(file) {}

  SafetensorsHeader take() { return std::move(header_); }

  bool null() override { fail("'null' is not allowed here"); }
  bool boolean(bool) override { fail("a boolean is not allowed here"); }
  bool number_integer(number_integer_t) override { fail("a negative number is not allowed here"); }
  bool number_unsigned(number_unsigned_t value) override;
  bool number_float(number_float_t, const string_t&) override {
    fail("a number that is broken or too large is not allowed here");
  }
  bool string(string_t& value) override;
  bool binary(binary_t&) override { fail("binary data are not allowed here"); }
  bool start_object(size_t) override;
  bool key(string_t& value) override;
  bool end_object() override;
  bool start_array(size_t) override;
  bool end_array() override;
  bool parse_error(size_t position, const std::string&, const json::exception&) override {
    throw damaged(file_, "its header is not JSON at byte " + grouped(position));
  }

 private:
  enum class Place { kStart, kTop, kMetadata, kTensor, kShape, kOffsets };

  [[noreturn]] void fail(const std::string& why) const;
  void finish_tensor();

  const std::string& file_;
  SafetensorsHeader header_;
  Place place_ = Place::kStart;
  std::set<std::string> names_;   ///< Seen at the top.
  std::set<std::string> fields_;  ///< Seen in this tensor.
  std::string name_;              ///< Last key at the top.
  std::string field_;             ///< Last key below it.
  StatedTensor tensor_;
  std::vector<uint64_t> offsets_;
};

void HeaderReader::fail(const std::string& why) const {
  std::string where;
  if (!name_.empty()) where += " at " + in_quotes(name_);
  if (!field_.empty()) where += " " + in_quotes(field_);
  throw damaged(file_, "its header is wrong" + where + ": " + why);
}

bool HeaderReader::number_unsigned(number_unsigned_t value) {
  if (value > kMaxLength) fail(std::to_string(value) + " is too large");
  if (place_ == Place::kShape) {
    if (tensor_.shape.size() == kMaxDimensions) fail("there are more than 64 dimensions");
    tensor_.shape.push_back(static_cast<int64_t>(value));
  } else if (place_ == Place::kOffsets) {
    if (offsets_.size() == 2) fail("two numbers are needed");
    offsets_.push_back(value);
  } else {
    fail("a number is not allowed here");
  }
  return true;
}

bool HeaderReader::string(string_t& value) {
  if (place_ == Place::kMetadata) {
    header_.metadata.emplace(field_, std::move(value));
  } else if (place_ == Place::kTensor && field_ == "dtype") {
    const std::optional<Dtype> dtype = dtype_named(value);
    if (!dtype) fail("the type " + in_quotes(value) + " is unknown");
    tensor_.dtype = *dtype;
  } else {
    fail("a text is not allowed here");
  }
  return true;
}

bool HeaderReader::start_object(size_t) {
  if (place_ == Place::kStart) {
    place_ = Place::kTop;
  } else if (place_ == Place::kTop) {
    place_ = name_ == kMetadataKey ? Place::kMetadata : Place::kTensor;
    fields_.clear();
    tensor_ = {};
    tensor_.name = name_;
  } else {
    fail("an object is not allowed here");
  }
  return true;
}

bool HeaderReader::key(string_t& value) {
  if (place_ == Place::kTop) {
    name_ = value;
    field_.clear();
    if (!names_.insert(value).second) fail("this name comes twice");
    return true;
  }
  field_ = value;
  if (place_ == Place::kMetadata) {
    if (header_.metadata.contains(value)) fail("this key comes twice");
    return true;
  }
  if (value != "dtype" && value != "shape" && value != "data_offsets") fail("this key is unknown");
  if (!fields_.insert(value).second) fail("this key comes twice");
  return true;
}

bool HeaderReader::end_object() {
  if (place_ == Place::kTensor) finish_tensor();
  place_ = Place::kTop;
  return true;
}

bool HeaderReader::start_array(size_t) {
  if (place_ == Place::kTensor && field_ == "shape") {
    place_ = Place::kShape;
  } else if (place_ == Place::kTensor && field_ == "data_offsets") {
    place_ = Place::kOffsets;
    offsets_.clear();
  } else {
    fail("a list is not allowed here");
  }
  return true;
}

bool HeaderReader::end_array() {
  if (place_ == Place::kOffsets && offsets_.size() < 2) fail("two numbers are needed");
  place_ = Place::kTensor;
  return true;
}

void HeaderReader::finish_tensor() {
  field_.clear();
  for (const char* field : {"dtype", "shape", "data_offsets"}) {
    if (!fields_.contains(field)) fail(in_quotes(field) + " is missing");
  }
  tensor_.begin = offsets_[0];
  tensor_.end = offsets_[1];
  header_.tensors.push_back(std::move(tensor_));
}
}  // namespace

SafetensorsHeader parse_safetensors_header(std::string_view text, const std::string& name) {
  // The JSON parser would take a zero byte for the end and not look at what follows it.
  if (const size_t zero = text.find('\0'); zero != std::string_view::npos) {
    throw damaged(name, "its header is not JSON at byte " + grouped(zero + 1));
  }
  HeaderReader reader(name);
  json::sax_parse(text.begin(), text.end(), &reader);
  return reader.take();
}

}  // namespace diabolo::formats
