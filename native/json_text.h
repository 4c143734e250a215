// JSON that a caller sent.
#pragma once

#include "json.h"
#include "shim.h"

namespace pan {

// PAN_E_ARG when brackets nest deeper than max_depth.
void check_json_depth(std::string_view json, const char * what, int max_depth);

// Parses `json`, called `what` in messages. llama.cpp's parser recurses: deeper nesting than max_depth is refused.
common_json parse_json(std::string_view json, const char * what, int max_depth);

// schema.cpp: refuses a JSON schema that would take the converter too long or too deep.
void check_schema(const common_json & schema);

}  // namespace pan
