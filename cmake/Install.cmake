# cmake --install: the program, and one shared library of all rooms for find_package(diabolo).
# One library, since its users then need LibTorch alone to build against: what it uses inside
# (OpenCV, zlib, OpenSSL, toml++, libcsv) is found by the loader, not by their CMake.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(objects)
foreach(room models formats data training analysis output)
  list(APPEND objects $<TARGET_OBJECTS:diabolo_${room}>)
endforeach()
add_library(diabolo_library SHARED ${objects})
target_link_libraries(diabolo_library
  PUBLIC torch
  PRIVATE OpenSSL::Crypto ZLIB::ZLIB ${CSV_LIBRARY} tomlplusplus::tomlplusplus
          opencv_core opencv_imgproc opencv_imgcodecs opencv_photo ${DIABOLO_OPENMP})
# LibTorch is found beside us when a package carries it along, else where it was built against.
set_target_properties(diabolo_library PROPERTIES
  OUTPUT_NAME diabolo EXPORT_NAME diabolo VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  INSTALL_RPATH "$ORIGIN/diabolo;${TORCH_INSTALL_PREFIX}/lib")
set_target_properties(diabolo PROPERTIES
  INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}/diabolo;${TORCH_INSTALL_PREFIX}/lib")
target_include_directories(diabolo_library INTERFACE
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/diabolo>)
target_compile_features(diabolo_library INTERFACE cxx_std_20)

install(TARGETS diabolo RUNTIME)
install(TARGETS diabolo_library EXPORT diaboloTargets LIBRARY)
foreach(room models lib/formats lib/data lib/training lib/analysis lib/output)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${room}/
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/diabolo/${room} FILES_MATCHING PATTERN *.hpp
          PATTERN launched_group.hpp EXCLUDE)  # The library brings no MPI: a program finds its own.
endforeach()

set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/diabolo)
install(EXPORT diaboloTargets NAMESPACE diabolo:: DESTINATION ${package_folder})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/diaboloConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/diaboloConfig.cmake
                              INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/diaboloConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/diaboloConfig.cmake
              ${PROJECT_BINARY_DIR}/diaboloConfigVersion.cmake
        DESTINATION ${package_folder})

# cpack, in the build folder: a .deb that carries LibTorch's libraries along, so that it runs where
# only Debian is.
set(bundled_openmp ${DIABOLO_OPENMP})
list(REMOVE_ITEM bundled_openmp gomp)  # The system's, which Debian brings.
install(FILES ${TORCH_INSTALL_PREFIX}/lib/libtorch.so ${TORCH_INSTALL_PREFIX}/lib/libtorch_cpu.so
              ${TORCH_INSTALL_PREFIX}/lib/libc10.so ${bundled_openmp}
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/diabolo COMPONENT libtorch EXCLUDE_FROM_ALL)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${TORCH_INSTALL_PREFIX}/lib)
set(CPACK_COMPONENTS_ALL Unspecified libtorch)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "diabolo authors")
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "diabolo authors <diabolo@localhost>")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Only charts need these; the rest of the program does without.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "gnuplot-nox | gnuplot, fonts-dejavu-core")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE zstd)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
include(CPack)
