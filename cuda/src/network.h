/*
 * What the kernels of a network share. Numbers between two layers lie as [task][channel][site][16 lanes]: a task is a micro-block of 16
 * consecutive examples of one model's batch, a lane one example. Four consecutive threads hold the 16 lanes of a row as float4 (64
 * bytes), so every access coalesces and no lattice extent wastes a thread. A flattened map is the same memory.
 *
 * The reference of every kernel is the method of its name in org.silverblaze.engine.reference.ReferenceLayers (layers), ReferenceNetwork
 * (loss, the tree over micro-blocks) and ReferenceModel (parameter map, AdamW).
 */
#ifndef SILVERBLAZE_NETWORK_H
#define SILVERBLAZE_NETWORK_H

#include <cstddef>
#include <cstdint>

#include "launch.h"

namespace silverblaze {

constexpr int LANES = 16;
/* float4 of a row. */
constexpr int QUADS = LANES / 4;

/* Activations in the numbers of ActivationKind, shifted by one. GELU stands alone; the others are fused into the layer before. */
enum Activation : int { NONE, RELU, LEAKY_RELU, TANH, GELU };
enum Pooling : int { AVERAGE, SUM, MAXIMUM };

/* A micro-block: its examples are selection[first .. first + used - 1] of a batch of `batch`. */
struct Task {
    int model;
    int first;
    int used;
    int batch;
};

/*
 * Which sites a window covers, in tiles of `sites` outputs: the sources of a tile are listed once, so that a thread block fetches each of
 * them once, and a look-up takes the place of wrapping coordinates. For gradients outputs and sources change places.
 */
struct Tiles {
    int count;
    int sites;
    int taps;
    /* Sources of a tile at most; 0: not listed, local holds sources of the whole lattice. */
    int rows;
    /* [count][sites], output site; -1: the tile ends before. */
    const int32_t *site;
    /* [count][rows], source site; -1: fewer. */
    const int32_t *row;
    /* [count][tap][sites], 16 x row of the source (16 x rows is a row of zeros), or 16 x source site where rows = 0 (-1: none). */
    const int32_t *local;
};

/*
 * The same for 3 x 3 windows of stride 1, without look-ups: a patch is a rectangle of outer x 4 n outputs with a halo of one site, its
 * sources lie in rows of `pitch`, and the source of an output under the k-th tap is k / 3 rows below and k % 3 places beside. The inner
 * axis is x, or t where that wastes fewer places (swapped: tap (k % 3, k / 3)); for input gradients taps count backwards.
 */
struct Patches {
    int count;
    int outer;
    /* Runs of 4 outputs along the inner axis: run g begins at (g % outer, 4 (g / outer)). */
    int groups;
    int pitch;
    /* (outer + 2) x pitch. */
    int rows;
    bool swapped;
    /* [count][groups][4], output site; -1: the lattice ends before. */
    const int32_t *site;
    /* [count][rows], source site; -1: nothing looks there. */
    const int32_t *row;
};

/* out[o] = bias[o] + sum over c, tap of weight[c][tap][o] in[c][source(tap)]: a convolution, or its input gradient. */
struct Correlation {
    Tiles tiles;
    Patches patches;
    int inChannels;
    int outChannels;
    /* Columns of a row of weights: outChannels rounded up to 8. */
    int weightColumns;
    int inSites;
    int outSites;
    const float *in;
    float *out;
    /* [model][weightStride], rows [c][tap] of weightColumns. */
    const float *weights;
    size_t weightStride;
    /* [model][biasStride]; null: 0. */
    const float *bias;
    size_t biasStride;
    int activation;
    /* Where it is not NONE: out is multiplied by the activation's slope, found from its output, which has the shape of out. */
    int slopeOf;
    const float *slopeAt;
    const Task *tasks;
    /* Set by the launcher: channels fetched together, groups of output channels of a thread block. */
    int chunk;
    int groups;
};

/*
 * partial[task][part][o][c][tap], then [o] for the biases: sums over the 16 lanes and the sites of a part of the tiles; or of `together`
 * parts, one after the other: partial[task][part / together].
 */
struct WeightGradient {
    Tiles tiles;
    Patches patches;
    int inChannels;
    int outChannels;
    int inSites;
    int outSites;
    int parts;
    const float *in;
    const float *gradient;
    float *partial;
    /* Set by the launcher: columns (c, tap) of a thread block, channels that they span, thread groups over columns and over outputs. */
    int columns;
    int span;
    int columnGroups;
    int outputGroups;
    int columnBlocks;
    int together;
};

struct SpatialPool {
    int kind;
    int channels;
    int taps;
    int inSites;
    int outSites;
    /* [tap][outSites]: source; [tap][inSites]: the output whose window has this site at tap, or -1. */
    const int32_t *source;
    const int32_t *target;
    /* Tap of the maximum, shape of out. */
    int32_t *winner;
};

struct GlobalPool {
    int kind;
    int channels;
    int sites;
    /* Site of the maximum, [task][channel][16]. */
    int32_t *winner;
};

struct Dense {
    int inputs;
    int outputs;
    /* [model][stride], weights [o][i] from weightOffset, then the biases. */
    const float *raw;
    size_t stride;
    size_t weightOffset;
};

/* How a gradient goes on: times the slope of the activation fused into the layer below, found from that layer's output. */
struct Slope {
    int of;
    const float *at;
};

/* Where the gradient of a layer's raw parameters comes from: partial sums of a convolution, or gradient and input of a dense layer. */
struct GradientSource {
    int firstParameter;
    int parameters;
    /* Sums of a weight, and how many of them are added first: a chain of chains. */
    int parts;
    int group;
    float *partial;
    int inputs;
    int outputs;
    const float *gradient;
    const float *in;
};

/* They go to a kernel by value: under 4 KiB. */
constexpr int MOST_SOURCES = 64;

/* Parts of a weight gradient that are added before others are. */
constexpr int PARTS_TOGETHER = 4;

/* The sparse map raw = M free by rows and by columns. */
struct Map {
    int raw;
    int free;
    /* No raw parameter has more than one entry: whoever updates a free parameter writes its raw ones too. */
    bool single;
    const int32_t *rowStart;
    const int32_t *column;
    const float *rowValue;
    const int32_t *columnStart;
    const int32_t *row;
    const float *columnValue;
    /* [raw]: places of a raw parameter in the packed weights, -1: none. */
    const int32_t *forwardPlace;
    const int32_t *backwardPlace;
};

/* Parameters and optimizer state, [model][free] each but raw [model][raw] and packed [model][packedStride]. */
struct Parameters {
    float *free;
    float *first;
    float *second;
    float *largest;
    float *gradient;
    float *raw;
    float *packed;
    size_t packedStride;
};

/* Of a model, constant: what AdamW needs. */
struct Adam {
    double decay;
    double beta1;
    double beta2;
    double epsilon;
    double amsgrad;
};

/* Of a model in one step. tasks = 0: frozen. */
struct StepOfModel {
    int firstTask;
    int tasks;
    int batch;
    int unused;
    /* lr / (1 - beta1^t) and sqrt(1 - beta2^t). */
    double stepSize;
    double correction;
};

/* Dense layers at the end of a network, all of them in one thread block for a task. */
constexpr int MOST_HEAD_LAYERS = 8;
struct HeadLayer {
    Dense dense;
    int activation;
    /* [task][outputs][16] */
    float *values;
    float *gradient;
};
struct Head {
    int count;
    HeadLayer layer[MOST_HEAD_LAYERS];
    /* Of the layer below: what the first one takes; its gradient and slope, null where nothing below is trained. */
    const float *in;
    float *inGradient;
    Slope slope;
    /* Where the layer below is a global pooling the gradient of what it pools (channels > 0); inGradient is not written then. */
    GlobalPool pool;
    float *poolGradient;
    Slope poolSlope;
};

/* What losses are counted against, and where their sums over micro-blocks go: [slot][mostTasks], memory of the host. */
struct Targets {
    int loss;
    int outputs;
    const float *targets;
    const int32_t *selection;
    const Task *tasks;
    double *sums;
    const int32_t *slot;
    int mostTasks;
};

/* ---- launchers: each leaves its error in the return value ---------------------------------------------------------------- */

int launchCorrelation(Correlation c, const Tiles &large, const Tiles &small, int tasks, int multiprocessors, cudaStream_t stream);
/* Patches for 3 x 3 windows of stride 1; whether there are enough of them to fill the device. */
bool patchesFill(const Patches &patches, int outChannels, int tasks, int multiprocessors);
int launchCorrelationOfPatches(Correlation c, int tasks, cudaStream_t stream);
/* Parts that it adds together: 1 or PARTS_TOGETHER. */
int partsTogether(const WeightGradient &g, int tasks, int multiprocessors);
int launchWeightGradientOfPatches(WeightGradient g, int tasks, int multiprocessors, cudaStream_t stream);
/* Channels of outputs that a thread holds, groups of them in a thread block; threads of a block. */
constexpr int PATCH_CHANNELS = 8;
constexpr int PATCH_GROUPS = 4;
constexpr int PATCH_THREADS = 128;
/* Outputs of a run, runs of a patch of a weight gradient at most. */
constexpr int RUN = 4;
constexpr int GRADIENT_RUNS = 4;
/* Blocks in z and groups of PATCH_CHANNELS in each; whether two stages of one channel fit. */
struct ChannelBlocks {
    int blocks, groups;
};
ChannelBlocks channelBlocksOf(int outChannels);
bool patchFits(int rows, int groups);

/* Sites of a tile for many and for few thread blocks; of a weight gradient. */
constexpr int LARGE_TILE = 32;
constexpr int SMALL_TILE = 16;
constexpr int GRADIENT_TILE = 16;
/* Whether a thread block can hold the sources of such a tile. */
bool correlationFits(int rows, int taps, int sites, int outChannels);
bool weightGradientFits(int rows, int taps);
int launchWeightGradient(WeightGradient g, int tasks, cudaStream_t stream);

int launchExpandInputs(const int8_t *inputs, int size, const int32_t *selection, const Task *tasks, float *out, int count, cudaStream_t stream);
int launchLoss(const Targets &targets, const float *out, Slope slope, float *gradient, int count, cudaStream_t stream);
/* Whether such a head fits; its layers forward, the losses, and back, into the pooled map where there is one. */
bool headFits(int inputs, int outputsOfAll);
int launchHead(const Head &head, const Targets &targets, int multiprocessors, int count, cudaStream_t stream);

int launchActivation(int kind, const float *in, float *out, int size, int tasks, cudaStream_t stream);
int launchActivationBackward(int kind, const float *in, const float *outGradient, float *inGradient, Slope slope, int size, int tasks,
                             cudaStream_t stream);
int launchSpatialPooling(const SpatialPool &p, const float *in, float *out, int tasks, cudaStream_t stream);
int launchSpatialPoolingBackward(const SpatialPool &p, const float *outGradient, float *inGradient, Slope slope, int tasks,
                                 cudaStream_t stream);
int launchGlobalPooling(const GlobalPool &p, const float *in, float *out, int tasks, cudaStream_t stream);
int launchGlobalPoolingBackward(const GlobalPool &p, const float *outGradient, float *inGradient, Slope slope, int tasks,
                                cudaStream_t stream);
int launchDense(const Dense &d, const float *in, float *out, int activation, const Task *tasks, int count, cudaStream_t stream);
int launchDenseBackward(const Dense &d, const float *outGradient, float *inGradient, Slope slope, const Task *tasks, int count,
                        cudaStream_t stream);

struct Sources {
    int count;
    GradientSource source[MOST_SOURCES];
};
int launchUpdate(const Map &map, const Sources &sources, const Parameters &p, const Adam *adam, const StepOfModel *steps, bool apply,
                 int models, cudaStream_t stream);
int launchExpandParameters(const Map &map, const Parameters &p, int firstModel, int models, cudaStream_t stream);

}  // namespace silverblaze

#endif
