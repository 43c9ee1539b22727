/*
 * CUDA for tests on a machine without a GPU: put this folder first on the include path and compile the .cu files of cuda/src as C++.
 * The threads of a block are fibers of one host thread, switched at barriers and warp shuffles; blocks run one after another. It shows
 * errors of indexing, boundaries, missing and divergent barriers, uninitialised memory (cudaMalloc fills with 0xFF: NaN) and, under
 * AddressSanitizer, accesses out of bounds. It shows nothing about speed.
 *
 * Within one barrier interval fibers run one after another, so a race without a barrier may hide: SILVERBLAZE_EMULATION_ORDER=reversed
 * or =shuffled runs them in another order. A copy into shared memory that a thread does not wait for is made as late as the device may make
 * it: when the thread waits for its group of copies. Not here, on purpose: inline PTX, tensor cores, several streams at once.
 */
#ifndef SILVERBLAZE_EMULATED_CUDA_RUNTIME_H
#define SILVERBLAZE_EMULATED_CUDA_RUNTIME_H

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#define SILVERBLAZE_EMULATION 1
#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __grid_constant__
#define __restrict__
/* Blocks run one after another, on one host thread at a time. */
#define __shared__ static thread_local

/* As on a device: 16 bytes, aligned to them. */
struct alignas(16) float4 {
    float x, y, z, w;
};

inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }

using std::max;
using std::min;

struct dim3 {
    unsigned x, y, z;
    dim3(unsigned x = 1, unsigned y = 1, unsigned z = 1) : x(x), y(y), z(z) {}
    unsigned count() const { return x * y * z; }
};

