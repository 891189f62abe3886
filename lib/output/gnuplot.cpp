#include "lib/output/gnuplot.hpp"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "lib/formats/messages.hpp"
#include "lib/formats/png.hpp"

namespace diabolo::gnuplot {
namespace {

/// A file in memory. Three of them, and not pipes, carry a script and its results, since neither
/// side can then wait for the other to read.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(::memfd_create("diabolo-chart", MFD_CLOEXEC)) {
    if (descriptor_ < 0) fail();
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  int descriptor() const { return descriptor_; }

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
      if (count < 0) fail();
      bytes.remove_prefix(static_cast<size_t>(count));
    }
    ::lseek(descriptor_, 0, SEEK_SET);
  }

  std::string read() const {
    std::string bytes;
    std::array<char, 65536> piece;
    for (;;) {
      const ssize_t count =
          ::pread(descriptor_, piece.data(), piece.size(), static_cast<off_t>(bytes.size()));
      if (count < 0) fail();
      if (count == 0) return bytes;
      bytes.append(piece.data(), static_cast<size_t>(count));
    }
  }

 private:
  [[noreturn]] static void fail() {
    throw std::runtime_error(std::string("cannot hold a chart in memory: ") + std::strerror(errno));
  }
  int descriptor_;
};

/// The environment, but with English messages and UTF-8 wherever we run.
std::vector<char*> environment_in_english() {
  static char english[] = "LC_ALL=C.UTF-8";
  std::vector<char*> variables = {english};
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("LC_ALL=")) variables.push_back(*variable);
  }
  variables.push_back(nullptr);
  return variables;
}

[[noreturn]] void throw_not_started(const char* chosen, int error) {
  if (chosen == nullptr && error == ENOENT) {
    throw std::runtime_error(
        "charts are drawn by gnuplot, which is not installed: apt-get install gnuplot-nox");
  }
  const std::string name = chosen == nullptr ? "gnuplot" : chosen;
  throw std::runtime_error("charts are drawn by gnuplot, but " + formats::in_quotes(name) +
                           (chosen == nullptr ? "" : ", which DIABOLO_GNUPLOT names,") +
                           " cannot be run: " + std::strerror(error));
}

pid_t start(const MemoryFile& script, const MemoryFile& output, const MemoryFile& errors) {
  const char* chosen = std::getenv("DIABOLO_GNUPLOT");
  std::string program = chosen == nullptr ? "gnuplot" : chosen;
  std::string defaults = "-d";  // The user's own .gnuplot does not change our charts.
  std::string standard_input = "-";
  std::array<char*, 4> arguments = {program.data(), defaults.data(), standard_input.data(),
                                    nullptr};
  auto environment = environment_in_english();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, script.descriptor(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output.descriptor(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, errors.descriptor(), STDERR_FILENO);
  pid_t process = 0;
  const int error = ::posix_spawnp(&process, program.c_str(), &actions, nullptr, arguments.data(),
                                   environment.data());
  ::posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw_not_started(chosen, error);
  return process;
}

std::string how_it_ended(int status) {
  if (WIFSIGNALED(status)) return "it was ended by signal " + std::to_string(WTERMSIG(status));
  return "it ended with exit code " + std::to_string(WEXITSTATUS(status));
}

/// gnuplot repeats the line it stumbled over, then says on the last line why.
std::string reason(const std::string& errors) {
  const size_t end = errors.find_last_not_of(" \n");
  if (end == std::string::npos) return "";
  const size_t line = errors.find_last_of('\n', end);
  const size_t begin = errors.find_first_not_of(' ', line == std::string::npos ? 0 : line + 1);
  return errors.substr(begin, end + 1 - begin);
}

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) {
      throw std::runtime_error(std::string("cannot wait for gnuplot: ") + std::strerror(errno));
    }
  }
  return status;
}

template <typename Number>
std::string shortest(Number value) {
  std::array<char, 64> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  return {digits.data(), end};
}

}  // namespace

std::string literal(std::string_view text) {
  // No digits: one behind an escaped byte would be read as a part of it.
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz ";
  std::string result = "\"";
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      result += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    result += '\\';
    for (const int shift : {6, 3, 0}) result += static_cast<char>('0' + ((byte >> shift) & 7));
  }
  return result + '"';
}

std::string number(double value) { return shortest(value); }

std::string number(float value) { return shortest(value); }

std::string colour(uint32_t rgb) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string result = "\"#";
  for (int shift = 20; shift >= 0; shift -= 4) result += kDigits[(rgb >> shift) & 15];
  return result + '"';
}

std::string run(const std::string& script) {
  MemoryFile input;
  const MemoryFile output;
  const MemoryFile errors;
  input.write(script);
  const int status = wait_for(start(input, output, errors));
  if (status != 0) {
    const std::string why = reason(errors.read());
    throw std::runtime_error("gnuplot drew no chart: " +
                             (why.empty() ? how_it_ended(status) : formats::in_quotes(why)));
  }
  std::string png = output.read();
  if (!formats::is_png(png)) throw std::runtime_error("gnuplot drew no chart: it gave no PNG");
  formats::check_png_chunks(png, "the chart that gnuplot drew");
  return png;
}

}  // namespace diabolo::gnuplot
