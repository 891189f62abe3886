# LibTorch's headers cost 15 s a file. One precompiled header, made once, serves every target that asks for it.
set(DIABOLO_PRECOMPILED_OWNER diabolo_models)

# It still costs 4 s of each compilation, for templates that it leaves to be made; the presets compile four sources at
# a time, which pays that once for the four.
function(diabolo_use_precompiled target)
  if(target STREQUAL DIABOLO_PRECOMPILED_OWNER)
    target_precompile_headers(${target} PRIVATE <torch/nn/module.h> <torch/types.h>)
  else()
    target_precompile_headers(${target} REUSE_FROM ${DIABOLO_PRECOMPILED_OWNER})
  endif()
endfunction()
