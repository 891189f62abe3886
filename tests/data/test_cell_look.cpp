#include <gtest/gtest.h>

#include "lib/data/cell_look.hpp"

namespace diabolo {
namespace {

void expect_look(CellLook look, std::initializer_list<const char*> cells) {
  for (const char* cell : cells) {
    EXPECT_EQ(look_of(cell), look) << cell;
    EXPECT_EQ(advice_on(look).empty(), look == CellLook::kWord);
  }
}

TEST(CellLook, SeesNumbersWithCommas) {
  expect_look(CellLook::kComma, {"1,5", "-0,25", "+3,0", "1.234,56", "12.345.678,9", "1,234",
                                 "1,234,567.89", "1,5e3", "1,5E-3"});
}

TEST(CellLook, SeesDates) {
  expect_look(CellLook::kDate, {"2024-01-31", "2024/1/3", "31.12.2024", "1/2/24",
                                "2024-01-31T10:00:00Z", "31/12/2023 23:59"});
}

TEST(CellLook, SeesUnits) {
  expect_look(CellLook::kUnit, {"12 kg", "45%", "45 %", "$3.50", "€ 4", "3,5 cm", "7€"});
}

TEST(CellLook, LeavesWordsAlone) {
  expect_look(CellLook::kWord,
              {"red", "", ",", "a,b", "A1", "1-2", "3-4 rooms", "2024-Q1", "10.0.0.1", "2024-01/31",
               "1,2,3", "12 kilograms", "1, 5", "1,5,2,5,3,5,1,5,2,5,3,5,1,5,2,5,3,5,1,5,2,5"});
}

}  // namespace
}  // namespace diabolo
