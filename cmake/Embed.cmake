# Files that become part of the program: edited as what they are, compiled in as texts.
#
# diabolo_embed(target header namespace name file [name file …])
# Adds a source to `target` that defines `const std::string_view name` for each file, as `header`
# declares them in `namespace`. No file may hold ')~embedded~"'.
function(diabolo_embed target header namespace)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${target}_embedded.cpp)
  set(files ${ARGN})
  list(FILTER files INCLUDE REGEX "[./]")
  add_custom_command(
    OUTPUT ${source}
    COMMAND ${CMAKE_COMMAND} -D "source=${source}" -D "header=${header}"
            -D "namespace=${namespace}" -D "parts=${ARGN}"
            -P ${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake
    DEPENDS ${files} ${PROJECT_SOURCE_DIR}/cmake/EmbedFiles.cmake
    VERBATIM)
  target_sources(${target} PRIVATE ${source})
endfunction()
