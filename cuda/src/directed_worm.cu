/*
 * The directed half-turn worm with local updates of l, one chain in each thread. The reference that defines every bit is
 * org.silverblaze.engine.reference.ReferenceChain; the names here are its names, and so is the order of every float operation
 * (__fmul_rn and __fadd_rn: nothing is contracted).
 *
 * A site of a chain is 2d legs of two bytes, A = l + max(J, 0) and B = l + max(-J, 0), in d words: leg i is half i % 2 of word i / 2. The
 * words of a block's chains lie interleaved, [site][word][thread], so that in shared memory each thread has a bank of its own
 * wherever the heads are (blockDim a multiple of 32), and in global memory the l sweep coalesces.
 *
 * Cost of a step: d words read and written at a random site, 2d table look-ups, 2d products and about 4d sums, a quarter of a
 * generator block; of a draw of the sweep: 2d words read, 4 look-ups, a quarter of a generator block, 2d words written where l changes. No barrier, no shuffle: threads only share the instruction stream.
 */
#include <cstdint>
#include <cstring>
#include <new>

#include "launch.h"
#include "silverblaze_cuda.h"
#include "threefry.cuh"

namespace {

constexpr int MAX_OCCUPATION = 127;
constexpr int TABLE = MAX_OCCUPATION + 1;

/* What the chains of a call have in common. Tables as in WormTables: g(2i), grow and shrink [leg][n], inverse 1/n. */
struct Ensemble {
    int extents[4];
    int strides[4];
    int volume;
    int chains;
    uint32_t firstChain;
    uint32_t key0;
    uint32_t key1;
    int stepsPerSweep;
    int64_t thermalization;
    int64_t wormsBetween;
    int slots;
    const float *g;
    const float *grow;
    const float *shrink;
    const float *inverse;
};

/* [chains] each but words, uint32 [site][word][chain]. */
struct Chains {
    uint32_t *words;
    int64_t *clock;
    int64_t *worms;
    int64_t *samples;
    int32_t *headSite;
    int32_t *headLeg;
    int32_t *tailSite;
    int32_t *tailLeg;
};

struct Results {
    int64_t *reached;
    int32_t *counts;
    int8_t *configurations;
    int32_t *fault;
};

template <int D>
struct Site {
    uint32_t word[D];
};

template <int D>
__device__ int occupationA(const Site<D> &site, int leg) {
    return site.word[leg / 2] >> (16 * (leg % 2)) & 0xFF;
}

template <int D>
__device__ int occupationB(const Site<D> &site, int leg) {
    return site.word[leg / 2] >> (16 * (leg % 2) + 8) & 0xFF;
}

/* Adds to A (shift 0) or B (shift 8) of a leg; loops over words since registers have no index. */
template <int D>
__device__ void addTo(Site<D> &site, int leg, int shift, uint32_t change) {
#pragma unroll
    for (int w = 0; w < D; w++) {
        site.word[w] += w == leg / 2 ? change << (16 * (leg % 2) + shift) : 0;
    }
}

template <int D>
__device__ int sumOfOccupations(const Site<D> &site) {
    uint32_t pairs = 0;
#pragma unroll
    for (int w = 0; w < D; w++) {
        pairs += (site.word[w] & 0x00FF00FFu) + (site.word[w] >> 8 & 0x00FF00FFu);
    }
    return (pairs & 0xFFFF) + (pairs >> 16);
}

/* A chain in the hands of its thread. */
template <int D>
struct Chain {
    static constexpr int LEGS = 2 * D;

    const Ensemble &ensemble;
    uint32_t *words;
    int stride;
    uint32_t number;
    int64_t clock;
    int64_t worms;
    int64_t samples;
    int headSite;
    int headLeg;
    int tailSite;
    int tailLeg;
    Words moveWords;
    bool overflow;

    __device__ Site<D> site(int x) const {
        Site<D> s;
#pragma unroll
        for (int w = 0; w < D; w++) {
            s.word[w] = words[(static_cast<int64_t>(x) * D + w) * stride];
        }
        return s;
    }

    __device__ void put(int x, const Site<D> &s) {
#pragma unroll
        for (int w = 0; w < D; w++) {
            words[(static_cast<int64_t>(x) * D + w) * stride] = s.word[w];
        }
    }

