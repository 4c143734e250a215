// What the files of the shim share: the guard, the error slot and argument checks.
#pragma once

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <new>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "panallama.h"

namespace pan {

// Thrown by the abort handler: it unwinds out of ggml instead of letting it end the process.
struct Abort : std::runtime_error {
    using runtime_error::runtime_error;
};

// A status other than success, with its message; the guard returns it.
struct Failure : std::runtime_error {
    int32_t status;
    Failure(int32_t status, const std::string & message) : runtime_error(message), status(status) {}
};

[[gnu::format(printf, 1, 2)]] std::string text(const char * format, ...);

// Refuses arguments before anything is executed.
#define PAN_CHECK(condition, ...)                              \
    do {                                                       \
        if (!(condition)) {                                    \
            throw pan::Failure(PAN_E_ARG, pan::text(__VA_ARGS__)); \
        }                                                      \
    } while (0)

#define PAN_NOT_NULL(pointer) PAN_CHECK((pointer) != nullptr, #pointer " is NULL")

// The number in an enum field that a caller filled: to look at an impossible one as an enum is undefined.
template <class E> int32_t number_in(const E & field) {
    static_assert(sizeof(E) == sizeof(int32_t));
    int32_t number;
    std::memcpy(&number, &field, sizeof(number));
    return number;
}

inline void check_range(const char * name, int64_t value, int64_t low, int64_t high) {
    PAN_CHECK(value >= low && value <= high, "%s = %lld is not in %lld..%lld", name, (long long) value, (long long) low,
              (long long) high);
}

// The state of the pan_* call that runs on this thread. Fixed buffers: reporting an error must not fail itself.
struct Call {
    int depth = 0;
    size_t errors_size = 0;
    char message[4096] = "";
    char errors[2048];  // what llama.cpp logged as errors during the call

    void begin();
    void end();
    void fail(std::string_view why);
    void log_error(std::string_view line);
};

Call & call();

// llama.cpp said no: its own reason, taken from the log, or `otherwise`.
[[noreturn]] void fail_with_log(const char * otherwise);

// Runs f and turns everything that is thrown into a status; f itself returns one.
template <class F> int32_t guard(F f) {
    Call & current = call();
    struct Scope {
        Call & current;
        explicit Scope(Call & c) : current(c) { current.begin(); }
        ~Scope() { current.end(); }
    } scope(current);
    try {
        return f();
    } catch (const Failure & e) {
        current.fail(e.what());
        return e.status;
    } catch (const Abort & e) {
        current.fail(e.what());
        return PAN_E_ABORT;
    } catch (const std::bad_alloc &) {
        current.fail("out of memory");
        return PAN_E_NOMEM;
    } catch (const std::exception & e) {
        current.fail(e.what());
        return PAN_E_EXCEPTION;
    } catch (...) {
        current.fail("something was thrown that is not an exception");
        return PAN_E_UNKNOWN;
    }
}

// Copies a result into the caller's buffer, or throws PAN_E_SIZE after putting its size in *needed.
template <class T> int32_t deliver(std::span<const T> result, T * buffer, int32_t cap, int32_t * needed) {
    PAN_CHECK(cap >= 0, "cap is negative: %d", cap);
    PAN_CHECK(buffer != nullptr || cap == 0, "buffer is NULL");
    PAN_CHECK(result.size() <= INT32_MAX, "the result is too long: %zu", result.size());
    const auto size = static_cast<int32_t>(result.size());
    if (needed) {
        *needed = size;
    }
    if (size > cap) {
        throw Failure(PAN_E_SIZE, text("the buffer holds %d of %d", cap, size));
    }
    if (size > 0) {
        std::memcpy(buffer, result.data(), result.size_bytes());
    }
    return size;
}

inline int32_t deliver(const std::string & result, char * buffer, int32_t cap, int32_t * needed) {
    return deliver(std::span<const char>(result.data(), result.size()), buffer, cap, needed);
}

// Hands text to the caller, who frees it with pan_free. Returns PAN_OK.
int32_t give_text(const std::string & text, char ** out, int32_t * out_bytes);

// process.cpp
void flush_log();

// model.cpp: loading, freeing and whatever else writes to a model happens one at a time.
std::mutex & model_lock();
std::string metadata(const llama_model * model, const char * key);
void check_adapter(const llama_adapter_lora * adapter, const llama_model * model);

// model_check.cpp
void check_model(const llama_model * model);

// vocabulary.cpp
const llama_vocab * vocabulary(const llama_model * model);
void forget_vocabulary(const llama_model * model);

}  // namespace pan
