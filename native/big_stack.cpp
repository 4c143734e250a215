#include "big_stack.h"

#include <exception>
#include <pthread.h>

#include "shim.h"

namespace pan {
namespace {

// Reserved, not used: a page counts when it is touched.
constexpr size_t sizes[] = {512 << 20, 64 << 20};

struct Work {
    const std::function<void()> & f;
    std::exception_ptr thrown;
};

void * run(void * data) {
    Work & work = *static_cast<Work *>(data);
    call().begin();  // an assert throws only within a call
    try {
        work.f();
    } catch (...) {
        work.thrown = std::current_exception();
    }
    call().end();
    return nullptr;
}

bool start(pthread_t & thread, size_t stack, Work & work) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    const bool started = pthread_attr_setstacksize(&attributes, stack) == 0 &&
                         pthread_create(&thread, &attributes, run, &work) == 0;
    pthread_attr_destroy(&attributes);
    return started;
}

}  // namespace

void on_big_stack(const std::function<void()> & f) {
    Work work{f, nullptr};
    pthread_t thread;
    if (!start(thread, sizes[0], work) && !start(thread, sizes[1], work)) {
        throw Failure(PAN_E_NOMEM, "no thread with a large stack can be started");
    }
    pthread_join(thread, nullptr);
    if (work.thrown) {
        std::rethrow_exception(work.thrown);
    }
}

}  // namespace pan