namespace emulated {

constexpr size_t STACK = 128 * 1024;
constexpr unsigned WARP = 32;

/* A copy that was asked for; bytes beyond `real` become zeros. */
struct Copy {
    void *to;
    const void *from;
    size_t bytes, real;
    unsigned group;
};

struct Fiber {
    void *top = nullptr;
    std::unique_ptr<char[]> stack;
    dim3 thread;
    unsigned rank = 0;
    bool finished = false;
    /* What it waits for: 0 nothing, 1 the block's barrier, 2 its warp. */
    int waiting = 0;
    std::vector<Copy> copies;
    unsigned groups = 0;
};

enum class Order { GIVEN, REVERSED, SHUFFLED };

inline Order wantedOrder() {
    const char *wanted = std::getenv("SILVERBLAZE_EMULATION_ORDER");
    std::string order = wanted == nullptr ? "" : wanted;
    return order == "reversed" ? Order::REVERSED : order == "shuffled" ? Order::SHUFFLED : Order::GIVEN;
}

/* The block that this host thread runs. */
struct Block {
    std::vector<Fiber> fibers;
    void *scheduler = nullptr;
    Fiber *current = nullptr;
    dim3 blockIndex, blockShape, gridShape;
    std::vector<max_align_t> shared;
    std::vector<uint64_t> lanes;
    const std::function<void()> *body = nullptr;
    Order wanted = wantedOrder();
    std::vector<unsigned> order;
};

/* Stacks of earlier launches. */
inline std::vector<std::unique_ptr<char[]>> &stacks() {
    static thread_local std::vector<std::unique_ptr<char[]>> kept;
    return kept;
}

inline Block *&block() {
    static thread_local Block *running = nullptr;
    return running;
}

[[noreturn]] inline void fail(const char *what) {
    std::fprintf(stderr, "emulated CUDA: %s\n", what);
    std::abort();
}

/* Leaves this stack and goes on where the other one was left. Unlike swapcontext it asks nothing of the kernel. */
__attribute__((naked, noinline)) inline void change(void ** /* from */, void * /* to */) {
    asm("push %rbp\n push %rbx\n push %r12\n push %r13\n push %r14\n push %r15\n"
        "mov %rsp, (%rdi)\n mov %rsi, %rsp\n"
        "pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbx\n pop %rbp\n ret");
}

inline void toScheduler(Block *b) { change(&b->current->top, b->scheduler); }

/* A thread of each block of a launch, one after the other. */
inline void entry() {
    for (;;) {
        Block *b = block();
        (*b->body)();
        if (!b->current->copies.empty()) {
            fail("a thread ended without waiting for its copies");
        }
        b->current->finished = true;
        toScheduler(b);
    }
}

/* What change() finds on a stack that was never left: six registers, and where to go. */
inline void begin(Fiber &f) {
    if (stacks().empty()) {
        f.stack.reset(new char[STACK]);
    } else {
        f.stack = std::move(stacks().back());
        stacks().pop_back();
    }
    void **top = reinterpret_cast<void **>((reinterpret_cast<uintptr_t>(f.stack.get()) + STACK) / 16 * 16);
    std::fill(top - 8, top, nullptr);
    top[-2] = reinterpret_cast<void *>(&entry);
    f.top = top - 8;
}

inline void wait(int what) {
    Block *b = block();
    b->current->waiting = what;
    toScheduler(b);
}

/* Lets waiting fibers go on where all of a group (a warp, the block) wait for the same; a finished one among them is an error. */
inline bool release(Block &b, unsigned from, unsigned to, int what) {
    unsigned waiting = 0;
    unsigned alive = 0;
    for (unsigned i = from; i < to; i++) {
        alive += !b.fibers[i].finished;
        waiting += !b.fibers[i].finished && b.fibers[i].waiting == what;
    }
    if (alive == 0 || waiting < alive) {
        return false;
    }
    if (alive < to - from) {
        fail(what == 1 ? "a thread ended while others wait at a barrier" : "a lane ended while others of its warp shuffle");
    }
    for (unsigned i = from; i < to; i++) {
        b.fibers[i].waiting = 0;
    }
    return true;
}

inline void runBlock(Block &b) {
    unsigned threads = b.blockShape.count();
    for (;;) {
        bool moved = false;
        bool alive = false;
        if (b.wanted == Order::SHUFFLED) {
            static thread_local std::mt19937 random(1);
            std::shuffle(b.order.begin(), b.order.end(), random);
        }
        for (unsigned i : b.order) {
            Fiber &f = b.fibers[i];
            if (!f.finished && f.waiting == 0) {
                b.current = &f;
                change(&b.scheduler, f.top);
                moved = true;
            }
            alive = alive || !f.finished;
        }
        if (!alive) {
            return;
        }
        for (unsigned from = 0; from < threads; from += WARP) {
            moved = release(b, from, std::min(from + WARP, threads), 2) || moved;
        }
        moved = release(b, 0, threads, 1) || moved;
        if (!moved) {
            fail("divergent barrier: some threads of a block wait where others do not");
        }
    }
}

/* Every block gets fresh shared memory, filled with NaN, so that AddressSanitizer knows its end. */
inline void prepare(Block &b, size_t sharedBytes) {
    b.shared = std::vector<max_align_t>((sharedBytes + sizeof(max_align_t) - 1) / sizeof(max_align_t));
    if (sharedBytes > 0) {
        std::memset(static_cast<void *>(b.shared.data()), 0xFF, b.shared.size() * sizeof(max_align_t));
    }
    dim3 shape = b.blockShape;
    unsigned rank = 0;
    for (Fiber &f : b.fibers) {
        if (!f.stack) {
            begin(f);
        }
        f.rank = rank;
        f.thread = dim3(rank % shape.x, rank / shape.x % shape.y, rank / shape.x / shape.y);
        f.finished = false;
        f.waiting = 0;
        f.groups = 0;
        rank++;
    }
}

inline void run(dim3 grid, dim3 shape, size_t sharedBytes, const std::function<void()> &body) {
    Block b;
    b.gridShape = grid;
    b.blockShape = shape;
    b.body = &body;
    b.fibers = std::vector<Fiber>(shape.count());
    b.lanes.resize(shape.count());
    for (unsigned i = 0; i < shape.count(); i++) {
        b.order.push_back(b.wanted == Order::REVERSED ? shape.count() - 1 - i : i);
    }
    Block *outer = block();
    block() = &b;
    for (unsigned i = 0; i < grid.count(); i++) {
        b.blockIndex = dim3(i % grid.x, i / grid.x % grid.y, i / grid.x / grid.y);
        prepare(b, sharedBytes);
        runBlock(b);
    }
    for (Fiber &f : b.fibers) {
        if (f.stack) {
            stacks().push_back(std::move(f.stack));
        }
    }
    block() = outer;
}

/* A value of another lane of the warp: write, wait for the warp, read, wait again. */
template <typename T>
T exchange(T value, unsigned from) {
    static_assert(sizeof(T) <= sizeof(uint64_t), "a shuffle moves at most 64 bits");
    Block *b = block();
    std::memcpy(&b->lanes[b->current->rank], &value, sizeof(T));
    wait(2);
    unsigned base = b->current->rank / WARP * WARP;
    T result;
    std::memcpy(&result, &b->lanes[base + from % WARP], sizeof(T));
    wait(2);
    return result;
}

}  // namespace emulated

