# Flags for our own code only; dependencies come in as system headers.
# -fPIC everywhere (also for programs) lets all targets share one precompiled header.
add_library(diabolo_flags INTERFACE)
target_compile_features(diabolo_flags INTERFACE cxx_std_20)
target_include_directories(diabolo_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(diabolo_flags INTERFACE
  -fPIC -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Werror
  # GCC 12 sees overflows in std::string's operator+ that are not there (GCC bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-stringop-overflow;-Wno-array-bounds>)

if(DIABOLO_SANITIZE)
  # What sanitizers add to the code makes GCC warn of paths that it would see through without them.
  target_compile_options(diabolo_flags INTERFACE
    -fsanitize=${DIABOLO_SANITIZE} -fno-omit-frame-pointer -Wno-maybe-uninitialized -Wno-return-type)
  target_compile_definitions(diabolo_flags INTERFACE DIABOLO_SANITIZED)
  target_link_options(diabolo_flags INTERFACE -fsanitize=${DIABOLO_SANITIZE})
endif()

if(DIABOLO_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "fuzzing needs clang: -DCMAKE_CXX_COMPILER=clang++-19, as scripts/fuzz.sh gives")
  endif()
  target_compile_options(diabolo_flags INTERFACE
    -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
    -Wno-missing-field-initializers -Wno-missing-designated-field-initializers)
  target_link_options(diabolo_flags INTERFACE -fsanitize=address,undefined)
endif()