    /* The neighbour of x along leg: +axis for leg < d, -axis otherwise. */
    __device__ int neighbour(int x, int leg) const {
        int axis = leg < D ? leg : leg - D;
        int extent = ensemble.extents[axis];
        int step = ensemble.strides[axis];
        int coordinate = x / step % extent;
        return leg < D ? (coordinate == extent - 1 ? x - coordinate * step : x + step)
                       : (coordinate == 0 ? x + (extent - 1) * step : x - step);
    }

    __device__ static int opposite(int leg) { return leg < D ? leg + D : leg - D; }

    __device__ int link(int x, int leg) const {
        return leg < D ? leg * ensemble.volume + x : (leg - D) * ensemble.volume + neighbour(x, leg);
    }

    /* J := J - 1. */
    __device__ void lower(Site<D> &s, int leg) {
        int a = 0;
        int b = 0;
#pragma unroll
        for (int i = 0; i < LEGS; i++) {
            a = i == leg ? occupationA(s, i) : a;
            b = i == leg ? occupationB(s, i) : b;
        }
        overflow |= a <= b && b == MAX_OCCUPATION;
        addTo(s, leg, a > b ? 0 : 8, a > b ? ~0u : 1u);
    }

    __device__ void step() {
        Site<D> s = site(headSite);
        lower(s, headLeg);
        if (overflow) {
            return;
        }

        /* Relative extended weights of the 2d ways out, the head being inside: f is odd, rho = W(f+1)/W(f-1). */
        float rho = ensemble.g[(sumOfOccupations(s) - 1) / 2];
        float weight[LEGS];
        float before[LEGS];
        float total = 0;
        float box = 0;
        float start = 0;
#pragma unroll
        for (int leg = 0; leg < LEGS; leg++) {
            int a = occupationA(s, leg);
            int b = occupationB(s, leg);
            weight[leg] = a >= b ? __fmul_rn(rho, ensemble.grow[leg * TABLE + a]) : ensemble.shrink[leg * TABLE + b];
            before[leg] = total;
            total = __fadd_rn(total, weight[leg]);
            box = leg == headLeg ? weight[leg] : box;
            start = leg == headLeg ? before[leg] : start;
        }

        /* The half turn: from a uniform point of the entrance's box half way round the circle of boxes. */
        if (clock % 4 == 0) {
            moveWords = threefry(ensemble.key0, ensemble.key1, clock / 4, number, WORM_MOVE);
        }
        float point = __fadd_rn(__fmul_rn(total, 0.5f), __fadd_rn(__fmul_rn(uniformFloat(wordOf(moveWords, clock)), box), start));
        if (point >= total) {
            point = __fsub_rn(point, total);
        }
        int exit = 0;
#pragma unroll
        for (int leg = 1; leg < LEGS; leg++) {
            exit = point >= before[leg] ? leg : exit;
        }
        clock++;

        /* J := J + 1 on the leg of exit. */
        int a = 0;
        int b = 0;
#pragma unroll
        for (int i = 0; i < LEGS; i++) {
            a = i == exit ? occupationA(s, i) : a;
            b = i == exit ? occupationB(s, i) : b;
        }
        overflow |= a >= b && a == MAX_OCCUPATION;
        addTo(s, exit, a >= b ? 0 : 8, a >= b ? 1u : ~0u);
        put(headSite, s);
        headSite = neighbour(headSite, exit);
        headLeg = opposite(exit);
    }

    __device__ bool closed() const { return link(headSite, headLeg) == link(tailSite, tailLeg); }

    /* Word i mod 4; a choice, since registers have no index. */
    __device__ static uint32_t wordOf(const Words &words, int64_t i) {
        uint32_t low = i & 1 ? words.at[1] : words.at[0];
        uint32_t high = i & 1 ? words.at[3] : words.at[2];
        return i & 2 ? high : low;
    }

    __device__ void open() {
        Words words = threefry(ensemble.key0, ensemble.key1, worms / 4, number, WORM_OPENING);
        int half = static_cast<int>(uniformBelow(wordOf(words, worms), ensemble.volume * LEGS));
        headSite = half / LEGS;
        headLeg = half % LEGS;
        tailSite = headSite;
        tailLeg = headLeg;
    }

