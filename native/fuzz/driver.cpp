// Stands for libFuzzer where the compiler has none: runs the files of the corpus, then random changes of them until the
// time is over. Whatever ends the process leaves its input in the file crash-…, as libFuzzer's do.
#include <sanitizer/common_interface_defs.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "fuzz.h"

namespace {

using Bytes = std::vector<uint8_t>;
using Clock = std::chrono::steady_clock;

constexpr unsigned hang_seconds = 60;
constexpr size_t longest = 1 << 16;

Bytes current;

void keep_current() {
    const std::string name = "crash-" + std::to_string(getpid());
    std::ofstream(name, std::ios::binary)
        .write(reinterpret_cast<const char *>(current.data()), static_cast<std::streamsize>(current.size()));
    fprintf(stderr, "its input is in %s\n", name.c_str());
}

void on_signal(int number) {
    fprintf(stderr, number == SIGALRM ? "an input takes more than %u s\n" : "aborted\n", hang_seconds);
    keep_current();
    _exit(1);
}

Bytes read(const std::filesystem::path & path) {
    std::ifstream file(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(file), {});
}

std::vector<Bytes> corpus(const std::vector<std::filesystem::path> & paths) {
    std::vector<Bytes> all;
    for (const auto & path : paths) {
        if (!std::filesystem::is_directory(path)) {
            all.push_back(read(path));
            continue;
        }
        for (const auto & entry : std::filesystem::directory_iterator(path)) {
            all.push_back(read(entry.path()));
        }
    }
    return all;
}

void run(Bytes input) {
    current = std::move(input);
    alarm(hang_seconds);
    LLVMFuzzerTestOneInput(current.data(), current.size());
    alarm(0);
}

class Mutator {
  public:
    Mutator(const std::vector<Bytes> & seeds, unsigned seed) : seeds(seeds), random(seed) {}

    Bytes next() {
        Bytes input = any();
        for (size_t n = 1 + below(6); n > 0; --n) {
            change(input);
        }
        input.resize(std::min(input.size(), longest));
        return input;
    }

  private:
    const std::vector<Bytes> & seeds;
    std::mt19937 random;

    size_t below(size_t n) { return n == 0 ? 0 : random() % n; }
    const Bytes & any() { return seeds[below(seeds.size())]; }

    void change(Bytes & input) {
        const size_t at = below(input.size() + 1);
        const size_t length = std::min<size_t>(below(16), input.size() - at);
        const auto place = input.begin() + static_cast<ptrdiff_t>(at);
        switch (below(6)) {
            case 0: input.insert(place, static_cast<uint8_t>(below(256))); return;
            case 1: input.erase(place, place + static_cast<ptrdiff_t>(length)); return;
            case 2: {  // a part of an input, perhaps this one
                const Bytes other = any();
                const size_t from = below(other.size());
                const size_t size = std::min(below(64), other.size() - from);
                const auto start = other.begin() + static_cast<ptrdiff_t>(from);
                input.insert(place, start, start + static_cast<ptrdiff_t>(size));
                return;
            }
            case 3: std::fill_n(place, length, static_cast<uint8_t>(below(2) * 255)); return;
            default:
                if (at < input.size()) {
                    input[at] = static_cast<uint8_t>(below(2) ? below(256) : input[at] ^ (1u << below(8)));
                }
        }
    }
};

}  // namespace

int main(int argc, char ** argv) {
    int seconds = 0;
    unsigned seed = 1;
    std::vector<std::filesystem::path> paths;
    for (int i = 1; i < argc; ++i) {
        if (sscanf(argv[i], "-max_total_time=%d", &seconds) != 1 && sscanf(argv[i], "-seed=%u", &seed) != 1 &&
            argv[i][0] != '-') {
            paths.emplace_back(argv[i]);
        }
    }
    __sanitizer_set_death_callback(keep_current);
    signal(SIGABRT, on_signal);
    signal(SIGALRM, on_signal);
    auto seeds = corpus(paths);
    for (const Bytes & input : seeds) {
        run(input);
    }
    if (seeds.empty()) {
        seeds.emplace_back();
    }
    Mutator mutator(seeds, seed);
    const auto end = Clock::now() + std::chrono::seconds(seconds);
    long runs = static_cast<long>(seeds.size());
    for (; Clock::now() < end; ++runs) {
        run(mutator.next());
    }
    printf("%ld runs\n", runs);
    return 0;
}
