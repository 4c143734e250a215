// A thread with room for code that recurses over what a caller or a model wrote.
#pragma once

#include <functional>

namespace pan {

// Runs f on a thread of its own with a large stack, and throws here what it throws there.
void on_big_stack(const std::function<void()> & f);

}  // namespace pan