    /* k and l of the closed configuration, int8 [k, l][axis][site]. */
    __device__ void configuration(int8_t *out) const {
        for (int x = 0; x < ensemble.volume; x++) {
            Site<D> s = site(x);
#pragma unroll
            for (int axis = 0; axis < D; axis++) {
                int a = occupationA(s, axis);
                int b = occupationB(s, axis);
                out[axis * ensemble.volume + x] = static_cast<int8_t>(a - b);
                out[(D + axis) * ensemble.volume + x] = static_cast<int8_t>(a < b ? a : b);
            }
        }
    }

    /* On every link whose two copies agree l is drawn between the two values of its pair by their weights. */
    __device__ void sweep(int64_t sweepNumber) {
        int links = D * ensemble.volume;
        int64_t blocks = (links + 3) / 4;
        int head = link(headSite, headLeg);
        int tail = link(tailSite, tailLeg);
        Words words = {};
        for (int axis = 0; axis < D; axis++) {
            for (int x = 0; x < ensemble.volume; x++) {
                int link = axis * ensemble.volume + x;
                if (link % 4 == 0) {
                    words = threefry(ensemble.key0, ensemble.key1, sweepNumber * blocks + link / 4, number, L_SWEEP);
                }
                if (!overflow && (head == tail || (link != head && link != tail))) {
                    drawL(axis, x, sweepNumber, wordOf(words, link));
                }
            }
        }
    }

    /* WormAlgorithm.lowerOfPair: {0, 1}, {2, 3}, .. three sweeps of four, {1, 2}, {3, 4}, .. the fourth; -1: no pair. */
    __device__ static int lowerOfPair(int64_t sweepNumber, int l) {
        int odd = sweepNumber % 4 == 3 ? 1 : 0;
        return ((l + odd) & ~1) - odd;
    }

    __device__ void drawL(int axis, int x, int64_t sweepNumber, uint32_t bits) {
        int y = neighbour(x, axis);
        Site<D> sx = site(x);
        Site<D> sy = site(y);
        int a = 0;
        int b = 0;
#pragma unroll
        for (int i = 0; i < D; i++) {
            a = i == axis ? occupationA(sx, i) : a;
            b = i == axis ? occupationB(sx, i) : b;
        }
        int free = a < b ? a : b;
        int lower = lowerOfPair(sweepNumber, free);
        if (lower < 0) {
            return;
        }
        int down = free - lower;
        int perSite = x == y ? 4 : 2;
        int fx = sumOfOccupations(sx) - down * perSite;
        int fy = x == y ? fx + 2 : sumOfOccupations(sy) - down * perSite;
        float q = __fmul_rn(__fmul_rn(ensemble.g[fx / 2], ensemble.g[fy / 2]),
                            __fmul_rn(ensemble.inverse[a - down + 1], ensemble.inverse[b - down + 1]));
        int up = __fmul_rn(uniformFloat(bits), __fadd_rn(1, q)) < q ? 1 : 0;
        if (up == down) {
            return;
        }
        overflow |= up == 1 && (a == MAX_OCCUPATION || b == MAX_OCCUPATION);
        uint32_t change = up - down;
        addTo(sx, axis, 0, change);
        addTo(sx, axis, 8, change);
        if (x == y) {
            addTo(sx, axis + D, 0, change);
            addTo(sx, axis + D, 8, change);
        } else {
            addTo(sy, axis + D, 0, change);
            addTo(sy, axis + D, 8, change);
            put(y, sy);
        }
        put(x, sx);
    }

