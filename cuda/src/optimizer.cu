/*
 * From partial sums to new parameters. Reference: ReferenceNetwork.tree (the binary tree over micro-blocks), ReferenceModel.freeGradient,
 * update and raw (the parameter map's transpose, AdamW, the map). One thread for each parameter of each model; no model sees another.
 */
#include "activation.cuh"

namespace silverblaze {
namespace {

constexpr int THREADS = 128;
constexpr int PARAMETERS = 32;
/* Micro-blocks whose tree stands in shared memory at a time. */
constexpr int LEAVES = 8;
/* Batches of up to 16 x 8 x 2^12 examples. */
constexpr int LEVELS = 12;

/* Sum of a raw parameter over one micro-block. */
__device__ float leaf(const GradientSource &s, int parameter, int task) {
    if (s.partial != nullptr) {
        const float *p = s.partial + static_cast<size_t>(task) * s.parts * s.parameters + parameter;
        float sum = p[0];
#pragma unroll 4
        for (int part = 1; part < s.parts; part++) {
            sum += p[static_cast<size_t>(part) * s.parameters];
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
 * Eight threads for each parameter, a micro-block each; their tree over shared memory: i takes i + 1, then i + 2, then i + 4, where it is
 * there. All threads of a block go through the same barriers.
 */
__global__ void __launch_bounds__(PARAMETERS * LEAVES) reduceGradient(const __grid_constant__ Sources sources, const StepOfModel *steps, int raw,
                                                                     float *rawGradient) {
    SB_DYNAMIC_SHARED(float, leaves);
    const int own = threadIdx.x % PARAMETERS;
    const int which = threadIdx.x / PARAMETERS;
    const int r = blockIdx.x * PARAMETERS + own;
    const StepOfModel step = steps[blockIdx.y];
    if (step.tasks == 0) {
        return;
    }
    int at = 0;
    while (at + 1 < sources.count && r >= sources.source[at].firstParameter + sources.source[at].parameters) {
        at++;
    }
    const GradientSource &s = sources.source[at];
    /* The left branch of a node is the largest power of two below its size: a binary counter of finished branches. */
    const int branches = (step.tasks + LEAVES - 1) / LEAVES;
    float open[LEVELS];
    for (int b = 0; b < branches; b++) {
        const int tasks = min(LEAVES, step.tasks - b * LEAVES);
        float sum = r < raw && which < tasks ? leaf(s, r - s.firstParameter, step.firstTask + b * LEAVES + which) : 0.0f;
        __syncthreads();
        leaves[threadIdx.x] = sum;
#pragma unroll
        for (int stride = 1; stride < LEAVES; stride *= 2) {
            __syncthreads();
            if (which % (2 * stride) == 0 && which + stride < tasks) {
                sum += leaves[threadIdx.x + stride * PARAMETERS];
                leaves[threadIdx.x] = sum;
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
    if (which == 0 && r < raw) {
        rawGradient[static_cast<size_t>(blockIdx.y) * raw + r] = sum;
    }
}

/* The transpose of the map, and AdamW in float64 on the float32 state, each number rounded once: as engine.vector's FreeParameters. */
__global__ void __launch_bounds__(THREADS) update(const Map map, const Parameters p, const Adam *adam, const StepOfModel *steps, bool apply) {
    const int f = blockIdx.x * blockDim.x + threadIdx.x;
    const int model = blockIdx.y;
    const StepOfModel step = steps[model];
    if (f >= map.free || step.tasks == 0) {
        return;
    }
    const float *rawGradient = p.rawGradient + static_cast<size_t>(model) * map.raw;
    double sum = 0;
    for (int e = map.columnStart[f]; e < map.columnStart[f + 1]; e++) {
        sum += static_cast<double>(map.columnValue[e]) * rawGradient[map.row[e]];
    }
    const size_t at = static_cast<size_t>(model) * map.free + f;
    const float rounded = static_cast<float>(sum);
    p.gradient[at] = rounded;
    if (!apply) {
        return;
    }
    const Adam a = adam[model];
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
    p.free[at] = static_cast<float>(value - step.stepSize * m / (sqrt(w) / step.correction + a.epsilon));
}

/* The map, and each raw parameter to its places in the packed weights of both correlations. */
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
    const float value = static_cast<float>(sum);
    p.raw[static_cast<size_t>(model) * map.raw + r] = value;
    float *packed = p.packed + model * p.packedStride;
    if (map.forwardPlace[r] >= 0) {
        packed[map.forwardPlace[r]] = value;
    }
    if (map.backwardPlace[r] >= 0) {
        packed[map.backwardPlace[r]] = value;
    }
}

dim3 gridOver(int parameters, int models) { return dim3((parameters + THREADS - 1) / THREADS, models); }

}  // namespace

/* Reads every partial sum once, 4 bytes; dense layers: 2 x 16 operations for each weight and task, gradients and inputs out of L2. */
int launchReduce(const Sources &sources, const StepOfModel *steps, int raw, float *rawGradient, int models, cudaStream_t stream) {
    SB_LAUNCH(reduceGradient, dim3((raw + PARAMETERS - 1) / PARAMETERS, models), PARAMETERS * LEAVES, PARAMETERS * LEAVES * sizeof(float), stream,
              sources, steps, raw, rawGradient);
    return static_cast<int>(cudaGetLastError());
}

/* 12 bytes for each entry of the map; five numbers of each free parameter read and four written. */
int launchUpdate(const Map &map, const Parameters &p, const Adam *adam, const StepOfModel *steps, bool apply, int models,
                 cudaStream_t stream) {
    SB_LAUNCH(update, gridOver(map.free, models), THREADS, 0, stream, map, p, adam, steps, apply);
    return static_cast<int>(cudaGetLastError());
}

/* 12 bytes for each entry of the map; each raw parameter written up to three times. */
int launchExpandParameters(const Map &map, const Parameters &p, int firstModel, int models, cudaStream_t stream) {
    SB_LAUNCH(expandParameters, gridOver(map.raw, models), THREADS, 0, stream, map, p, firstModel);
    return static_cast<int>(cudaGetLastError());
}

}  // namespace silverblaze
