// Once per process: abort handler, log ring, backends, devices.
#include <algorithm>
#include <dlfcn.h>
#include <vector>

#include "ggml-backend.h"
#include "shim.h"

namespace pan {
namespace {

// The oldest records give way to new ones. One lock: logging is rare, and never done while decoding.
class LogRing {
  public:
    explicit LogRing(size_t capacity) : buffer(capacity) {}

    void push(uint8_t level, std::string_view text) {
        text = text.substr(0, buffer.size() - header);
        std::lock_guard hold(lock);
        while (buffer.size() - used < header + text.size()) {
            drop(header + first_length());
        }
        const auto n = static_cast<uint32_t>(text.size());
        const char head[header] = {char(level), char(n), char(n >> 8), char(n >> 16), char(n >> 24)};
        append({head, header});
        append(text);
    }

    int32_t drain(std::span<char> out) {
        std::lock_guard hold(lock);
        size_t written = 0;
        while (used > 0) {
            const size_t size = header + first_length();
            if (size > out.size() - written) {
                if (written == 0) {
                    throw Failure(PAN_E_SIZE, text("the next record takes %zu bytes", size));
                }
                break;
            }
            for (size_t i = 0; i < size; ++i) {
                out[written++] = at(i);
            }
            drop(size);
        }
        return static_cast<int32_t>(written);
    }

  private:
    static constexpr size_t header = 5;
    std::mutex lock;
    std::vector<char> buffer;
    size_t start = 0, used = 0;

    char at(size_t i) const { return buffer[(start + i) % buffer.size()]; }

    size_t first_length() const {
        uint32_t n = 0;
        for (size_t i = 4; i >= 1; --i) {
            n = n << 8 | static_cast<uint8_t>(at(i));
        }
        return n;
    }

    void append(std::string_view bytes) {
        for (char c : bytes) {
            buffer[(start + used++) % buffer.size()] = c;
        }
    }

    void drop(size_t n) {
        start = (start + n) % buffer.size();
        used -= n;
    }
};

// Never freed: threads of llama.cpp may log until the process ends.
LogRing * ring = nullptr;

// A message may come in pieces; a record is a whole line (or 2 KB of a longer one).
struct Line {
    ggml_log_level level = GGML_LOG_LEVEL_NONE;
    size_t size = 0;
    char text[2048];

    void flush() {
        if (size == 0) {
            return;
        }
        const std::string_view line(text, size - (text[size - 1] == '\n'));
        size = 0;
        if (level == GGML_LOG_LEVEL_ERROR && call().depth > 0) {
            call().log_error(line);
        }
        ring->push(static_cast<uint8_t>(level), line);
    }

    void add(std::string_view piece) {
        for (char c : piece) {
            text[size++] = c;
            if (c == '\n' || size == sizeof(text)) {
                flush();
            }
        }
    }
};

thread_local Line line;

void on_log(ggml_log_level level, const char * text, void *) {
    if (level != GGML_LOG_LEVEL_CONT) {
        line.flush();
        line.level = level;
    }
    line.add(text);
}

// Called by ggml before it aborts. Throwing skips the abort; an abort that cannot be caught is at least printed, since
// ggml leaves that to its handler.
void on_abort(const char * message) {
    if (call().depth > 0) {
        throw Abort(message);
    }
    fprintf(stderr, "%s\n", message);
}

}  // namespace

void flush_log() { line.flush(); }

}  // namespace pan

int32_t pan_init(int32_t log_ring_bytes) {
    return pan::guard([&] {
        static std::mutex lock;
        std::lock_guard hold(lock);
        if (!pan::ring) {
            pan::check_range("log_ring_bytes", log_ring_bytes, 4096, 1 << 26);
            pan::ring = new pan::LogRing(log_ring_bytes);
            ggml_set_abort_callback(pan::on_abort);
            llama_log_set(pan::on_log, nullptr);  // sets ggml's too
        }
        return PAN_OK;
    });
}

int32_t pan_backend_load(const char * path) {
    return pan::guard([&] {
        PAN_NOT_NULL(path);
        if (!ggml_backend_load(path)) {
            pan::fail_with_log(pan::text("%s does not fit this machine", path).c_str());
        }
        return PAN_OK;
    });
}

int32_t pan_backend_score(const char * path) {
    return pan::guard([&] {
        PAN_NOT_NULL(path);
        void * module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        if (!module) {
            throw pan::Failure(PAN_E_NULL, dlerror());
        }
        const auto score = reinterpret_cast<int (*)()>(dlsym(module, "ggml_backend_score"));
        const int result = score ? score() : 0;
        dlclose(module);
        if (!score) {
            throw pan::Failure(PAN_E_NULL, pan::text("%s is no CPU module", path));
        }
        return static_cast<int32_t>(result);
    });
}

int32_t pan_start(void) {
    return pan::guard([] {
        // llama_backend_init would search folders for modules if there were none.
        if (ggml_backend_reg_count() == 0) {
            throw pan::Failure(PAN_E_NULL, "no backend is loaded");
        }
        llama_backend_init();
        const auto devices = static_cast<int32_t>(ggml_backend_dev_count());
        if (devices == 0) {
            throw pan::Failure(PAN_E_NULL, "no device");
        }
        return devices;
    });
}

int32_t pan_device_at(int32_t index, pan_device * out) {
    return pan::guard([&] {
        PAN_NOT_NULL(out);
        const auto count = static_cast<int32_t>(ggml_backend_dev_count());
        PAN_CHECK(index >= 0 && index < count, "device %d of %d", index, count);
        const auto device = ggml_backend_dev_get(index);
        size_t free = 0, total = 0;
        ggml_backend_dev_memory(device, &free, &total);
        *out = {};
        out->name = ggml_backend_dev_name(device);
        out->description = ggml_backend_dev_description(device);
        out->kind = ggml_backend_dev_type(device);
        out->memory_free = static_cast<int64_t>(free);
        out->memory_total = static_cast<int64_t>(total);
        return PAN_OK;
    });
}

int32_t pan_log_drain(char * buffer, int32_t cap) {
    return pan::guard([&] {
        PAN_NOT_NULL(buffer);
        PAN_CHECK(cap >= 0, "cap is negative: %d", cap);
        return pan::ring ? pan::ring->drain({buffer, static_cast<size_t>(cap)}) : PAN_OK;
    });
}
