/*
 * From partial sums to new parameters. Reference: ReferenceNetwork.tree (the binary tree over micro-blocks), ReferenceModel.freeGradient,
 * update and raw (the parameter map's transpose, AdamW, the map). Four threads for each free parameter of each model; no model sees another.
 */
#include "activation.cuh"

namespace silverblaze {
namespace {

constexpr int THREADS = 128;
/* Of a free parameter: in a warp 8 neighbouring parameters (32 bytes of every sum) x 4 threads with 2 micro-blocks each. */
constexpr int SHARERS = 4;
constexpr int NEIGHBOURS = 32 / SHARERS;
constexpr int PARAMETERS = THREADS / SHARERS;
constexpr unsigned FULL_WARP = 0xFFFFFFFFu;
/* Micro-blocks whose tree the sharers add at a time. */
constexpr int LEAVES = 2 * SHARERS;
/* Batches of up to 16 x 8 x 2^12 examples. */
constexpr int LEVELS = 12;

/* Sum of a raw parameter over one micro-block. */
__device__ float leaf(const GradientSource &s, int parameter, int task) {
    if (s.partial != nullptr) {
        const float *p = s.partial + static_cast<size_t>(task) * s.parts * s.parameters + parameter;
        float sum = 0;
        for (int first = 0; first < s.parts; first += s.group) {
            float together = p[static_cast<size_t>(first) * s.parameters];
            const int end = min(first + s.group, s.parts);
            for (int part = first + 1; part < end; part++) {
                together += p[static_cast<size_t>(part) * s.parameters];
            }
            sum = first == 0 ? together : sum + together;
        }
        return sum;
    }
    int weights = s.inputs * s.outputs;
    bool bias = parameter >= weights;
    int output = bias ? parameter - weights : parameter / s.inputs;
    const float4 *g = reinterpret_cast<const float4 *>(s.gradient) + (static_cast<size_t>(task) * s.outputs + output) * QUADS;
    const float4 *x = reinterpret_cast<const float4 *>(s.in) + (static_cast<size_t>(task) * s.inputs + (bias ? 0 : parameter % s.inputs)) * QUADS;
    float sum[QUADS];
#pragma unroll
    for (int quad = 0; quad < QUADS; quad++) {
        float4 a = g[quad];
        float4 b = bias ? make_float4(1, 1, 1, 1) : x[quad];
        sum[quad] = fmaf(a.w, b.w, fmaf(a.z, b.z, fmaf(a.y, b.y, a.x * b.x)));
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/*
 * A raw parameter's gradient, known to the first of its sharers (0). The tree over micro-blocks: i takes i + 1, then i + 2, then i + 4, where
 * it is there; eights of them in the same way. All threads of a warp go through the same shuffles.
 */
__device__ float rawGradient(const GradientSource &s, int parameter, const StepOfModel &step, int sharer) {
    /* The left branch of a node is the largest power of two below its size: a binary counter of finished branches. */
    const int branches = (step.tasks + LEAVES - 1) / LEAVES;
    float open[LEVELS];
    for (int b = 0; b < branches; b++) {
        const int tasks = min(LEAVES, step.tasks - b * LEAVES);
        const int task = step.firstTask + b * LEAVES + 2 * sharer;
        float sum = 0;
        if (parameter >= 0 && 2 * sharer < tasks) {
            sum = leaf(s, parameter, task);
            if (2 * sharer + 1 < tasks) {
                sum += leaf(s, parameter, task + 1);
            }
        }
#pragma unroll
        for (int stride = 1; stride < SHARERS; stride *= 2) {
            const float other = __shfl_down_sync(FULL_WARP, sum, stride * NEIGHBOURS);
            if (sharer % (2 * stride) == 0 && 2 * (sharer + stride) < tasks) {
                sum += other;
            }
        }
        bool carry = true;
#pragma unroll
        for (int level = 0; level < LEVELS; level++) {
            if (carry && (b >> level & 1) == 1) {
                sum = open[level] + sum;
            } else if (carry) {
                open[level] = sum;
                carry = false;
            }
        }
    }
    float sum = 0;
    bool started = false;
#pragma unroll
    for (int level = 0; level < LEVELS; level++) {
        if ((branches >> level & 1) == 1) {
            sum = started ? open[level] + sum : open[level];
            started = true;
        }
    }
    return sum;
}

/* A raw parameter's value, also at its places in the packed weights of both correlations. */
__device__ void store(const Map &map, const Parameters &p, int model, int r, float value) {
    p.raw[static_cast<size_t>(model) * map.raw + r] = value;
    float *packed = p.packed + model * p.packedStride;
    if (map.forwardPlace[r] >= 0) {
        packed[map.forwardPlace[r]] = value;
    }
    if (map.backwardPlace[r] >= 0) {
        packed[map.backwardPlace[r]] = value;
    }
}

/* AdamW on a free parameter, and where the map is single its raw ones. */
__device__ void advance(const Map &map, const Parameters &p, const Adam &a, const StepOfModel &step, int model, int f, double gradient,
                        bool apply) {
    const size_t at = static_cast<size_t>(model) * map.free + f;
    const float rounded = static_cast<float>(gradient);
    p.gradient[at] = rounded;
    if (!apply) {
        return;
    }
    double g = rounded;
    double value = p.free[at] - a.decay * p.free[at];
    double m = p.first[at] + (1 - a.beta1) * (g - p.first[at]);
    double v = a.beta2 * p.second[at] + (1 - a.beta2) * g * g;
    double w = v;
    if (a.amsgrad != 0) {
        double before = p.largest[at];
        w = before > v || before != before ? before : v;
        p.largest[at] = static_cast<float>(w);
    }
    p.first[at] = static_cast<float>(m);
    p.second[at] = static_cast<float>(v);
    const float next = static_cast<float>(value - step.stepSize * m / (sqrt(w) / step.correction + a.epsilon));
    p.free[at] = next;
    for (int e = map.columnStart[f]; map.single && e < map.columnStart[f + 1]; e++) {
        store(map, p, model, map.row[e], static_cast<float>(static_cast<double>(map.columnValue[e]) * next));
    }
}

/*
 * Raw gradients, the transpose of the map, and AdamW in float64 on the float32 state, each number rounded once: as engine.vector's
 * FreeParameters. Where the map is single its raw parameters too. (Left to itself ptxas takes fewer registers for some architectures, and
 * spills.)
 */
__global__ void __launch_bounds__(THREADS, 4) update(const __grid_constant__ Map map, const __grid_constant__ Sources sources,
                                                  const __grid_constant__ Parameters p, const Adam *adam, const StepOfModel *steps, bool apply) {
    SB_DYNAMIC_SHARED(double, sums);
    const int sharer = threadIdx.x % 32 / NEIGHBOURS;
    const int own = threadIdx.x / 32 * NEIGHBOURS + threadIdx.x % NEIGHBOURS;
    const int f = blockIdx.x * PARAMETERS + own;
    const StepOfModel step = steps[blockIdx.y];
    if (step.tasks == 0) {
        return;
    }
    const int firstEntry = f < map.free ? map.columnStart[f] : 0;
    const int endEntry = f < map.free ? map.columnStart[f + 1] : 0;
    int most = endEntry - firstEntry;
#pragma unroll
    for (int other = 1; other < NEIGHBOURS; other *= 2) {
        most = max(most, __shfl_xor_sync(FULL_WARP, most, other));
    }
    double sum = 0;
    for (int e = 0; e < most; e++) {
        const int entry = firstEntry + e;
        const int r = entry < endEntry ? map.row[entry] : -1;
        int at = 0;
        while (at + 1 < sources.count && r >= sources.source[at].firstParameter + sources.source[at].parameters) {
            at++;
        }
        const GradientSource &s = sources.source[at];
        const float gradient = rawGradient(s, r < 0 ? -1 : r - s.firstParameter, step, sharer);
        if (r >= 0) {
            sum += static_cast<double>(map.columnValue[entry]) * gradient;
        }
    }
    if (sharer == 0) {
        sums[own] = sum;
    }
    __syncthreads();
    const int mine = blockIdx.x * PARAMETERS + threadIdx.x;
    if (threadIdx.x < PARAMETERS && mine < map.free) {
        advance(map, p, adam[blockIdx.y], steps[blockIdx.y], blockIdx.y, mine, sums[threadIdx.x], apply);
    }
}

/* The map. */
__global__ void __launch_bounds__(THREADS) expandParameters(const Map map, const Parameters p, int firstModel) {
    const int r = blockIdx.x * blockDim.x + threadIdx.x;
    const int model = firstModel + blockIdx.y;
    if (r >= map.raw) {
        return;
    }
    const float *free = p.free + static_cast<size_t>(model) * map.free;
    double sum = 0;
    for (int e = map.rowStart[r]; e < map.rowStart[r + 1]; e++) {
        sum += static_cast<double>(map.rowValue[e]) * free[map.column[e]];
    }
    store(map, p, model, r, static_cast<float>(sum));
}

}  // namespace

/*
 * Reads every partial sum of a convolution once for each entry of the map, 4 bytes; dense layers: 2 x 16 operations for each weight and
 * task, gradients and inputs out of L2. 12 bytes for each entry of the map; five numbers of each free parameter read and four written, each
 * raw parameter up to three times where the map is single.
 */
int launchUpdate(const Map &map, const Sources &sources, const Parameters &p, const Adam *adam, const StepOfModel *steps, bool apply,
                 int models, cudaStream_t stream) {
    dim3 grid((map.free + PARAMETERS - 1) / PARAMETERS, models);
    SB_LAUNCH(update, grid, THREADS, PARAMETERS * sizeof(double), stream, map, sources, p, adam, steps, apply);
    return static_cast<int>(cudaGetLastError());
}

/* 12 bytes for each entry of the map; each raw parameter written up to three times. */
int launchExpandParameters(const Map &map, const Parameters &p, int firstModel, int models, cudaStream_t stream) {
    SB_LAUNCH(expandParameters, dim3((map.raw + THREADS - 1) / THREADS, models), THREADS, 0, stream, map, p, firstModel);
    return static_cast<int>(cudaGetLastError());
}

}  // namespace silverblaze
