#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "lib/formats/npy.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo::formats {

/// A file of this header, its length right, and these data.
inline std::string npy_of(const std::string& header, const std::string& data = "",
                          char version = 1) {
  std::string file = std::string("\x93NUMPY") + version + '\0';
  const int bytes = version == 1 ? 2 : 4;
  for (int i = 0; i < bytes; ++i) file += static_cast<char>(header.size() >> 8 * i & 0xff);
  return file + header + data;
}

/// As numpy writes a header of this type and shape, but for the padding.
inline std::string dictionary_of(const std::string& descr, const std::string& shape) {
  return "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }";
}

/// The file of 2 x 3 float32, 0 to 5, that numpy writes.
inline std::string small_npy() {
  return std::string("\x93NUMPY\x01\0v\0", 10) + dictionary_of("<f4", "(2, 3)") +
         std::string(58, ' ') + "\n" +
         std::string("\0\0\0\0\0\0\x80?\0\0\0@\0\0@@\0\0\x80@\0\0\xa0@", 24);
}

/// A file of these bytes, named "a.npy".
class NpyFile {
 public:
  explicit NpyFile(const std::string& bytes) { become(bytes); }

  void become(const std::string& bytes) const {
    std::filesystem::remove(path());  // ext4 takes milliseconds to write over a file
    std::ofstream(path(), std::ios::binary) << bytes;
  }
  std::string path() const { return (folder_ / "a.npy").string(); }
  NpyHeader header() const { return NpyReader(path()).header(); }
  std::vector<float> floats() const { return NpyReader(path()).read_floats(1000); }

 private:
  TemporaryFolder folder_;
};

}  // namespace diabolo::formats
