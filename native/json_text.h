// JSON that a caller sent.
#pragma once

#include "json.h"
#include "shim.h"

namespace pan {

// Parses `json`, called `what` in messages. llama.cpp's parser recurses: deeper nesting than max_depth is refused.
common_json parse_json(std::string_view json, const char * what, int max_depth);

}  // namespace pan
