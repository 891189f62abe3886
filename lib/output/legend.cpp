#include "lib/output/legend.hpp"

#include <algorithm>

#include "lib/output/chart_text.hpp"

namespace diabolo {
namespace {

constexpr double kRowHeight = 36;
constexpr double kMarkSize = 2;
constexpr double kMarkWidth = 34;  // From a mark's middle to the end of the gap behind it, about.
constexpr double kWidestTitle = 240;
constexpr double kWidestName = 250;
constexpr double kColumnGap = 34;

double width(const std::string& text) { return text_width(text, theme::kTextPoints); }

}  // namespace

Legend::Legend(std::string title, const std::vector<std::string>& entries) {
  if (entries.empty()) return;
  title_ = fitted(title, theme::kTextPoints, kWidestTitle);
  title_width_ = title_.empty() ? 0 : width(title_) + kColumnGap;
  if (entries.size() > theme::kLongestLegend) {
    entries_ = {std::to_string(entries.size()) + " groups; colours repeat with other shapes"};
    return;
  }
  for (const auto& entry : entries) {
    entries_.push_back(fitted(entry, theme::kTextPoints, kWidestName));
    column_width_ = std::max(column_width_, kMarkWidth + width(entries_.back()) + kColumnGap);
  }
  const double room = theme::kPageWidth - 2 * theme::kMargin - title_width_;
  columns_ = std::clamp<size_t>(static_cast<size_t>(room / column_width_), 1, entries_.size());
  columns_ = (entries_.size() + rows() - 1) / rows();  // Rows of about equal length.
}

size_t Legend::rows() const { return (entries_.size() + columns_ - 1) / columns_; }

double Legend::height() const {
  return entries_.empty() ? 0 : kRowHeight * static_cast<double>(rows());
}

void Legend::draw(ChartPage& page, double top) const {
  if (entries_.empty()) return;
  const bool is_note = column_width_ == 0;
  const double content = is_note ? width(entries_.front())
                                 : column_width_ * static_cast<double>(columns_) - kColumnGap;
  const double left = (theme::kPageWidth - title_width_ - content) / 2;
  const double first_row = top + kRowHeight / 2;
  page.text(left, first_row, title_, {.colour = theme::kQuiet});
  for (size_t i = 0; i < entries_.size(); ++i) {
    const double x = left + title_width_ + column_width_ * static_cast<double>(i % columns_);
    const double y = first_row + kRowHeight * static_cast<double>(i / columns_);
    if (!is_note) {
      page.mark(x + theme::kGap, y, theme::group_shape(i), kMarkSize, theme::group_colour(i));
    }
    page.text(is_note ? x : x + kMarkWidth, y, entries_[i]);
  }
}

}  // namespace diabolo