    __device__ bool sampleIsDue() const {
        int64_t counted = worms - ensemble.thermalization;
        return counted > 0 && counted % ensemble.wormsBetween == 0;
    }
};

/*
 * Every chain from its clock to `until`, or to where its slots are full. grid x block: one thread per chain.
 * Dynamic shared memory: uint32 [site][word][blockDim] if inShared, none otherwise.
 */
template <int D>
__global__ void directedWorm(const __grid_constant__ Ensemble ensemble, Chains chains, const int64_t *wanted, int64_t until, bool inShared,
                             Results results) {
    SB_DYNAMIC_SHARED(uint32_t, shared);
    int c = blockIdx.x * blockDim.x + threadIdx.x;
    if (c >= ensemble.chains) {
        return;
    }
    int siteWords = ensemble.volume * D;
    uint32_t *own = chains.words + c;
    if (inShared) {
        for (int i = 0; i < siteWords; i++) {
            shared[i * blockDim.x + threadIdx.x] = own[static_cast<int64_t>(i) * ensemble.chains];
        }
    }
    Chain<D> chain{ensemble,
                   inShared ? shared + threadIdx.x : own,
                   inShared ? static_cast<int>(blockDim.x) : ensemble.chains,
                   ensemble.firstChain + c,
                   chains.clock[c],
                   chains.worms[c],
                   chains.samples[c],
                   chains.headSite[c],
                   chains.headLeg[c],
                   chains.tailSite[c],
                   chains.tailLeg[c],
                   {},
                   false};
    int count = results.counts[c];
    int64_t reached = -1;
    int64_t bytes = 2 * static_cast<int64_t>(siteWords);
    if (chain.clock % 4 != 0) {
        chain.moveWords = threefry(ensemble.key0, ensemble.key1, chain.clock / 4, chain.number, WORM_MOVE);
    }
    int untilSweep = ensemble.stepsPerSweep - static_cast<int>(chain.clock % ensemble.stepsPerSweep);
    while (chain.clock < until && count < ensemble.slots && !chain.overflow) {
        chain.step();
        if (!chain.overflow && chain.closed()) {
            chain.worms++;
            if (chain.sampleIsDue()) {
                chain.configuration(results.configurations + (static_cast<int64_t>(c) * ensemble.slots + count) * bytes);
                count++;
                chain.samples++;
            }
            chain.open();
        }
        if (--untilSweep == 0 && !chain.overflow) {
            untilSweep = ensemble.stepsPerSweep;
            chain.sweep(chain.clock / ensemble.stepsPerSweep - 1);
            if (reached < 0 && chain.samples >= wanted[c]) {
                reached = chain.clock;
            }
        }
    }
    if (chain.overflow) {
        *results.fault = c + 1;
    }
    if (inShared) {
        for (int i = 0; i < siteWords; i++) {
            own[static_cast<int64_t>(i) * ensemble.chains] = shared[i * blockDim.x + threadIdx.x];
        }
    }
    chains.clock[c] = chain.clock;
    chains.worms[c] = chain.worms;
    chains.samples[c] = chain.samples;
    chains.headSite[c] = chain.headSite;
    chains.headLeg[c] = chain.headLeg;
    chains.tailSite[c] = chain.tailSite;
    chains.tailLeg[c] = chain.tailLeg;
    results.counts[c] = count;
    results.reached[c] = reached;
}

/* [chain][i] to [i][chain] (gather = true) or back, for i < words. One thread per element. */
__global__ void transposeWords(uint32_t *byChain, uint32_t *byWord, int chains, int64_t words, bool gather) {
    int64_t at = static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    if (at >= chains * words) {
        return;
    }
    int64_t i = at / chains;
    int64_t c = at % chains;
    if (gather) {
        byWord[at] = byChain[c * words + i];
    } else {
        byChain[c * words + i] = byWord[at];
    }
}

/* Everything on the device comes from one allocation, so that there is one thing to free and one error to report. */
class Worm {
  public:
    int device = 0;
    int dimensions = 0;
    int threads = 0;
    bool inShared = false;
    size_t sharedBytes = 0;
    Ensemble ensemble = {};
    Chains chains = {};
    Chains kept = {};
    Results results = {};
    int64_t *wanted = nullptr;
    uint32_t *staging = nullptr;
    char *memory = nullptr;
    size_t bytes = 0;
    cudaStream_t stream = nullptr;

    int64_t siteWords() const { return static_cast<int64_t>(ensemble.volume) * dimensions; }
    size_t stateBytes() const { return siteWords() * ensemble.chains * sizeof(uint32_t); }

    /* First pass (memory == nullptr) counts bytes, second pass hands out addresses. */
    void place() {
        bytes = 0;
        place(chains);
        place(kept);
        take(results.reached, ensemble.chains);
        take(results.counts, ensemble.chains);
        take(results.fault, 1);
        take(results.configurations, 2 * siteWords() * ensemble.chains * ensemble.slots);
        take(wanted, ensemble.chains);
        take(staging, siteWords() * ensemble.chains);
    }

    template <typename T>
    void take(T *&pointer, int64_t count) {
        pointer = reinterpret_cast<T *>(memory + bytes);
        bytes += (count * sizeof(T) + 255) / 256 * 256;
    }

