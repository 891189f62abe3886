// Runs a fuzz target on every file of the folders given: replay FOLDER…. It dies where the fuzzer
// would have stopped.

#include <cstdint>
#include <filesystem>
#include <iostream>
#include <string>

#include "lib/formats/file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int argc, char** argv) {
  size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
      std::cerr << entry.path().filename().string() << std::endl;  // So that a crash has a name.
      const std::string bytes = diabolo::formats::read_file(entry.path(), 1 << 24);
      LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
      ++count;
    }
  }
  std::cout << count << " inputs\n";
  return count > 0 ? 0 : 1;
}
