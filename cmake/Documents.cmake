# The manual page and the completion for bash, which the program writes from its table of commands.
set(documents ${PROJECT_BINARY_DIR}/documents)
add_custom_command(
  OUTPUT ${documents}/diabolo.1 ${documents}/diabolo.bash
  COMMAND ${CMAKE_COMMAND} -E make_directory ${documents}
  COMMAND $<TARGET_FILE:diabolo> manual > ${documents}/diabolo.1
  COMMAND $<TARGET_FILE:diabolo> completion bash > ${documents}/diabolo.bash
  DEPENDS diabolo
  COMMENT "Writing the manual and the completion"
  VERBATIM)
add_custom_target(diabolo_documents ALL DEPENDS ${documents}/diabolo.1 ${documents}/diabolo.bash)

install(FILES ${documents}/diabolo.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${documents}/diabolo.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME diabolo)
