# What the fuzz targets (native/fuzz) need of everything under them: AddressSanitizer in the shim and in the parts of
# llama.cpp that read what strangers write; undefined behaviour counts in the shim only, llama.cpp has its own. clang adds
# the coverage that libFuzzer steers by.
set(pan_fuzz_clang $<CXX_COMPILER_ID:Clang,AppleClang>)
set(PAN_FUZZ_FLAGS -fsanitize=address -fno-omit-frame-pointer $<${pan_fuzz_clang}:-fsanitize=fuzzer-no-link>)

foreach(target llama ggml-base)
    target_compile_options(${target} PRIVATE ${PAN_FUZZ_FLAGS})
    target_link_options(${target} PRIVATE -fsanitize=address)
endforeach()

add_compile_options(${PAN_FUZZ_FLAGS} -fsanitize=undefined -fno-sanitize-recover=undefined
                    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)  # gcc's guesses are wrong under sanitizers
add_link_options(-fsanitize=address,undefined)