#define threadIdx (emulated::block()->current->thread)
#define blockIdx (emulated::block()->blockIndex)
#define blockDim (emulated::block()->blockShape)
#define gridDim (emulated::block()->gridShape)

#define SB_LAUNCH(kernel, grid, block, sharedBytes, stream, ...) \
    ((void)(stream), emulated::run(dim3(grid), dim3(block), (sharedBytes), [&] { (kernel)(__VA_ARGS__); }))
#define SB_DYNAMIC_SHARED(type, name) type *name = reinterpret_cast<type *>(emulated::block()->shared.data())

inline void __syncthreads() { emulated::wait(1); }
inline void __syncwarp(unsigned = 0xFFFFFFFFu) { emulated::wait(2); }
template <typename T>
T __shfl_sync(unsigned, T value, int lane) {
    return emulated::exchange(value, static_cast<unsigned>(lane));
}
template <typename T>
T __shfl_down_sync(unsigned, T value, unsigned delta) {
    unsigned lane = emulated::block()->current->rank % emulated::WARP;
    return emulated::exchange(value, lane + delta < emulated::WARP ? lane + delta : lane);
}
template <typename T>
T __shfl_xor_sync(unsigned, T value, int mask) {
    return emulated::exchange(value, emulated::block()->current->rank % emulated::WARP ^ static_cast<unsigned>(mask));
}

inline void __pipeline_memcpy_async(void *to, const void *from, size_t bytes, size_t zeros = 0) {
    emulated::Fiber *f = emulated::block()->current;
    f->copies.push_back({to, from, bytes, bytes - zeros, f->groups});
}
inline void __pipeline_commit() { emulated::block()->current->groups++; }
/* Until at most the last `prior` groups are on their way. */
inline void __pipeline_wait_prior(size_t prior) {
    emulated::Fiber *f = emulated::block()->current;
    auto due = [&](const emulated::Copy &c) { return c.group + prior < f->groups; };
    for (const emulated::Copy &c : f->copies) {
        if (due(c)) {
            std::memcpy(c.to, c.from, c.real);
            std::memset(static_cast<char *>(c.to) + c.real, 0, c.bytes - c.real);
        }
    }
    f->copies.erase(std::remove_if(f->copies.begin(), f->copies.end(), due), f->copies.end());
}

/* The host is compiled with -ffp-contract=off. */
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fsub_rn(float a, float b) { return a - b; }
inline uint32_t __umulhi(uint32_t a, uint32_t b) { return static_cast<uint32_t>(static_cast<uint64_t>(a) * b >> 32); }
template <typename T>
T __ldg(const T *p) {
    return *p;
}
template <typename T>
T atomicAdd(T *at, T value) {
    T old = *at;
    *at += value;
    return old;
}

/* ---- the runtime ------------------------------------------------------------------------------------------------------ */

