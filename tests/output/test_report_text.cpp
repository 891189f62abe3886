#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "lib/output/report_text.hpp"

namespace diabolo {
namespace {

using nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kHostileText = "</script><script>alert(1)</script><!-- & \" '";

TEST(HtmlText, WritesMarkupAsEntities) {
  EXPECT_EQ(html_text("a < b & \"c\" > 'd'"), "a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;");
  EXPECT_EQ(html_text("größer → ist"), "größer → ist");
}

TEST(HtmlText, IsUtf8OnOneLineWhateverTheBytes) {
  EXPECT_EQ(html_text(std::string("a\xFF\x00\nb", 5)), "a?  b");
}

TEST(ScriptJson, CannotEndItsElement) {
  const std::string text = script_json({{kHostileText, kHostileText}});
  for (const char* mark : {"<", ">", "&"}) EXPECT_THAT(text, Not(HasSubstr(mark)));
  EXPECT_EQ(ordered_json::parse(text), ordered_json({{kHostileText, kHostileText}}));
}

TEST(ScriptJson, TakesBytesThatAreNoUtf8) {
  EXPECT_EQ(script_json(ordered_json("a\xFF")), "\"a\xEF\xBF\xBD\"");
}

TEST(ShortName, IsCutBetweenCharacters) {
  EXPECT_EQ(short_name("alcohol"), "alcohol");
  std::string name, kept;
  for (size_t i = 0; i < kLongestName; ++i) kept += "ö";
  EXPECT_EQ(short_name(kept), kept);
  EXPECT_EQ(short_name(kept + "ö"), kept + "…");
}

TEST(Numbers, HaveFourDigitsAndAllBeforeThePoint) {
  EXPECT_EQ(number_text(0.00366123), "0.003661");
  EXPECT_EQ(number_text(12.6), "12.6");
  EXPECT_EQ(number_text(123456.7), "123457");
  EXPECT_EQ(rounded(0.123456), 0.1235);
}

TEST(Cells, AreInTheUnitsOfTheFile) {
  Table table;
  table.columns = {{.name = "big"},
                   {.name = "colour", .kind = ColumnKind::kCategory, .levels = {"blue", "red"}}};
  table.shift = torch::tensor({1000.0F, 0.0F, 0.0F});
  table.scale = torch::tensor({50.0F, 1.0F, 1.0F});
  const auto rows = torch::tensor({1.0F, 0.2F, 0.7F, -1.0F, 0.9F, 0.3F}).view({2, 3});
  EXPECT_THAT(cells_of(table, rows, 9),
              ElementsAre(ElementsAre("1050", "red"), ElementsAre("950", "blue")));
  EXPECT_THAT(cells_of(table, rows, 1), ElementsAre(ElementsAre("1050"), ElementsAre("950")));
}

}  // namespace
}  // namespace diabolo
