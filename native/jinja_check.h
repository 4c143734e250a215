// Chat templates, before llama.cpp parses them.
#pragma once

#include <string_view>
#include <vector>

#include "jinja/lexer.h"
#include "shim.h"

namespace pan {

constexpr int max_template_depth = 200;

// The tokens of a template, or PAN_E_ARG when it is longer or nests deeper than the engine can stand.
jinja::lexer_result checked_template(std::string_view source);

}  // namespace pan
