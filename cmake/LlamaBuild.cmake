# Builds the libraries of llama.cpp, and only those: no tools, no server, no network code (unless PAN_BUILD_TOOLS asks).
# Core libraries get names of their own, so that another libggml in the same process cannot clash with them.

set(BUILD_SHARED_LIBS ON)
foreach(part TESTS EXAMPLES APP UI MTMD)
    set(LLAMA_BUILD_${part} OFF)
endforeach()
foreach(part COMMON TOOLS SERVER) # known to cmake, built by pan-tools alone
    set(LLAMA_BUILD_${part} ${PAN_BUILD_TOOLS})
endforeach()
set(LLAMA_OPENSSL OFF)
set(LLAMA_SUBPROCESS OFF)
set(LLAMA_LLGUIDANCE OFF)
set(LLAMA_USE_PREBUILT_UI OFF)
set(LLAMA_BUILD_IS_DEV OFF)
# Not read from the git repository around the source: ours says nothing about llama.cpp.
set(LLAMA_BUILD_NUMBER 0)
set(LLAMA_BUILD_COMMIT ${PAN_LLAMA_TREE})
set(GGML_RPC OFF)
set(GGML_CUDA_NCCL OFF)
add_subdirectory("${LLAMA_CPP_DIR}" llama.cpp EXCLUDE_FROM_ALL)

function(pan_library_targets folder result)
    get_directory_property(found DIRECTORY "${folder}" BUILDSYSTEM_TARGETS)
    get_directory_property(children DIRECTORY "${folder}" SUBDIRECTORIES)
    foreach(child IN LISTS children)
        pan_library_targets("${child}" more)
        list(APPEND found ${more})
    endforeach()
    set(${result} ${found} PARENT_SCOPE)
endfunction()

pan_library_targets("${LLAMA_CPP_DIR}/ggml/src" ggml_targets)
foreach(target IN LISTS ggml_targets ITEMS llama)
    get_target_property(type ${target} TYPE)
    if(NOT type MATCHES "^(SHARED|MODULE)_LIBRARY$")
        continue()
    endif()
    set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")
    # One plain file each: a soname without a version needs no links.
    set_property(TARGET ${target} PROPERTY VERSION)
    set_property(TARGET ${target} PROPERTY SOVERSION)
    if(type STREQUAL "SHARED_LIBRARY")
        set_target_properties(${target} PROPERTIES OUTPUT_NAME "pan-${target}")
    endif()
endforeach()

if(PAN_AMX_FLAGS)
    target_compile_options(ggml-cpu PRIVATE ${PAN_AMX_FLAGS})
endif()
# It would win on the very CPUs on which it dies. ggml depends on every variant, so this one becomes an empty library.
if(TARGET ggml-cpu-sapphirerapids AND PAN_AMX_BROKEN)
    message(STATUS "Without the sapphirerapids module: this gcc miscompiles AMX")
    file(WRITE "${CMAKE_BINARY_DIR}/left-out/empty.cpp" "")
    set_target_properties(ggml-cpu-sapphirerapids PROPERTIES
        SOURCES "${CMAKE_BINARY_DIR}/left-out/empty.cpp"
        LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/left-out")
endif()
