#include "lib/formats/csv_numbers.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "lib/formats/file.hpp"
#include "lib/formats/messages.hpp"

namespace diabolo::formats {

namespace {
constexpr size_t kLongestLine = size_t{1} << 24;
constexpr size_t kFirstBuffer = size_t{1} << 16;

/// Gives a file line by line, holding not much more than one.
class LineReader {
 public:
  explicit LineReader(const std::filesystem::path& path)
      : file_(path), name_(path.string()), buffer_(kFirstBuffer, '\0') {}

  /// The next line without its end, valid until the next call; nothing at the end of the file.
  std::optional<std::string_view> next();

  [[noreturn]] void fail(const std::string& why) const {
    throw std::invalid_argument(name_ + ":" + std::to_string(line_) + ": " + why);
  }
  const std::string& name() const { return name_; }

 private:
  bool refill();

  InputFile file_;
  std::string name_;
  std::string buffer_;
  size_t begin_ = 0;  ///< Of what was read but not given.
  size_t end_ = 0;
  size_t line_ = 0;  ///< Number of the line that was given last.
};

/// Moves what is left to the front and reads more behind it. False at the end of the file.
bool LineReader::refill() {
  const size_t left = end_ - begin_;
  std::memmove(buffer_.data(), buffer_.data() + begin_, left);
  begin_ = 0;
  if (left == buffer_.size()) {
    if (left >= kLongestLine) fail("the line is longer than 16 MiB");
    buffer_.resize(2 * left);
  }
  const size_t got = file_.read(buffer_.data() + left, buffer_.size() - left);
  end_ = left + got;
  return got != 0;
}

std::optional<std::string_view> LineReader::next() {
  ++line_;
  for (size_t searched = 0;;) {
    const std::string_view there = std::string_view(buffer_).substr(begin_, end_ - begin_);
    if (const size_t length = there.find('\n', searched); length != std::string_view::npos) {
      begin_ += length + 1;
      return there.substr(0, length).ends_with('\r') ? there.substr(0, length - 1)
                                                     : there.substr(0, length);
    }
    searched = there.size();
    if (refill()) continue;
    if (searched == 0) return std::nullopt;
    throw damaged(name_, "its last line does not end; the file may have been cut short");
  }
}

bool is_number(std::string_view text) {
  float value = 0;
  return std::from_chars(text.begin(), text.end(), value).ptr == text.end() && !text.empty();
}

/// Takes a quoted name off `rest`.
std::string take_quoted(std::string_view& rest, const LineReader& lines) {
  std::string name;
  for (rest.remove_prefix(1);; rest.remove_prefix(1)) {
    const size_t quote = rest.find('"');
    if (quote == std::string_view::npos) lines.fail("a quote is not closed on its line");
    name += rest.substr(0, quote);
    rest.remove_prefix(quote + 1);
    if (!rest.starts_with('"')) return name;
    name += '"';
  }
}

std::string take_name(std::string_view& rest, const LineReader& lines) {
  if (rest.starts_with('"')) return take_quoted(rest, lines);
  const std::string_view name = rest.substr(0, rest.find(','));
  if (name.find('"') != std::string_view::npos) {
    lines.fail("a quote stands within the name " + in_quotes(name));
  }
  rest.remove_prefix(name.size());
  return std::string(name);
}

std::vector<std::string> read_names(LineReader& lines) {
  std::optional<std::string_view> line = lines.next();
  if (!line) throw not_a("a CSV file of numbers", lines.name(), "it is empty");
  std::vector<std::string> names{take_name(*line, lines)};
  while (line->starts_with(',')) {
    line->remove_prefix(1);
    names.push_back(take_name(*line, lines));
  }
  if (!line->empty()) lines.fail("',' must follow a closing quote");
  if (std::all_of(names.begin(), names.end(), is_number)) {
    lines.fail("the first line must hold the names of the columns, and these are numbers");
  }
  return names;
}

float number_of(std::string_view text, const std::string& column, const LineReader& lines) {
  float value = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
  const auto fail = [&](const char* why) {
    lines.fail("column " + in_quotes(column) + ": " + in_quotes(text) + why);
  };
  if (error == std::errc::invalid_argument || end != text.end()) fail(" is not a number");
  if (error != std::errc()) fail(" is out of the range of float32");
  return value;
}

void parse_row(std::string_view line, const std::vector<std::string>& names,
               const LineReader& lines, std::vector<float>& row) {
  const auto fields = static_cast<size_t>(std::count(line.begin(), line.end(), ',')) + 1;
  if (fields != names.size()) {
    lines.fail(counted(fields, "field") + " found, " + grouped(names.size()) + " needed");
  }
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string_view field = line.substr(0, line.find(','));
    row[i] = number_of(field, names[i], lines);
    line.remove_prefix(std::min(field.size() + 1, line.size()));
  }
}
}  // namespace

std::vector<std::string> read_number_csv(const std::filesystem::path& path,
                                         const NumberRowCallback& on_row) {
  LineReader lines(path);
  const std::vector<std::string> names = read_names(lines);
  std::vector<float> row(names.size());
  while (const std::optional<std::string_view> line = lines.next()) {
    parse_row(*line, names, lines, row);
    on_row(row);
  }
  return names;
}

}  // namespace diabolo::formats