    int copy(const Chains &from, const Chains &to) {
        size_t n = ensemble.chains;
        SB_TRY(cudaMemcpyAsync(to.words, from.words, stateBytes(), cudaMemcpyDeviceToDevice, stream));
        SB_TRY(cudaMemcpyAsync(to.clock, from.clock, n * 8, cudaMemcpyDeviceToDevice, stream));
        SB_TRY(cudaMemcpyAsync(to.worms, from.worms, n * 8, cudaMemcpyDeviceToDevice, stream));
        SB_TRY(cudaMemcpyAsync(to.samples, from.samples, n * 8, cudaMemcpyDeviceToDevice, stream));
        SB_TRY(cudaMemcpyAsync(to.headSite, from.headSite, n * 4, cudaMemcpyDeviceToDevice, stream));
        SB_TRY(cudaMemcpyAsync(to.headLeg, from.headLeg, n * 4, cudaMemcpyDeviceToDevice, stream));
        SB_TRY(cudaMemcpyAsync(to.tailSite, from.tailSite, n * 4, cudaMemcpyDeviceToDevice, stream));
        SB_TRY(cudaMemcpyAsync(to.tailLeg, from.tailLeg, n * 4, cudaMemcpyDeviceToDevice, stream));
        return static_cast<int>(cudaStreamSynchronize(stream));
    }

    int transpose(bool gather) {
        int64_t elements = siteWords() * ensemble.chains;
        int block = 256;
        SB_LAUNCH(transposeWords, static_cast<unsigned>((elements + block - 1) / block), block, 0, stream, staging, chains.words,
                  ensemble.chains, siteWords(), gather);
        return static_cast<int>(cudaGetLastError());
    }

    template <int D>
    int run(int64_t until) {
        if (sharedBytes > 48 * 1024) {
            SB_TRY(cudaFuncSetAttribute(directedWorm<D>, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(sharedBytes)));
        }
        SB_LAUNCH(directedWorm<D>, static_cast<unsigned>((ensemble.chains + threads - 1) / threads), threads, sharedBytes, stream,
                  ensemble, chains, wanted, until, inShared, results);
        return static_cast<int>(cudaGetLastError());
    }

  private:
    void place(Chains &c) {
        take(c.words, siteWords() * ensemble.chains);
        take(c.clock, ensemble.chains);
        take(c.worms, ensemble.chains);
        take(c.samples, ensemble.chains);
        take(c.headSite, ensemble.chains);
        take(c.headLeg, ensemble.chains);
        take(c.tailSite, ensemble.chains);
        take(c.tailLeg, ensemble.chains);
    }
};

Worm *wormOf(int64_t handle) { return reinterpret_cast<Worm *>(handle); }

/* Host to device on the worm's stream; host memory is pageable, so it may be reused on return. */
int toDevice(Worm *worm, void *to, const void *from, size_t bytes) {
    return static_cast<int>(cudaMemcpyAsync(to, from, bytes, cudaMemcpyHostToDevice, worm->stream));
}

int toHost(Worm *worm, void *to, const void *from, size_t bytes) {
    return static_cast<int>(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToHost, worm->stream));
}

#define SB_PASS(call)      \
    do {                   \
        int sbPass = call; \
        if (sbPass != 0) { \
            return sbPass; \
        }                  \
    } while (0)

