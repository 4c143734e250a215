# llama.cpp's own tools in <build>/tools, linked to the libraries of <build>/lib: what panallama is measured against.
# Part of no other target: `cmake --build <build> --target pan-tools`. The libraries do not notice.

if(APPLE)
    set(tools_rpath "@loader_path;@loader_path/../lib")
else()
    set(tools_rpath "$ORIGIN;$ORIGIN/../lib")
endif()
foreach(folder common tools)
    pan_library_targets("${LLAMA_CPP_DIR}/${folder}" targets)
    set_target_properties(${targets} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tools"
        LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tools"
        INSTALL_RPATH "${tools_rpath}")
endforeach()
add_custom_target(pan-tools
    DEPENDS llama-bench llama-batched-bench llama-completion llama-perplexity llama-server)
