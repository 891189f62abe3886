# Everything that scripts/setup.sh installs. Nothing is downloaded here.
find_package(Torch 2.13 REQUIRED)
# LibTorch's threads are OpenMP's, of a library that it brings along or of the system's.
file(GLOB DIABOLO_OPENMP ${TORCH_INSTALL_PREFIX}/lib/libgomp*.so*)
if(NOT DIABOLO_OPENMP)
  set(DIABOLO_OPENMP gomp)
endif()
find_package(OpenCV 4.6 REQUIRED COMPONENTS core imgproc imgcodecs photo)
find_package(ZLIB REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(tomlplusplus 3.3 REQUIRED)
find_package(cxxopts 3.1 REQUIRED)
find_path(PROTOZERO_INCLUDE_DIR protozero/pbf_writer.hpp REQUIRED)
find_path(CSV_INCLUDE_DIR csv.h REQUIRED)
find_library(CSV_LIBRARY csv REQUIRED)

# Only processes that mpirun starts need MPI; without it the program trains in one.
if(NOT DIABOLO_MPI STREQUAL OFF)
  enable_language(C)  # MPI's C++ bindings are another library, and withdrawn.
  find_package(MPI 3.1 COMPONENTS C)
  if(DIABOLO_MPI STREQUAL ON AND NOT MPI_C_FOUND)
    message(FATAL_ERROR "DIABOLO_MPI is ON, and no MPI was found: run scripts/setup.sh, or leave it AUTO")
  endif()
endif()

# Chart.js 3 or 4, as one script: it goes into the program, and from there into each report.
find_file(DIABOLO_CHART_JS NAMES chart.min.js chart.umd.min.js chart.umd.js
          PATHS /usr/share/javascript/chart.js /usr/share/nodejs/chart.js/dist NO_DEFAULT_PATH
          DOC "Chart.js as one script: chart.min.js of version 3, chart.umd.js of version 4")
if(NOT EXISTS "${DIABOLO_CHART_JS}")
  message(FATAL_ERROR "no Chart.js: install Debian's libjs-chart.js (scripts/setup.sh does), or give "
                      "-DDIABOLO_CHART_JS=/path/to/chart.min.js")
endif()

# A second build of an unchanged file costs nothing; the settings let ccache work with a precompiled header.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CCACHE_PROGRAM})
endif()
