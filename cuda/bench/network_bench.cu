/*
 * Training steps on this device, without Java: one JSON object a line on standard output. Each rate is the median of 7 repetitions of at
 * least 0.1 s, of calls of sb_network_steps with 4 steps, after which the host has their losses, as often as the PyTorch program beside it
 * waits for the device; `waiting_microseconds` is a step where it waits after each. Useful operations are those of
 * org.silverblaze.bench.NetworkFlops. The peak beside them is measured too: fused multiply-adds on registers. The first line names device,
 * driver (from /proc/driver/nvidia/version) and, where SILVERBLAZE_REVISION says it, the revision.
 *
 *   cuda-bench            the shapes of the README
 *   cuda-bench smoke      a tiny one, to see that the program works
 *   cuda-bench profile CONVOLUTIONS CHANNELS T X BATCH MODELS      a few steps of one shape, for a profiler
 */
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "../src/launch.h"
#include "silverblaze_cuda.h"

namespace {

constexpr int LAYER_NUMBERS = 6;
constexpr int REPETITIONS = 7;
constexpr double SECONDS = 0.1;
constexpr int THREADS = 256;
constexpr int CHAINS = 16;
constexpr int STEPS = 2048;
constexpr int STEPS_AT_ONCE = 4;

void check(int error) {
    if (error != 0) {
        std::fprintf(stderr, "cuda-bench: %s\n", sb_error_string(error));
        std::exit(1);
    }
}

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct Rates {
    double median, least, most;
};

/* Calls per second. */
template <typename F>
Rates rates(const F &call, double seconds) {
    for (double begin = now(); now() - begin < seconds;) {
        call();
    }
    std::vector<double> all;
    for (int r = 0; r < REPETITIONS; r++) {
        int calls = 0;
        double begin = now();
        do {
            call();
            calls++;
        } while (now() - begin < seconds);
        all.push_back(calls / (now() - begin));
    }
    std::sort(all.begin(), all.end());
    return {all[REPETITIONS / 2], all.front(), all.back()};
}

__global__ void multiplyAdds(float *out, float a, float b) {
    float x[CHAINS];
#pragma unroll
    for (int i = 0; i < CHAINS; i++) {
        x[i] = a + i + threadIdx.x;
    }
    for (int step = 0; step < STEPS; step++) {
#pragma unroll
        for (int i = 0; i < CHAINS; i++) {
            x[i] = fmaf(x[i], a, b);
        }
    }
    float sum = 0;
#pragma unroll
    for (int i = 0; i < CHAINS; i++) {
        sum += x[i];
    }
    out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

/* Version of the driver: the first word of digits and points. */
std::string driver() {
    std::ifstream file("/proc/driver/nvidia/version");
    for (std::string word; file >> word;) {
        if (word.find('.') != std::string::npos && word.find_first_not_of("0123456789.") == std::string::npos) {
            return word;
        }
    }
    return "unknown";
}

double peak(int multiprocessors, double seconds) {
    int blocks = multiprocessors * 16;
    float *out = nullptr;
    cudaStream_t stream = nullptr;
    check(cudaMalloc(reinterpret_cast<void **>(&out), static_cast<size_t>(blocks) * THREADS * sizeof(float)));
    check(cudaStreamCreate(&stream));
    Rates r = rates(
        [&] {
            for (int i = 0; i < 8; i++) {
                SB_LAUNCH(multiplyAdds, blocks, THREADS, 0, stream, out, 0.999f, 1e-3f);
            }
            check(cudaStreamSynchronize(stream));
        },
        seconds);
    check(cudaFree(out));
    check(cudaStreamDestroy(stream));
    return r.median * 8 * 2.0 * CHAINS * STEPS * blocks * THREADS;
}

/* `convolutions` 3x3 convolutions with ReLU, mean over the lattice, dense 2: EQ-small where there are three of 16 channels. */
void step(const char *name, int convolutions, int channels, int t, int x, int batch, int models, double peakRate, double seconds) {
    std::vector<int32_t> layers;
    int in = 4, free = 0;
    double flops = 0;
    auto add = [&layers](std::vector<int32_t> n) {
        n.resize(LAYER_NUMBERS);
        layers.insert(layers.end(), n.begin(), n.end());
    };
    for (int i = 0; i < convolutions; i++) {
        add({0, channels, 3, 3, 1, 1});
        add({1, 0});
        flops += (i == 0 ? 2 : 3) * 2.0 * in * channels * 9 * t * x;
        free += channels * (in * 9 + 1);
        in = channels;
    }
    add({3, 0});
    add({5, 2});
    flops += 3 * 2.0 * 2 * channels;
    free += 2 * (channels + 1);
    std::vector<int32_t> rowStart(free + 1), column(free), shape = {4, t, x};
    std::vector<float> ones(free, 1.0f), weights(free), targets(2 * batch);
    std::vector<int8_t> inputs(static_cast<size_t>(batch) * 4 * t * x);
    uint64_t state = 1;
    auto random = [&state] {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<double>(state >> 11) / 9007199254740992.0;
    };
    for (int i = 0; i < free; i++) {
        rowStart[i + 1] = i + 1;
        column[i] = i;
        weights[i] = static_cast<float>((random() - 0.5) * 0.15);
    }
    for (int8_t &v : inputs) {
        v = static_cast<int8_t>(static_cast<int>(random() * 5) - 2);
    }
    for (float &v : targets) {
        v = static_cast<float>(random() * 2 - 1);
    }
    std::vector<double> optimizers, scalars, losses(STEPS_AT_ONCE * models);
    std::vector<int32_t> counts(STEPS_AT_ONCE * models, batch), selections;
    for (int m = 0; m < STEPS_AT_ONCE * models; m++) {
        if (m < models) {
            optimizers.insert(optimizers.end(), {1e-6, 0.9, 0.999, 1e-8, 1});
        }
        scalars.insert(scalars.end(), {1e-4, 1});
        for (int i = 0; i < batch; i++) {
            selections.push_back((i * 7 + m % models) % batch);
        }
    }
    int64_t network;
    check(sb_network_create(0, shape.data(), layers.data(), static_cast<int>(layers.size()) / LAYER_NUMBERS, 0, free, rowStart.data(),
                            column.data(), ones.data(), models, optimizers.data(), batch, &network));
    check(sb_network_examples(network, inputs.data(), static_cast<int64_t>(inputs.size()), targets.data(), static_cast<int64_t>(targets.size())));
    for (int m = 0; m < models; m++) {
        check(sb_network_load(network, m, weights.data(), nullptr, nullptr, nullptr));
    }
    auto steps = [&](int count) {
        check(sb_network_steps(network, count, counts.data(), selections.data(), scalars.data(), losses.data()));
    };
    Rates waiting = rates([&] { steps(1); }, seconds);
    Rates r = rates([&] { steps(STEPS_AT_ONCE); }, seconds);
    r = {r.median * STEPS_AT_ONCE, r.least * STEPS_AT_ONCE, r.most * STEPS_AT_ONCE};
    double rate = r.median * models * batch * flops;
    std::printf("{\"name\":\"step/%s/%dx%d/%d\",\"models\":%d,\"steps_per_second\":%.6g,\"least\":%.6g,\"most\":%.6g,"
                "\"microseconds\":%.6g,\"waiting_microseconds\":%.6g,\"flop_per_second\":%.6g,\"fraction_of_peak\":%.4g,\"loss\":%.6g}\n",
                name, t, x, batch, models, r.median, r.least, r.most, 1e6 / r.median, 1e6 / waiting.median, rate,
                peakRate > 0 ? rate / peakRate : 0, losses[0]);
    std::fflush(stdout);
    check(sb_network_destroy(network));
}

}  // namespace

int main(int count, char **arguments) {
    bool smoke = count > 1 && std::strcmp(arguments[1], "smoke") == 0;
    int devices = 0;
    if (sb_device_count(&devices) != 0 || devices == 0) {
        std::fprintf(stderr, "cuda-bench: there is no device\n");
        return 1;
    }
    char name[256];
    int multiprocessors;
    int64_t bytes;
    check(sb_device_name(0, name, sizeof(name)));
    check(sb_device_shape(0, &multiprocessors, &bytes));
    if (count == 8 && std::strcmp(arguments[1], "profile") == 0) {
        int n[6];
        for (int i = 0; i < 6; i++) {
            n[i] = std::atoi(arguments[i + 2]);
        }
        step("profile", n[0], n[1], n[2], n[3], n[4], n[5], 0, 0);
        return 0;
    }
    double peakRate = smoke ? 0 : peak(multiprocessors, SECONDS);
    const char *revision = std::getenv("SILVERBLAZE_REVISION");
    std::printf("{\"device\":\"%s\",\"driver\":\"%s\",\"revision\":\"%s\",\"multiprocessors\":%d,\"fma_flop_per_second\":%.6g}\n", name,
                driver().c_str(), revision == nullptr ? "unknown" : revision, multiprocessors, peakRate);
    if (smoke) {
        step("EQ-small", 2, 4, 3, 2, 17, 2, 0, 0);
        return 0;
    }
    for (int models : {1, 4, 16, 64, 256}) {
        step("EQ-small", 3, 16, 60, 4, 100, models, peakRate, SECONDS);
    }
    step("EQ-32", 3, 32, 64, 64, 256, 1, peakRate, SECONDS);
    step("EQ-small", 3, 16, 8, 8, 100, 1, peakRate, SECONDS);
    step("EQ-small", 3, 16, 64, 64, 64, 1, peakRate, SECONDS);
    return 0;
}
