# gcc before its PR 114098 was fixed drops the stores to the tile configuration that AMX code loads: every Q4_0, Q8_0 or
# K-quant model then dies of SIGILL. The fix turned _tile_loadconfig into a builtin, so its presence tells the two apart.
# Sets PAN_AMX_STATE (used | without | absent | cross), PAN_AMX_FLAGS (for ggml-cpu) and PAN_AMX_BROKEN.

include(CheckCXXSourceCompiles)
set(PAN_AMX_FLAGS "")
set(PAN_AMX_BROKEN OFF)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    set(CMAKE_REQUIRED_FLAGS "-mamx-tile")
    check_cxx_source_compiles("
        #if !__has_builtin(__builtin_ia32_ldtilecfg)
        #error the compiler writes its own asm
        #endif
        int main() {}" PAN_COMPILER_LOADS_TILES)
    unset(CMAKE_REQUIRED_FLAGS)
    if(NOT PAN_COMPILER_LOADS_TILES)
        set(PAN_AMX_BROKEN ON)
    endif()
endif()

if(NOT GGML_NATIVE)
    set(PAN_AMX_STATE cross)
else()
    set(CMAKE_REQUIRED_FLAGS "-march=native")
    check_cxx_source_compiles("
        #ifndef __AMX_INT8__
        #error no AMX
        #endif
        int main() {}" PAN_CPU_HAS_AMX)
    unset(CMAKE_REQUIRED_FLAGS)
    if(NOT PAN_CPU_HAS_AMX)
        set(PAN_AMX_STATE absent)
    elseif(PAN_AMX STREQUAL "off")
        set(PAN_AMX_STATE without)
        set(PAN_AMX_FLAGS -mno-amx-tile -mno-amx-int8 -mno-amx-bf16)
    else()
        set(PAN_AMX_STATE used)
        if(PAN_AMX_BROKEN)
            set(PAN_AMX_FLAGS -fno-tree-dse -fno-dse)
        endif()
    endif()
endif()
message(STATUS "AMX: ${PAN_AMX_STATE} ${PAN_AMX_FLAGS}")