int prepare(Worm *worm, const float *g, int gLength, const float *grow, const float *shrink, const float *inverse, int inShared) {
    SB_TRY(cudaSetDevice(worm->device));
    SB_TRY(cudaStreamCreate(&worm->stream));
    int most = 0;
    SB_TRY(cudaDeviceGetAttribute(&most, cudaDevAttrMaxSharedMemoryPerBlockOptin, worm->device));
    size_t perBlock = worm->siteWords() * sizeof(uint32_t) * worm->threads;
    worm->inShared = inShared == 1 || (inShared == -1 && perBlock <= static_cast<size_t>(most));
    worm->sharedBytes = worm->inShared ? perBlock : 0;

    int legs = 2 * worm->dimensions;
    float *tableG = nullptr;
    float *tableGrow = nullptr;
    float *tableShrink = nullptr;
    float *tableInverse = nullptr;
    for (int pass = 0; pass < 2; pass++) {
        worm->place();
        worm->take(tableG, gLength);
        worm->take(tableGrow, legs * TABLE);
        worm->take(tableShrink, legs * TABLE);
        worm->take(tableInverse, TABLE + 1);
        if (pass == 0) {
            SB_TRY(cudaMalloc(reinterpret_cast<void **>(&worm->memory), worm->bytes));
        }
    }
    SB_PASS(toDevice(worm, tableG, g, gLength * sizeof(float)));
    SB_PASS(toDevice(worm, tableGrow, grow, legs * TABLE * sizeof(float)));
    SB_PASS(toDevice(worm, tableShrink, shrink, legs * TABLE * sizeof(float)));
    SB_PASS(toDevice(worm, tableInverse, inverse, (TABLE + 1) * sizeof(float)));
    worm->ensemble.g = tableG;
    worm->ensemble.grow = tableGrow;
    worm->ensemble.shrink = tableShrink;
    worm->ensemble.inverse = tableInverse;
    SB_TRY(cudaMemsetAsync(worm->results.counts, 0, worm->ensemble.chains * sizeof(int32_t), worm->stream));
    return static_cast<int>(cudaStreamSynchronize(worm->stream));
}

}  // namespace

int sb_worm_create(int device, int dimensions, const int32_t *extents, int chains, int firstChain, const int32_t *key,
                   int stepsPerSweep, int64_t thermalization, int64_t wormsBetween, const float *g, int gLength,
                   const float *grow, const float *shrink, const float *inverse, int slots, int threads, int inShared,
                   int64_t *handle) {
    Worm *worm = new (std::nothrow) Worm();
    if (worm == nullptr) {
        return static_cast<int>(cudaErrorMemoryAllocation);
    }
    worm->device = device;
    worm->dimensions = dimensions;
    Ensemble &e = worm->ensemble;
    e.volume = 1;
    for (int axis = dimensions - 1; axis >= 0; axis--) {
        e.extents[axis] = extents[axis];
        e.strides[axis] = e.volume;
        e.volume *= extents[axis];
    }
    e.chains = chains;
    e.firstChain = static_cast<uint32_t>(firstChain);
    e.key0 = static_cast<uint32_t>(key[0]);
    e.key1 = static_cast<uint32_t>(key[1]);
    e.stepsPerSweep = stepsPerSweep;
    e.thermalization = thermalization;
    e.wormsBetween = wormsBetween;
    e.slots = slots;
    worm->threads = threads == 0 ? 32 : threads;
    int error = prepare(worm, g, gLength, grow, shrink, inverse, inShared);
    if (error != 0) {
        sb_worm_destroy(reinterpret_cast<int64_t>(worm));
        return error;
    }
    *handle = reinterpret_cast<int64_t>(worm);
    return 0;
}

int sb_worm_destroy(int64_t handle) {
    Worm *worm = wormOf(handle);
    cudaError_t freed = worm->memory == nullptr ? cudaSuccess : cudaFree(worm->memory);
    cudaError_t ended = worm->stream == nullptr ? cudaSuccess : cudaStreamDestroy(worm->stream);
    delete worm;
    return static_cast<int>(freed != cudaSuccess ? freed : ended);
}

int sb_worm_load(int64_t handle, int64_t clock, const int8_t *legs, const int64_t *worms, const int64_t *samples,
                 const int32_t *headSite, const int32_t *headLeg, const int32_t *tailSite, const int32_t *tailLeg) {
    Worm *worm = wormOf(handle);
    size_t n = worm->ensemble.chains;
    SB_TRY(cudaSetDevice(worm->device));
    SB_PASS(toDevice(worm, worm->staging, legs, worm->stateBytes()));
    SB_PASS(worm->transpose(true));
    for (size_t c = 0; c < n; c++) {
        SB_PASS(toDevice(worm, worm->chains.clock + c, &clock, sizeof(clock)));
    }
    SB_PASS(toDevice(worm, worm->chains.worms, worms, n * 8));
    SB_PASS(toDevice(worm, worm->chains.samples, samples, n * 8));
    SB_PASS(toDevice(worm, worm->chains.headSite, headSite, n * 4));
    SB_PASS(toDevice(worm, worm->chains.headLeg, headLeg, n * 4));
    SB_PASS(toDevice(worm, worm->chains.tailSite, tailSite, n * 4));
    SB_PASS(toDevice(worm, worm->chains.tailLeg, tailLeg, n * 4));
    SB_TRY(cudaMemsetAsync(worm->results.counts, 0, n * 4, worm->stream));
    return static_cast<int>(cudaStreamSynchronize(worm->stream));
}