enum cudaError_t { cudaSuccess = 0, cudaErrorInvalidValue = 1, cudaErrorMemoryAllocation = 2 };
enum cudaMemcpyKind { cudaMemcpyHostToHost, cudaMemcpyHostToDevice, cudaMemcpyDeviceToHost, cudaMemcpyDeviceToDevice };
enum cudaDeviceAttr { cudaDevAttrMaxSharedMemoryPerBlockOptin };
enum cudaFuncAttribute { cudaFuncAttributeMaxDynamicSharedMemorySize };
struct cudaDeviceProp {
    char name[256];
    int multiProcessorCount;
    size_t totalGlobalMem;
};
typedef int *cudaStream_t;
typedef int *cudaEvent_t;
constexpr unsigned cudaEventDisableTiming = 2;

inline const char *cudaGetErrorString(cudaError_t error) {
    return error == cudaSuccess ? "no error" : error == cudaErrorMemoryAllocation ? "out of memory" : "invalid argument";
}
inline cudaError_t cudaGetDeviceCount(int *count) {
    *count = 1;
    return cudaSuccess;
}
inline cudaError_t cudaSetDevice(int device) { return device == 0 ? cudaSuccess : cudaErrorInvalidValue; }
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp *properties, int device) {
    *properties = {"host emulation", 4, size_t(1) << 30};
    return cudaSetDevice(device);
}
inline cudaError_t cudaDeviceGetAttribute(int *value, cudaDeviceAttr, int device) {
    *value = 227 * 1024;
    return cudaSetDevice(device);
}
template <typename F>
cudaError_t cudaFuncSetAttribute(F *, cudaFuncAttribute, int) {
    return cudaSuccess;
}
inline cudaError_t cudaMalloc(void **at, size_t bytes) {
    /* More than any card has, as a test of "no memory left on the device". */
    *at = bytes > size_t(1) << 40 ? nullptr : std::malloc(bytes);
    if (*at == nullptr) {
        return cudaErrorMemoryAllocation;
    }
    std::memset(*at, 0xFF, bytes);
    return cudaSuccess;
}
inline cudaError_t cudaFree(void *at) {
    std::free(at);
    return cudaSuccess;
}
inline cudaError_t cudaMallocHost(void **at, size_t bytes) { return cudaMalloc(at, bytes); }
inline cudaError_t cudaFreeHost(void *at) { return cudaFree(at); }
inline cudaError_t cudaMemcpyAsync(void *to, const void *from, size_t bytes, cudaMemcpyKind, cudaStream_t) {
    if (bytes > 0) {
        std::memcpy(to, from, bytes);
    }
    return cudaSuccess;
}
inline cudaError_t cudaMemcpy2DAsync(void *to, size_t toPitch, const void *from, size_t fromPitch, size_t width, size_t height, cudaMemcpyKind,
                                     cudaStream_t) {
    for (size_t row = 0; row < height; row++) {
        std::memcpy(static_cast<char *>(to) + row * toPitch, static_cast<const char *>(from) + row * fromPitch, width);
    }
    return cudaSuccess;
}
inline cudaError_t cudaMemsetAsync(void *at, int value, size_t bytes, cudaStream_t) {
    std::memset(at, value, bytes);
    return cudaSuccess;
}
inline cudaError_t cudaStreamCreate(cudaStream_t *stream) {
    *stream = new int(0);
    return cudaSuccess;
}
inline cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    delete stream;
    return cudaSuccess;
}
/* What is launched has run: events have nothing to say. */
inline cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned) {
    *event = new int(0);
    return cudaSuccess;
}
inline cudaError_t cudaEventDestroy(cudaEvent_t event) {
    delete event;
    return cudaSuccess;
}
inline cudaError_t cudaEventRecord(cudaEvent_t, cudaStream_t) { return cudaSuccess; }
inline cudaError_t cudaStreamWaitEvent(cudaStream_t, cudaEvent_t, unsigned) { return cudaSuccess; }
inline cudaError_t cudaStreamSynchronize(cudaStream_t) { return cudaSuccess; }
inline cudaError_t cudaGetLastError() { return cudaSuccess; }

#endif
