#include <gmock/gmock.h>

#include "lib/formats/npy_header.hpp"
#include "tests/formats/npy_bytes.hpp"

namespace diabolo::formats {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;

void expect_damaged_header(const std::string& header, const std::string& why) {
  EXPECT_THAT([&] { parse_npy_header(header, "a"); },
              ThrowsMessage<std::runtime_error>("'a' is damaged: " + why))
      << header;
}

void expect_wrong_at(size_t byte, const std::string& header, const std::string& why) {
  expect_damaged_header(header, "its header is wrong at byte " + std::to_string(byte) + ": " + why);
}

void expect_refused(const std::string& header, const std::string& why) {
  EXPECT_THAT([&] { parse_npy_header(header, "a"); },
              ThrowsMessage<std::invalid_argument>("cannot read 'a': " + why))
      << header;
}

void expect_type(const std::string& descr, Dtype dtype) {
  EXPECT_EQ(parse_npy_header(dictionary_of(descr, "()"), "a").dtype, dtype) << descr;
}

void expect_no_type(const std::string& descr) {
  expect_refused(dictionary_of(descr, "()"),
                 "its elements are of a type that is not read (dtype '" + descr +
                     "'); b1, i1 to i8, u1 to u8 and f2 to f8 are");
}

std::vector<int64_t> shape_of(const std::string& shape) {
  return parse_npy_header(dictionary_of("<f4", shape), "a").shape;
}

TEST(NpyHeaders, AreReadAsAnyoneWritesThem) {
  const NpyHeader expected{.dtype = Dtype::kF32, .shape = {2, 3}};
  for (const std::string header : {
           "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }",
           "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3)}",
           "{'shape':(2,3),'fortran_order':False,'descr':'<f4'}   \n",
           R"({"descr": "<f4", "fortran_order": False, "shape": (2, 3,)})",
           " \t{ 'fortran_order' : False ,\n 'descr' :\r\n'=f4' , 'shape' : ( 2 , 3 , ) , } \f\n",
       }) {
    EXPECT_EQ(parse_npy_header(header, "a"), expected) << header;
  }
}

TEST(NpyHeaders, HoldShapesAsTuples) {
  EXPECT_THAT(shape_of("()"), ElementsAre());
  EXPECT_THAT(shape_of("(0,)"), ElementsAre(0));
  EXPECT_THAT(shape_of("(1, 20, 300)"), ElementsAre(1, 20, 300));
  EXPECT_THAT(shape_of("(9223372036854775807,)"), ElementsAre(INT64_MAX));
}

TEST(NpyHeaders, HoldTypesAsNumpySpellsThem) {
  expect_type("<f8", Dtype::kF64);
  expect_type("<f4", Dtype::kF32);
  expect_type("=f4", Dtype::kF32);
  expect_type("<f2", Dtype::kF16);
  expect_type("<i8", Dtype::kI64);
  expect_type("<i4", Dtype::kI32);
  expect_type("<i2", Dtype::kI16);
  expect_type("|i1", Dtype::kI8);
  expect_type("<u8", Dtype::kU64);
  expect_type("<u4", Dtype::kU32);
  expect_type("<u2", Dtype::kU16);
  expect_type("|u1", Dtype::kU8);
  expect_type("|b1", Dtype::kBool);
  // One byte has no order.
  for (const char* descr : {"<u1", ">u1", "=u1"}) expect_type(descr, Dtype::kU8);
}

TEST(NpyHeaders, OfOtherTypesAreRefused) {
  for (const char* descr : {"<c8", "<U1", "|S1", "<M8[D]", "<f16", "|V4", "<f3", "f4", "|f4", "!f4",
                            "<f4 ", "", "<", "float32"}) {
    expect_no_type(descr);
  }
}

TEST(NpyHeaders, OfBigEndianNumbersSayHowToSaveThem) {
  expect_refused(dictionary_of(">f4", "(2,)"),
                 "its numbers are big-endian (dtype '>f4'); save them little-endian: "
                 "array.astype('<f4')");
}

TEST(NpyHeaders, OfFortranOrderSayHowToSaveThem) {
  expect_refused("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }",
                 "its numbers lie in Fortran order; save numpy.ascontiguousarray(array)");
}

TEST(NpyHeaders, OfPythonObjectsAreRefusedAsDangerous) {
  for (const std::string descr : {"|O", "O"}) {
    expect_refused(dictionary_of(descr, "(2,)"),
                   "its elements are Python objects (dtype '" + descr +
                       "'), which are stored as a pickle and can run code when they are read; "
                       "save numbers: array.astype('float32')");
  }
}

TEST(NpyHeaders, OfRecordsAreRefused) {
  const std::string why = "its elements are records (a structured dtype), not numbers";
  expect_refused("{'descr': [('a', '<f4'), ('b', '|u1')], 'fortran_order': False, 'shape': (1,), }",
                 why);
  expect_refused("{'descr': ('<f4', (2,)), 'fortran_order': False, 'shape': (1,), }", why);
}

TEST(NpyHeaders, NeedEachKeyOnceAndNoOther) {
  expect_damaged_header("{}", "its header has no 'descr'");
  expect_damaged_header("{'descr': '<f4'}", "its header has no 'fortran_order'");
  expect_damaged_header("{'descr': '<f4', 'fortran_order': False}", "its header has no 'shape'");
  expect_wrong_at(32, "{'descr': '<f4', 'descr': '<f4'}", "the key 'descr' comes twice");
  expect_wrong_at(11, "{'colour': 1}", "the key 'colour' is unknown");
}

TEST(NpyHeaders, AreNothingButADictionary) {
  expect_wrong_at(1, "", "'{' is needed here");
  expect_wrong_at(1, "[]", "'{' is needed here");
  expect_wrong_at(2, "{", "a text between quotes is needed here");
  expect_wrong_at(2, "{,}", "a text between quotes is needed here");
  expect_wrong_at(3, "{'descr", "a text does not end");
  expect_wrong_at(10, "{'descr' '<f4'}", "':' is needed here");
  expect_wrong_at(17, "{'descr': '<f4' 'shape': ()}", "'}' is needed here");
  expect_wrong_at(16, "{'descr': '<f4'", "'}' is needed here");
  expect_wrong_at(61, dictionary_of("<f4", "(2, 3)") + " x", "nothing may follow the dictionary");
  expect_wrong_at(60, dictionary_of("<f4", "(2, 3)") + std::string(1, '\0'),
                  "nothing may follow the dictionary");
}

TEST(NpyHeaders, HoldNoPythonButLiterals) {
  expect_wrong_at(11, R"({'descr': u'<f4'})", "a text between quotes is needed here");
  expect_wrong_at(12, R"({'descr': '\x3cf4'})", "a text holds an escape");
  expect_wrong_at(19, "{'fortran_order': 0}", "True or False is needed here");
  expect_wrong_at(24, "{'fortran_order': True or 1}", "'}' is needed here");
}

void expect_wrong_shape(size_t byte, const std::string& shape, const std::string& why) {
  expect_wrong_at(10 + byte, "{'shape': " + shape + "}", why);
}

TEST(NpyHeaders, HoldNoOtherShapes) {
  expect_wrong_shape(1, "[2, 3]", "'(' is needed here");
  expect_wrong_shape(1, "3", "'(' is needed here");
  expect_wrong_shape(3, "(3)", "',' must follow a single length");
  expect_wrong_shape(2, "(,)", "a length is needed here");
  expect_wrong_shape(2, "(-1,)", "a length is needed here");
  expect_wrong_shape(5, "(2, x)", "a length is needed here");
  expect_wrong_shape(6, "(2, 3L)", "')' is needed here");
  expect_wrong_shape(6, "(2, 3.0)", "')' is needed here");
  expect_wrong_shape(2, "(02,)", "a length begins with 0");
  expect_wrong_shape(2, "(9223372036854775808,)", "the length '9223372036854775808' is too large");
  std::string many = "(";
  for (int i = 0; i < 65; ++i) many += "1,";
  expect_wrong_shape(130, many + ")", "there are more than 64 dimensions");
}

TEST(NpyHeaders, CutAnywhereAreRefused) {
  const std::string header = dictionary_of("<f4", "(2, 3)");
  for (size_t size = 0; size < header.size(); ++size) {
    EXPECT_THROW(parse_npy_header(header.substr(0, size), "a"), std::runtime_error) << size;
  }
}

}  // namespace
}  // namespace diabolo::formats