int sb_worm_store(int64_t handle, int8_t *legs, int64_t *worms, int64_t *samples, int32_t *headSite, int32_t *headLeg,
                  int32_t *tailSite, int32_t *tailLeg) {
    Worm *worm = wormOf(handle);
    size_t n = worm->ensemble.chains;
    SB_TRY(cudaSetDevice(worm->device));
    SB_PASS(worm->transpose(false));
    SB_PASS(toHost(worm, legs, worm->staging, worm->stateBytes()));
    SB_PASS(toHost(worm, worms, worm->chains.worms, n * 8));
    SB_PASS(toHost(worm, samples, worm->chains.samples, n * 8));
    SB_PASS(toHost(worm, headSite, worm->chains.headSite, n * 4));
    SB_PASS(toHost(worm, headLeg, worm->chains.headLeg, n * 4));
    SB_PASS(toHost(worm, tailSite, worm->chains.tailSite, n * 4));
    SB_PASS(toHost(worm, tailLeg, worm->chains.tailLeg, n * 4));
    return static_cast<int>(cudaStreamSynchronize(worm->stream));
}

int sb_worm_keep(int64_t handle) {
    Worm *worm = wormOf(handle);
    SB_TRY(cudaSetDevice(worm->device));
    return worm->copy(worm->chains, worm->kept);
}

int sb_worm_go_back(int64_t handle) {
    Worm *worm = wormOf(handle);
    SB_TRY(cudaSetDevice(worm->device));
    SB_TRY(cudaMemsetAsync(worm->results.counts, 0, worm->ensemble.chains * sizeof(int32_t), worm->stream));
    return worm->copy(worm->kept, worm->chains);
}

int sb_worm_run(int64_t handle, int64_t until, const int64_t *wanted, int64_t *clocks, int64_t *samples, int64_t *reached,
                int32_t *fault) {
    Worm *worm = wormOf(handle);
    size_t n = worm->ensemble.chains;
    SB_TRY(cudaSetDevice(worm->device));
    SB_PASS(toDevice(worm, worm->wanted, wanted, n * 8));
    SB_TRY(cudaMemsetAsync(worm->results.fault, 0, sizeof(int32_t), worm->stream));
    switch (worm->dimensions) {
        case 1:
            SB_PASS(worm->run<1>(until));
            break;
        case 2:
            SB_PASS(worm->run<2>(until));
            break;
        case 3:
            SB_PASS(worm->run<3>(until));
            break;
        default:
            SB_PASS(worm->run<4>(until));
    }
    SB_PASS(toHost(worm, clocks, worm->chains.clock, n * 8));
    SB_PASS(toHost(worm, samples, worm->chains.samples, n * 8));
    SB_PASS(toHost(worm, reached, worm->results.reached, n * 8));
    SB_PASS(toHost(worm, fault, worm->results.fault, sizeof(int32_t)));
    return static_cast<int>(cudaStreamSynchronize(worm->stream));
}

int sb_worm_counts(int64_t handle, int32_t *counts) {
    Worm *worm = wormOf(handle);
    SB_TRY(cudaSetDevice(worm->device));
    SB_PASS(toHost(worm, counts, worm->results.counts, worm->ensemble.chains * sizeof(int32_t)));
    return static_cast<int>(cudaStreamSynchronize(worm->stream));
}

int sb_worm_samples(int64_t handle, int slots, int8_t *configurations) {
    Worm *worm = wormOf(handle);
    size_t n = worm->ensemble.chains;
    size_t bytes = 2 * worm->siteWords();
    SB_TRY(cudaSetDevice(worm->device));
    SB_TRY(cudaMemcpy2DAsync(configurations, slots * bytes, worm->results.configurations, worm->ensemble.slots * bytes, slots * bytes, n,
                             cudaMemcpyDeviceToHost, worm->stream));
    SB_TRY(cudaMemsetAsync(worm->results.counts, 0, n * sizeof(int32_t), worm->stream));
    return static_cast<int>(cudaStreamSynchronize(worm->stream));
}
