#include <iomanip>
#include <iostream>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "lib/data/catalog.hpp"

namespace diabolo::app {

int run_data(Arguments arguments) {
  DataOptions options;
  Flags flags("data", "", "Lists the data sets known by name, and where they lie.");
  flags.add("data-dir", "folder of the named data sets ($DIABOLO_DATA, or data/)",
            options.data_dir);
  if (!flags.parse(arguments)) return kDone;
  for (const NamedData& known : known_data()) {
    options.data = known.name;
    const auto place = options.folder() / (known.file.empty() ? known.name : known.file);
    const bool found = data_is_there(options);
    std::cout << std::left << std::setw(15) << known.name << known.what << "\n"
              << std::setw(15) << "" << place.string()
              << (found ? "" : ": not there; " + how_to_get(known.name)) << "\n";
  }
  return kDone;
}

}  // namespace diabolo::app
