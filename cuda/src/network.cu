/*
 * An ensemble of networks of one architecture on the device: parameters, optimizer state and examples stay there, the host sends which
 * examples a step takes and reads losses. The plan is a list of stages; an activation after a convolution or dense layer is fused into
 * it, a flatten layer is the same memory under another name.
 *
 * A training step is captured once as a CUDA graph for each number of micro-blocks and replayed; where that fails, and under host
 * emulation, the same launches are made one by one. Weight gradients stand on a branch of their own beside the input gradients. Launches
 * of a step of c convolutions, a global pooling and a few small dense layers (EQ): 1 for the inputs, c forward, pooling, head (the dense
 * layers, losses, back into the pooled map), 2 c - 1 gradients of which c - 1 stand beside another, 1 update: 12 for c = 3, 10 of them one
 * after the other.
 */
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <vector>

#include "network.h"
#include "silverblaze_cuda.h"
#include "tiles.h"

namespace silverblaze {
namespace {

/* Micro-blocks of a forward pass at least, where training needs fewer. */
constexpr int FORWARD_TASKS = 32;
constexpr size_t MOST_GRAPHS = 64;
/* Steps that are on their way at most. */
constexpr int SLOTS = 16;
/* Sums that share the tiles of a weight gradient at most: enough thread blocks for one small model, few bytes for many. */
constexpr int PARTS = 16;
constexpr int LAYER_NUMBERS = 6;

enum Kind : int { CONVOLUTION, ACTIVATION, SPATIAL_POOLING, GLOBAL_POOLING, FLATTEN, DENSE };

#define SB_PASS(call)      \
    do {                   \
        int sbPass = call; \
        if (sbPass != 0) { \
            return sbPass; \
        }                  \
    } while (0)

struct Shape {
    int channels, t, x;
    int sites() const { return t * x; }
    int size() const { return channels * t * x; }
};

struct Stage {
    Kind kind;
    Shape in, out;
    /* Of a pooling or of an activation that stands alone. */
    int mode = 0;
    int fused = NONE;
    Windows windows = {};
    int firstParameter = 0;
    int weights = 0;
    int parts = 0;
    size_t forwardOffset = 0;
    size_t backwardOffset = 0;

    /* 3 x 3, stride 1: taps in the order of the patches. */
    bool patched = false;
    PatchTables patchTables[3];
    Patches forwardPatches = {}, backwardPatches = {}, gradientPatches = {};
    TileTables tables[5];
    Tiles forwardLarge, forwardSmall, backwardLarge, backwardSmall, gradientTiles;
    const int32_t *source = nullptr;
    const int32_t *target = nullptr;
    std::vector<int32_t> sourceTable, targetTable;
    float *values = nullptr;
    float *gradient = nullptr;
    float *partial = nullptr;
    int32_t *winner = nullptr;

    bool hasParameters() const { return kind == CONVOLUTION || kind == DENSE; }
    int parameters() const { return hasParameters() ? weights + out.channels : 0; }
    int fanIn() const { return kind == CONVOLUTION ? in.channels * windows.taps() : in.size(); }
};

int columnsOf(int channels) { return (channels + 7) / 8 * 8; }

/* Hands out places of one allocation: a first pass counts, a second one places. */
struct Arena {
    char *memory = nullptr;
    size_t bytes = 0;

    template <typename T>
    void take(T *&at, size_t count) {
        at = memory == nullptr ? nullptr : reinterpret_cast<T *>(memory + bytes);
        bytes += (std::max<size_t>(count, 1) * sizeof(T) + 255) / 256 * 256;
    }
};

struct Network {
    int device = 0;
    int multiprocessors = 1;
    int loss = 0;
    int models = 0;
    int raw = 0;
    int free = 0;
    int batch = 0;
    /* Micro-blocks at most: of a training step, of a forward pass. */
    int trainTasks = 0;
    int tasks = 0;
    Shape input, output;
    std::vector<Stage> stages;
    /* Of each layer: its stage (-1: the input), and whether that stage has to leave out its activation to show the layer's own output. */
    std::vector<int> stageOfLayer;
    std::vector<bool> bare;
    int firstTrained = 0;
    /* First of the dense stages that the head takes; none: the number of stages. */
    int firstOfHead = 0;

    cudaStream_t stream = nullptr;
    /* Of the weight gradients: begins with an event of each stage, and ends with one. */
    cudaStream_t side = nullptr;
    std::vector<cudaEvent_t> events;
    Arena arena;
    float *inputs = nullptr;
    Map map = {};
    Parameters parameters = {};
    Adam *adam = nullptr;
    Sources sources = {};

    /*
     * One copy to the device brings a step: slot, steps of the models, tasks, selections. The host has SLOTS of them, so that steps can
     * wait in the stream; losses [slot][tasks] are written to the host's memory by the kernel.
     */
    size_t commandBytes = 0;
    size_t stepsAt = 0;
    size_t tasksAt = 0;
    size_t selectionAt = 0;
    char *command = nullptr;
    char *hostCommands = nullptr;
    char *hostCommand = nullptr;
    double *hostLosses = nullptr;

    int8_t *exampleInputs = nullptr;
    float *exampleTargets = nullptr;
    size_t exampleBytes = 0;
    size_t targetBytes = 0;

#ifndef SILVERBLAZE_EMULATION
    std::map<int, cudaGraphExec_t> graphs;
    bool capturing = true;
#endif

    const Task *deviceTasks() const { return reinterpret_cast<const Task *>(command + tasksAt); }
    const int32_t *deviceSelection() const { return reinterpret_cast<const int32_t *>(command + selectionAt); }
    const StepOfModel *deviceSteps() const { return reinterpret_cast<const StepOfModel *>(command + stepsAt); }
    StepOfModel *steps() { return reinterpret_cast<StepOfModel *>(hostCommand + stepsAt); }
    Task *hostTasks() { return reinterpret_cast<Task *>(hostCommand + tasksAt); }
    int32_t *selection() { return reinterpret_cast<int32_t *>(hostCommand + selectionAt); }

    const float *into(size_t stage) const { return stage == 0 ? inputs : stages[stage - 1].values; }
    const float *outputs() const { return into(stages.size()); }

    /* The slope that a gradient takes on its way into the stage before. */
    Slope slopeBefore(size_t stage) const {
        return stage == 0 ? Slope{NONE, nullptr} : Slope{stages[stage - 1].fused, stages[stage - 1].values};
    }

    int plan(const int32_t *layers, int count);
    void tabulate(Stage &stage, bool backward);
    void place();
    int upload(const int32_t *rowStart, const int32_t *column, const float *value, const double *optimizers);
    template <typename T>
    int toDevice(const T *to, const T *from, size_t count) {
        return static_cast<int>(cudaMemcpyAsync(const_cast<T *>(to), from, count * sizeof(T), cudaMemcpyHostToDevice, stream));
    }
    template <typename T>
    int toHost(T *to, const T *from, size_t count) {
        return static_cast<int>(cudaMemcpyAsync(to, from, count * sizeof(T), cudaMemcpyDeviceToHost, stream));
    }
    int finish() { return static_cast<int>(cudaStreamSynchronize(stream)); }

    Targets targets() const {
        return {loss, output.size(), exampleTargets, deviceSelection(), deviceTasks(), hostLosses, reinterpret_cast<const int32_t *>(command), tasks};
    }

    void begin(int slot);
    int add(int model, const int32_t *examples, int count, int firstTask, int firstExample);
    int send(int examples);
    int forward(int count, size_t until, bool leaveOutLast);
    int lossAndHead(int count);
    WeightGradient weightGradient(size_t stage, int count) const;
    Correlation inputGradient(size_t stage) const;
    int backward(int count, bool apply);
    int step(int count);
    int launchStep(int count);
    void forgetGraphs();
};

/* Layers to stages; returns an error where there are more trained layers than the kernels take. */
int Network::plan(const int32_t *layers, int count) {
    Shape shape = input;
    for (int i = 0; i < count; i++) {
        const int32_t *n = layers + i * LAYER_NUMBERS;
        Stage stage;
        stage.kind = static_cast<Kind>(n[0]);
        stage.in = shape;
        switch (stage.kind) {
            case CONVOLUTION:
                stage.windows = {shape.t, shape.x, (shape.t + n[4] - 1) / n[4], (shape.x + n[5] - 1) / n[5],
                                 n[2],    n[3],    n[4],                        n[5],
                                 (n[2] - 1) / 2,   (n[3] - 1) / 2};
                shape = {n[1], stage.windows.outT, stage.windows.outX};
                break;
            case SPATIAL_POOLING:
                stage.mode = n[1];
                stage.windows = {shape.t, shape.x, (shape.t + n[4] - 1) / n[4], (shape.x + n[5] - 1) / n[5], n[2], n[3], n[4], n[5], 0, 0};
                shape = {shape.channels, stage.windows.outT, stage.windows.outX};
                break;
            case GLOBAL_POOLING:
                stage.mode = n[1];
                shape = {shape.channels, 1, 1};
                break;
            case DENSE:
                shape = {n[1], 1, 1};
                break;
            case FLATTEN:
                shape = {shape.size(), 1, 1};
                stageOfLayer.push_back(static_cast<int>(stages.size()) - 1);
                bare.push_back(false);
                continue;
            case ACTIVATION:
                stage.mode = n[1] + 1;
                if (!stages.empty() && stages.back().hasParameters() && stages.back().fused == NONE && stage.mode != GELU &&
                    layers[(i - 1) * LAYER_NUMBERS] == stages.back().kind) {
                    stages.back().fused = stage.mode;
                    bare.back() = true;
                    stageOfLayer.push_back(static_cast<int>(stages.size()) - 1);
                    bare.push_back(false);
                    continue;
                }
                break;
        }
        stage.out = shape;
        if (stage.hasParameters()) {
            stage.firstParameter = raw;
            stage.weights = stage.fanIn() * shape.channels;
            raw += stage.parameters();
        }
        stageOfLayer.push_back(static_cast<int>(stages.size()));
        bare.push_back(false);
        stages.push_back(std::move(stage));
    }
    output = shape;
    firstOfHead = static_cast<int>(stages.size());
    for (int numbers = 0; firstOfHead > 0 && stages[firstOfHead - 1].kind == DENSE && stages.size() - firstOfHead < MOST_HEAD_LAYERS; firstOfHead--) {
        numbers += stages[firstOfHead - 1].out.channels;
        if (!headFits(stages[firstOfHead - 1].in.size(), numbers)) {
            break;
        }
    }
    int trained = 0;
    firstTrained = static_cast<int>(stages.size());
    for (size_t i = 0; i < stages.size(); i++) {
        Stage &stage = stages[i];
        if (stage.hasParameters()) {
            trained++;
            firstTrained = std::min(firstTrained, static_cast<int>(i));
        }
        if (stage.kind == CONVOLUTION) {
            stage.forwardOffset = parameters.packedStride;
            parameters.packedStride += static_cast<size_t>(stage.fanIn()) * columnsOf(stage.out.channels);
            stage.backwardOffset = parameters.packedStride;
            parameters.packedStride += static_cast<size_t>(stage.out.channels) * stage.windows.taps() * columnsOf(stage.in.channels);
        }
        tabulate(stage, static_cast<int>(i) > firstTrained);
    }
    return trained <= MOST_SOURCES ? 0 : static_cast<int>(cudaErrorInvalidValue);
}

/* A tile no larger than the lattice needs, so that small lattices waste few threads. */
int tileSites(int most, int outputs) {
    int sites = 2;
    while (sites < most && sites < outputs) {
        sites *= 2;
    }
    return sites;
}

TileTables correlationTiles(int t, int x, int taps, const std::vector<int32_t> &look, int most, int outChannels) {
    for (int sites = tileSites(most, t * x);; sites /= 2) {
        TileTables tiles =
            tilesOf(t, x, taps, look, sites, [&](int rows) { return correlationFits(rows, taps, sites, outChannels); });
        if (tiles.rows > 0 || sites == 2) {
            return tiles;
        }
    }
}

/* [tap][outputs] with the taps as patches take them, so that every kernel adds in the same order. */
std::vector<int32_t> inOrderOfPatches(const std::vector<int32_t> &look, bool swapped, bool backward) {
    std::vector<int32_t> ordered;
    const size_t outputs = look.size() / 9;
    for (int k = 0; k < 9; k++) {
        const auto from = look.begin() + static_cast<std::ptrdiff_t>(tapOfPatch(k, swapped, backward) * outputs);
        ordered.insert(ordered.end(), from, from + static_cast<std::ptrdiff_t>(outputs));
    }
    return ordered;
}

void Network::tabulate(Stage &stage, bool backward) {
    const Windows &w = stage.windows;
    stage.patched = stage.kind == CONVOLUTION && w.kernelT == 3 && w.kernelX == 3 && w.strideT == 1 && w.strideX == 1;
    if (stage.kind == SPATIAL_POOLING) {
        stage.sourceTable = w.sources();
        stage.targetTable = w.targets();
    } else if (stage.kind == CONVOLUTION) {
        std::vector<int32_t> sources = w.sources();
        if (stage.patched) {
            int groups = channelBlocksOf(stage.out.channels).groups;
            stage.patchTables[0] = correlationPatches(w.outT, w.outX, groups);
            stage.patchTables[2] = gradientPatches(w.outT, w.outX);
            stage.parts = std::min(PARTS, stage.patchTables[2].count());
            sources = inOrderOfPatches(sources, stage.patchTables[0].swapped, false);
        }
        stage.tables[0] = correlationTiles(w.outT, w.outX, w.taps(), sources, LARGE_TILE, stage.out.channels);
        stage.tables[1] = correlationTiles(w.outT, w.outX, w.taps(), sources, SMALL_TILE, stage.out.channels);
        if (backward) {
            std::vector<int32_t> targets = w.targets();
            if (stage.patched) {
                stage.patchTables[1] = correlationPatches(w.inT, w.inX, channelBlocksOf(stage.in.channels).groups);
                targets = inOrderOfPatches(targets, stage.patchTables[1].swapped, true);
            }
            stage.tables[2] = correlationTiles(w.inT, w.inX, w.taps(), targets, LARGE_TILE, stage.in.channels);
            stage.tables[3] = correlationTiles(w.inT, w.inX, w.taps(), targets, SMALL_TILE, stage.in.channels);
        }
        /* Parts: a split that depends on the lattice alone. */
        if (!stage.patched) {
            stage.tables[4] = tilesOf(w.outT, w.outX, w.taps(), sources, GRADIENT_TILE,
                                      [&](int rows) { return weightGradientFits(rows, w.taps()); });
            stage.parts = std::min(PARTS, stage.tables[4].count());
        }
    }
}

/* Asks the arena for everything that lives on the device. */
void Network::place() {
    size_t all = static_cast<size_t>(tasks) * LANES;
    size_t trained = static_cast<size_t>(trainTasks) * LANES;
    arena.take(inputs, all * input.size());
    for (size_t i = 0; i < stages.size(); i++) {
        Stage &stage = stages[i];
        arena.take(stage.values, all * stage.out.size());
        if (static_cast<int>(i) >= firstTrained) {
            arena.take(stage.gradient, trained * stage.out.size());
        }
        if (stage.mode == MAXIMUM && (stage.kind == SPATIAL_POOLING || stage.kind == GLOBAL_POOLING)) {
            arena.take(stage.winner, all * stage.out.size());
        }
        if (stage.kind == SPATIAL_POOLING) {
            int32_t *at = nullptr;
            arena.take(at, stage.sourceTable.size());
            stage.source = at;
            arena.take(at, stage.targetTable.size());
            stage.target = at;
        }
        if (stage.kind == CONVOLUTION) {
            arena.take(stage.partial, static_cast<size_t>(trainTasks) * stage.parts * stage.parameters());
            Patches *patches[] = {&stage.forwardPatches, &stage.backwardPatches, &stage.gradientPatches};
            for (int k = 0; k < 3; k++) {
                const PatchTables &table = stage.patchTables[k];
                int32_t *site = nullptr;
                int32_t *row = nullptr;
                arena.take(site, table.site.size());
                arena.take(row, table.row.size());
                *patches[k] = {table.count(), table.outer, table.groups, table.pitch, table.rows(), table.swapped, site, row};
            }
            Tiles *tiles[] = {&stage.forwardLarge, &stage.forwardSmall, &stage.backwardLarge, &stage.backwardSmall, &stage.gradientTiles};
            for (int k = 0; k < 5; k++) {
                const TileTables &table = stage.tables[k];
                int32_t *site = nullptr;
                int32_t *row = nullptr;
                int32_t *local = nullptr;
                arena.take(site, table.site.size());
                arena.take(row, table.row.size());
                arena.take(local, table.local.size());
                *tiles[k] = {table.sites == 0 ? 0 : table.count(), table.sites, table.taps, table.rows, site, row, local};
            }
        }
    }
    size_t n = static_cast<size_t>(models) * free;
    arena.take(parameters.free, n);
    arena.take(parameters.first, n);
    arena.take(parameters.second, n);
    arena.take(parameters.largest, n);
    arena.take(parameters.gradient, n);
    arena.take(parameters.raw, static_cast<size_t>(models) * raw);
    arena.take(parameters.packed, models * parameters.packedStride);
    arena.take(adam, models);
    arena.take(command, commandBytes);
}

int Network::upload(const int32_t *rowStart, const int32_t *column, const float *value, const double *optimizers) {
    size_t entries = rowStart[raw];
    std::vector<int32_t> columnStart(free + 1, 0), next, row(entries), forwardPlace(raw, -1), backwardPlace(raw, -1);
    std::vector<float> columnValue(entries);
    for (size_t e = 0; e < entries; e++) {
        columnStart[column[e] + 1]++;
    }
    for (int f = 0; f < free; f++) {
        columnStart[f + 1] += columnStart[f];
    }
    next = columnStart;
    map.single = true;
    for (int r = 0; r < raw; r++) {
        map.single = map.single && rowStart[r + 1] - rowStart[r] <= 1;
        for (int e = rowStart[r]; e < rowStart[r + 1]; e++) {
            int place = next[column[e]]++;
            row[place] = r;
            columnValue[place] = value[e];
        }
    }
    for (const Stage &stage : stages) {
        int taps = stage.kind == CONVOLUTION ? stage.windows.taps() : 0;
        for (int w = 0; taps > 0 && w < stage.weights; w++) {
            int o = w / stage.fanIn();
            int c = w % stage.fanIn() / taps;
            int tap = w % taps;
            int forwardTap = tap;
            int backwardTap = tap;
            for (int k = 0; stage.patched && k < taps; k++) {
                forwardTap = tapOfPatch(k, stage.patchTables[0].swapped, false) == tap ? k : forwardTap;
                backwardTap = tapOfPatch(k, stage.patchTables[1].swapped, true) == tap ? k : backwardTap;
            }
            forwardPlace[stage.firstParameter + w] =
                static_cast<int32_t>(stage.forwardOffset + static_cast<size_t>(c * taps + forwardTap) * columnsOf(stage.out.channels) + o);
            backwardPlace[stage.firstParameter + w] =
                static_cast<int32_t>(stage.backwardOffset + static_cast<size_t>(o * taps + backwardTap) * columnsOf(stage.in.channels) + c);
        }
    }
    std::vector<Adam> adams(models);
    for (int m = 0; m < models; m++) {
        const double *o = optimizers + 5 * m;
        adams[m] = {o[0], o[1], o[2], o[3], o[4]};
    }
    map.raw = raw;
    map.free = free;
    int32_t *mapRowStart = nullptr;
    int32_t *mapColumn = nullptr;
    float *mapRowValue = nullptr;
    int32_t *mapColumnStart = nullptr;
    int32_t *mapRow = nullptr;
    float *mapColumnValue = nullptr;
    int32_t *places[2] = {nullptr, nullptr};
    for (int pass = 0; pass < 2; pass++) {
        arena.bytes = 0;
        place();
        arena.take(mapRowStart, raw + 1);
        arena.take(mapColumn, entries);
        arena.take(mapRowValue, entries);
        arena.take(mapColumnStart, free + 1);
        arena.take(mapRow, entries);
        arena.take(mapColumnValue, entries);
        arena.take(places[0], raw);
        arena.take(places[1], raw);
        if (pass == 0) {
            SB_TRY(cudaMalloc(reinterpret_cast<void **>(&arena.memory), arena.bytes));
        }
    }
    for (size_t i = 0; i < stages.size(); i++) {
        const Stage &stage = stages[i];
        if (stage.hasParameters()) {
            sources.source[sources.count++] = {stage.firstParameter, stage.parameters(),  stage.parts,    PARTS_TOGETHER, stage.partial,
                                               stage.in.size(),      stage.out.channels, stage.gradient, into(i)};
        }
    }
    map.rowStart = mapRowStart;
    map.column = mapColumn;
    map.rowValue = mapRowValue;
    map.columnStart = mapColumnStart;
    map.row = mapRow;
    map.columnValue = mapColumnValue;
    map.forwardPlace = places[0];
    map.backwardPlace = places[1];
    SB_PASS(toDevice(mapRowStart, rowStart, raw + 1));
    SB_PASS(toDevice(mapColumn, column, entries));
    SB_PASS(toDevice(mapRowValue, value, entries));
    SB_PASS(toDevice(mapColumnStart, columnStart.data(), columnStart.size()));
    SB_PASS(toDevice(mapRow, row.data(), entries));
    SB_PASS(toDevice(mapColumnValue, columnValue.data(), entries));
    SB_PASS(toDevice(places[0], forwardPlace.data(), raw));
    SB_PASS(toDevice(places[1], backwardPlace.data(), raw));
    SB_PASS(toDevice(adam, adams.data(), models));
    for (Stage &stage : stages) {
        SB_PASS(toDevice(stage.source, stage.sourceTable.data(), stage.sourceTable.size()));
        SB_PASS(toDevice(stage.target, stage.targetTable.data(), stage.targetTable.size()));
        const Tiles *tiles[] = {&stage.forwardLarge, &stage.forwardSmall, &stage.backwardLarge, &stage.backwardSmall, &stage.gradientTiles};
        const Patches *patches[] = {&stage.forwardPatches, &stage.backwardPatches, &stage.gradientPatches};
        for (int k = 0; stage.kind == CONVOLUTION && k < 3; k++) {
            SB_PASS(toDevice(patches[k]->site, stage.patchTables[k].site.data(), stage.patchTables[k].site.size()));
            SB_PASS(toDevice(patches[k]->row, stage.patchTables[k].row.data(), stage.patchTables[k].row.size()));
        }
        for (int k = 0; stage.kind == CONVOLUTION && k < 5; k++) {
            SB_PASS(toDevice(tiles[k]->site, stage.tables[k].site.data(), stage.tables[k].site.size()));
            SB_PASS(toDevice(tiles[k]->row, stage.tables[k].row.data(), stage.tables[k].row.size()));
            SB_PASS(toDevice(tiles[k]->local, stage.tables[k].local.data(), stage.tables[k].local.size()));
        }
    }
    size_t n = static_cast<size_t>(models) * free * sizeof(float);
    for (float *state : {parameters.free, parameters.first, parameters.second, parameters.largest, parameters.gradient}) {
        SB_TRY(cudaMemsetAsync(state, 0, n, stream));
    }
    SB_TRY(cudaMemsetAsync(parameters.packed, 0, models * parameters.packedStride * sizeof(float), stream));
    if (raw > 0) {
        SB_PASS(launchExpandParameters(map, parameters, 0, models, stream));
    }
    SB_PASS(finish());
    for (Stage &stage : stages) {
        for (TileTables &table : stage.tables) {
            table = TileTables();
        }
        for (PatchTables &table : stage.patchTables) {
            table = PatchTables();
        }
        stage.sourceTable.clear();
        stage.targetTable.clear();
    }
    return 0;
}

/* ---- the work of a call ---------------------------------------------------------------------------------------------------- */

void Network::begin(int slot) {
    hostCommand = hostCommands + slot * commandBytes;
    std::memset(hostCommand, 0, tasksAt);
    *reinterpret_cast<int32_t *>(hostCommand) = slot;
}

/* The micro-blocks of a model's batch; returns their number. */
int Network::add(int model, const int32_t *examples, int count, int firstTask, int firstExample) {
    int blocks = (count + LANES - 1) / LANES;
    for (int b = 0; b < blocks; b++) {
        hostTasks()[firstTask + b] = {model, firstExample + b * LANES, std::min(LANES, count - b * LANES), count};
    }
    std::memcpy(selection() + firstExample, examples, count * sizeof(int32_t));
    steps()[model].firstTask = firstTask;
    steps()[model].tasks = blocks;
    steps()[model].batch = count;
    return blocks;
}

int Network::send(int examples) {
    return static_cast<int>(cudaMemcpyAsync(command, hostCommand, selectionAt + examples * sizeof(int32_t), cudaMemcpyHostToDevice, stream));
}

/* A convolution or its input gradient, by whichever kernel suits so many tasks; all give the same bits. */
int correlate(Correlation &c, const Patches &patches, const Tiles &large, const Tiles &small, int tasks, int multiprocessors, cudaStream_t stream) {
    if (patchesFill(patches, c.outChannels, tasks, multiprocessors) && c.outChannels > PATCH_CHANNELS / 2) {
        c.patches = patches;
        return launchCorrelationOfPatches(c, tasks, stream);
    }
    return launchCorrelation(c, large, small, tasks, multiprocessors, stream);
}

/* Stages 0 .. until - 1. leaveOutLast: without the activation that is fused into the last one. */
int Network::forward(int count, size_t until, bool leaveOutLast) {
    SB_PASS(launchExpandInputs(exampleInputs, input.size(), deviceSelection(), deviceTasks(), inputs, count, stream));
    for (size_t i = 0; i < until; i++) {
        Stage &stage = stages[i];
        int activation = leaveOutLast && i + 1 == until ? static_cast<int>(NONE) : stage.fused;
        switch (stage.kind) {
            case CONVOLUTION: {
                Correlation c = {};
                c.inChannels = stage.in.channels;
                c.outChannels = stage.out.channels;
                c.weightColumns = columnsOf(stage.out.channels);
                c.inSites = stage.in.sites();
                c.outSites = stage.out.sites();
                c.in = into(i);
                c.out = stage.values;
                c.weights = parameters.packed + stage.forwardOffset;
                c.weightStride = parameters.packedStride;
                c.bias = parameters.raw + stage.firstParameter + stage.weights;
                c.biasStride = raw;
                c.activation = activation;
                c.tasks = deviceTasks();
                SB_PASS(correlate(c, stage.forwardPatches, stage.forwardLarge, stage.forwardSmall, count, multiprocessors, stream));
                break;
            }
            case ACTIVATION:
                SB_PASS(launchActivation(stage.mode, into(i), stage.values, stage.out.size(), count, stream));
                break;
            case SPATIAL_POOLING:
                SB_PASS(launchSpatialPooling({stage.mode, stage.in.channels, stage.windows.taps(), stage.in.sites(), stage.out.sites(),
                                              stage.source, stage.target, stage.winner},
                                             into(i), stage.values, count, stream));
                break;
            case GLOBAL_POOLING:
                SB_PASS(launchGlobalPooling({stage.mode, stage.in.channels, stage.in.sites(), stage.winner}, into(i), stage.values, count, stream));
                break;
            case DENSE:
                SB_PASS(launchDense({stage.in.size(), stage.out.channels, parameters.raw, static_cast<size_t>(raw),
                                     static_cast<size_t>(stage.firstParameter)},
                                    into(i), stage.values, activation, deviceTasks(), count, stream));
                break;
            case FLATTEN:
                break;
        }
    }
    return 0;
}

WeightGradient Network::weightGradient(size_t i, int count) const {
    const Stage &stage = stages[i];
    WeightGradient g = {};
    g.tiles = stage.gradientTiles;
    g.patches = stage.gradientPatches;
    g.inChannels = stage.in.channels;
    g.outChannels = stage.out.channels;
    g.inSites = stage.in.sites();
    g.outSites = stage.out.sites();
    g.parts = stage.parts;
    g.in = into(i);
    g.gradient = stage.gradient;
    g.partial = stage.partial;
    g.together = stage.patched ? partsTogether(g, count, multiprocessors) : 1;
    return g;
}

Correlation Network::inputGradient(size_t i) const {
    const Stage &stage = stages[i];
    Slope slope = slopeBefore(i);
    Correlation c = {};
    c.inChannels = stage.out.channels;
    c.outChannels = stage.in.channels;
    c.weightColumns = columnsOf(stage.in.channels);
    c.inSites = stage.out.sites();
    c.outSites = stage.in.sites();
    c.in = stage.gradient;
    c.out = stages[i - 1].gradient;
    c.weights = parameters.packed + stage.backwardOffset;
    c.weightStride = parameters.packedStride;
    c.slopeOf = slope.of;
    c.slopeAt = slope.at;
    c.tasks = deviceTasks();
    return c;
}

/* The stages of the head forward and back with the losses, and a global pooling below it back; or the losses alone where there is no head. */
int Network::lossAndHead(int count) {
    const int end = static_cast<int>(stages.size());
    if (firstOfHead == end) {
        float *last = firstTrained < end ? stages.back().gradient : nullptr;
        return launchLoss(targets(), outputs(), slopeBefore(end), last, count, stream);
    }
    Head head = {};
    for (int i = firstOfHead; i < end; i++) {
        Stage &stage = stages[i];
        head.layer[head.count++] = {
            {stage.in.size(), stage.out.channels, parameters.raw, static_cast<size_t>(raw), static_cast<size_t>(stage.firstParameter)},
            stage.fused,
            stage.values,
            stage.gradient};
    }
    head.in = into(firstOfHead);
    if (firstOfHead > firstTrained) {
        const int below = firstOfHead - 1;
        if (stages[below].kind == GLOBAL_POOLING && below > firstTrained) {
            const Stage &pool = stages[below];
            head.pool = {pool.mode, pool.in.channels, pool.in.sites(), pool.winner};
            head.poolGradient = stages[below - 1].gradient;
            head.poolSlope = slopeBefore(below);
        } else {
            head.inGradient = stages[below].gradient;
            head.slope = slopeBefore(firstOfHead);
        }
    }
    return launchHead(head, targets(), multiprocessors, count, stream);
}

/* Loss, gradients of every layer, sums over micro-blocks and the parameter map: gradients of all models that take part, and their update. */
int Network::backward(int count, bool apply) {
    SB_PASS(lossAndHead(count));
    int top = static_cast<int>(stages.size()) - 1;
    if (firstOfHead <= top) {
        bool pooled = firstOfHead > 0 && stages[firstOfHead - 1].kind == GLOBAL_POOLING && firstOfHead - 1 > firstTrained;
        top = firstOfHead - 1 - (pooled ? 1 : 0);
    }
    bool branched = false;
    for (int i = top; i >= firstTrained; i--) {
        Stage &stage = stages[i];
        if (stage.kind == CONVOLUTION) {
            /* The last one has nothing to stand beside. */
            cudaStream_t own = i > firstTrained ? side : stream;
            if (i > firstTrained) {
                SB_TRY(cudaEventRecord(events[i], stream));
                SB_TRY(cudaStreamWaitEvent(side, events[i], 0));
                branched = true;
            }
            WeightGradient g = weightGradient(i, count);
            SB_PASS(stage.patched ? launchWeightGradientOfPatches(g, count, multiprocessors, own) : launchWeightGradient(g, count, own));
        }
        if (i == firstTrained) {
            break;
        }
        float *before = stages[i - 1].gradient;
        Slope slope = slopeBefore(i);
        switch (stage.kind) {
            case CONVOLUTION: {
                Correlation c = inputGradient(i);
                SB_PASS(correlate(c, stage.backwardPatches, stage.backwardLarge, stage.backwardSmall, count, multiprocessors, stream));
                break;
            }
            case ACTIVATION:
                SB_PASS(launchActivationBackward(stage.mode, into(i), stage.gradient, before, slope, stage.out.size(), count, stream));
                break;
            case SPATIAL_POOLING:
                SB_PASS(launchSpatialPoolingBackward({stage.mode, stage.in.channels, stage.windows.taps(), stage.in.sites(),
                                                      stage.out.sites(), stage.source, stage.target, stage.winner},
                                                     stage.gradient, before, slope, count, stream));
                break;
            case GLOBAL_POOLING:
                SB_PASS(launchGlobalPoolingBackward({stage.mode, stage.in.channels, stage.in.sites(), stage.winner}, stage.gradient, before,
                                                    slope, count, stream));
                break;
            case DENSE:
                SB_PASS(launchDenseBackward({stage.in.size(), stage.out.channels, parameters.raw, static_cast<size_t>(raw),
                                             static_cast<size_t>(stage.firstParameter)},
                                            stage.gradient, before, slope, deviceTasks(), count, stream));
                break;
            case FLATTEN:
                break;
        }
    }
    if (branched) {
        SB_TRY(cudaEventRecord(events.back(), side));
        SB_TRY(cudaStreamWaitEvent(stream, events.back(), 0));
    }
    if (raw == 0) {
        return 0;
    }
    Sources all = sources;
    int source = 0;
    for (size_t i = 0; i < stages.size(); i++) {
        if (stages[i].kind == CONVOLUTION && weightGradient(i, count).together > 1) {
            all.source[source].parts = (stages[i].parts + PARTS_TOGETHER - 1) / PARTS_TOGETHER;
            all.source[source].group = 1;
        }
        source += stages[i].hasParameters() ? 1 : 0;
    }
    if (free > 0) {
        SB_PASS(launchUpdate(map, all, parameters, adam, deviceSteps(), apply, models, stream));
    }
    return apply && !map.single ? launchExpandParameters(map, parameters, 0, models, stream) : 0;
}

int Network::launchStep(int count) {
    SB_PASS(forward(count, firstOfHead, false));
    return backward(count, true);
}

#ifdef SILVERBLAZE_EMULATION

void Network::forgetGraphs() {}

int Network::step(int count) { return launchStep(count); }

#else

void Network::forgetGraphs() {
    for (auto &graph : graphs) {
        cudaGraphExecDestroy(graph.second);
    }
    graphs.clear();
}

int Network::step(int count) {
    if (!capturing) {
        return launchStep(count);
    }
    auto known = graphs.find(count);
    if (known == graphs.end()) {
        cudaGraph_t graph = nullptr;
        cudaGraphExec_t exec = nullptr;
        cudaError_t begun = cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal);
        int launched = begun == cudaSuccess ? launchStep(count) : static_cast<int>(begun);
        cudaError_t ended = begun == cudaSuccess ? cudaStreamEndCapture(stream, &graph) : begun;
        cudaError_t made = launched == 0 && ended == cudaSuccess ? cudaGraphInstantiate(&exec, graph, 0) : cudaErrorUnknown;
        if (graph != nullptr) {
            cudaGraphDestroy(graph);
        }
        if (made != cudaSuccess) {
            /* The launches themselves will say what is wrong, if it was not the capture. */
            cudaGetLastError();
            capturing = false;
            return launchStep(count);
        }
        if (graphs.size() >= MOST_GRAPHS) {
            forgetGraphs();
        }
        known = graphs.emplace(count, exec).first;
    }
    return static_cast<int>(cudaGraphLaunch(known->second, stream));
}

#endif

Network *networkOf(int64_t handle) { return reinterpret_cast<Network *>(handle); }

int build(Network &n, const int32_t *shape, const int32_t *layers, int layerCount, const int32_t *rowStart, const int32_t *column,
          const float *value, const double *optimizers) {
    SB_TRY(cudaSetDevice(n.device));
    SB_TRY(cudaStreamCreate(&n.stream));
    SB_TRY(cudaStreamCreate(&n.side));
    cudaDeviceProp properties;
    SB_TRY(cudaGetDeviceProperties(&properties, n.device));
    n.multiprocessors = properties.multiProcessorCount;
    n.input = {shape[0], shape[1], shape[2]};
    SB_PASS(n.plan(layers, layerCount));
    n.trainTasks = n.models * ((n.batch + LANES - 1) / LANES);
    n.tasks = std::max(n.trainTasks, FORWARD_TASKS);
    for (size_t i = 0; i <= n.stages.size(); i++) {
        n.events.push_back(nullptr);
        SB_TRY(cudaEventCreateWithFlags(&n.events.back(), cudaEventDisableTiming));
    }
    n.stepsAt = alignof(StepOfModel);
    n.tasksAt = n.stepsAt + n.models * sizeof(StepOfModel);
    n.selectionAt = n.tasksAt + n.tasks * sizeof(Task);
    n.commandBytes = (n.selectionAt + static_cast<size_t>(n.tasks) * LANES * sizeof(int32_t) + 255) / 256 * 256;
    SB_TRY(cudaMallocHost(reinterpret_cast<void **>(&n.hostCommands), SLOTS * n.commandBytes));
    SB_TRY(cudaMallocHost(reinterpret_cast<void **>(&n.hostLosses), SLOTS * n.tasks * sizeof(double)));
    return n.upload(rowStart, column, value, optimizers);
}

/* Mean loss of a model's batch: the tree over its micro-blocks, i taking i + 1, then i + 2, and so on. */
double meanLoss(Network &n, int slot, const StepOfModel &step) {
    double *sums = n.hostLosses + static_cast<size_t>(slot) * n.tasks + step.firstTask;
    for (int stride = 1; stride < step.tasks; stride *= 2) {
        for (int i = 0; i + stride < step.tasks; i += 2 * stride) {
            sums[i] += sums[i + stride];
        }
    }
    return sums[0] / (static_cast<double>(step.batch) * n.output.size());
}

/* A free parameter's number in each of the four arrays. */
int copyState(Network &n, int model, float *const host[4], bool toDevice) {
    float *device[4] = {n.parameters.free, n.parameters.first, n.parameters.second, n.parameters.largest};
    size_t at = static_cast<size_t>(model) * n.free;
    for (int k = 0; k < 4; k++) {
        if (host[k] != nullptr) {
            SB_PASS(toDevice ? n.toDevice(device[k] + at, host[k], n.free) : n.toHost(host[k], device[k] + at, n.free));
        }
    }
    return 0;
}

int enlarge(void **at, size_t &have, size_t need) {
    if (need <= have && *at != nullptr) {
        return 0;
    }
    if (*at != nullptr) {
        SB_TRY(cudaFree(*at));
        *at = nullptr;
        have = 0;
    }
    SB_TRY(cudaMalloc(at, std::max<size_t>(need, 1)));
    have = need;
    return 0;
}

}  // namespace
}  // namespace silverblaze

using namespace silverblaze;

int sb_network_create(int device, const int32_t *shape, const int32_t *layers, int layerCount, int loss, int free,
                      const int32_t *rowStart, const int32_t *column, const float *value, int models, const double *optimizers, int batch,
                      int64_t *handle) {
    Network *network = nullptr;
    int error;
    try {
        network = new Network();
        network->device = device;
        network->loss = loss;
        network->free = free;
        network->models = models;
        network->batch = batch;
        error = build(*network, shape, layers, layerCount, rowStart, column, value, optimizers);
    } catch (const std::bad_alloc &) {
        error = static_cast<int>(cudaErrorMemoryAllocation);
    }
    if (error != 0) {
        if (network != nullptr) {
            sb_network_destroy(reinterpret_cast<int64_t>(network));
        }
        return error;
    }
    *handle = reinterpret_cast<int64_t>(network);
    return 0;
}

int sb_network_destroy(int64_t handle) {
    std::unique_ptr<Network> n(networkOf(handle));
    SB_TRY(cudaSetDevice(n->device));
    n->forgetGraphs();
    cudaError_t first = cudaSuccess;
    auto note = [&first](cudaError_t error) { first = first != cudaSuccess ? first : error; };
    for (void *memory : {static_cast<void *>(n->arena.memory), static_cast<void *>(n->exampleInputs), static_cast<void *>(n->exampleTargets)}) {
        note(memory == nullptr ? cudaSuccess : cudaFree(memory));
    }
    for (void *memory : {static_cast<void *>(n->hostCommands), static_cast<void *>(n->hostLosses)}) {
        note(memory == nullptr ? cudaSuccess : cudaFreeHost(memory));
    }
    for (cudaEvent_t event : n->events) {
        note(event == nullptr ? cudaSuccess : cudaEventDestroy(event));
    }
    note(n->side == nullptr ? cudaSuccess : cudaStreamDestroy(n->side));
    note(n->stream == nullptr ? cudaSuccess : cudaStreamDestroy(n->stream));
    return static_cast<int>(first);
}

int sb_network_load(int64_t handle, int model, const float *free, const float *first, const float *second, const float *largest) {
    Network &n = *networkOf(handle);
    SB_TRY(cudaSetDevice(n.device));
    float *const host[4] = {const_cast<float *>(free), const_cast<float *>(first), const_cast<float *>(second), const_cast<float *>(largest)};
    SB_PASS(copyState(n, model, host, true));
    if (n.raw > 0) {
        SB_PASS(launchExpandParameters(n.map, n.parameters, model, 1, n.stream));
    }
    return n.finish();
}

int sb_network_store(int64_t handle, int model, float *free, float *first, float *second, float *largest) {
    Network &n = *networkOf(handle);
    SB_TRY(cudaSetDevice(n.device));
    float *const host[4] = {free, first, second, largest};
    SB_PASS(copyState(n, model, host, false));
    return n.finish();
}

int sb_network_examples(int64_t handle, const int8_t *inputs, int64_t inputBytes, const float *targets, int64_t targetCount) {
    Network &n = *networkOf(handle);
    SB_TRY(cudaSetDevice(n.device));
    size_t targetBytes = static_cast<size_t>(targetCount) * sizeof(float);
    /* Graphs know the old addresses. */
    n.forgetGraphs();
    SB_PASS(enlarge(reinterpret_cast<void **>(&n.exampleInputs), n.exampleBytes, static_cast<size_t>(inputBytes)));
    SB_PASS(enlarge(reinterpret_cast<void **>(&n.exampleTargets), n.targetBytes, targetBytes));
    SB_PASS(n.toDevice(n.exampleInputs, inputs, static_cast<size_t>(inputBytes)));
    SB_PASS(n.toDevice(n.exampleTargets, targets, static_cast<size_t>(targetCount)));
    return n.finish();
}

int sb_network_forward(int64_t handle, int model, const int32_t *selection, int count, float *outputs) {
    Network &n = *networkOf(handle);
    SB_TRY(cudaSetDevice(n.device));
    int k = n.output.size();
    try {
        std::vector<float> values(static_cast<size_t>(n.tasks) * k * LANES);
        for (int first = 0; first < count; first += n.tasks * LANES) {
            int here = std::min(count - first, n.tasks * LANES);
            n.begin(0);
            int blocks = n.add(model, selection + first, here, 0, 0);
            SB_PASS(n.send(here));
            SB_PASS(n.forward(blocks, n.stages.size(), false));
            SB_PASS(n.toHost(values.data(), n.outputs(), static_cast<size_t>(blocks) * k * LANES));
            SB_PASS(n.finish());
            for (int i = 0; i < here; i++) {
                for (int o = 0; o < k; o++) {
                    outputs[static_cast<size_t>(first + i) * k + o] = values[(static_cast<size_t>(i / LANES) * k + o) * LANES + i % LANES];
                }
            }
        }
    } catch (const std::bad_alloc &) {
        return static_cast<int>(cudaErrorMemoryAllocation);
    }
    return 0;
}

int sb_network_feature_map(int64_t handle, int model, int layer, int32_t example, float *map) {
    Network &n = *networkOf(handle);
    SB_TRY(cudaSetDevice(n.device));
    n.begin(0);
    n.add(model, &example, 1, 0, 0);
    SB_PASS(n.send(1));
    size_t until = static_cast<size_t>(n.stageOfLayer[layer] + 1);
    SB_PASS(n.forward(1, until, n.bare[layer]));
    int size = until == 0 ? n.input.size() : n.stages[until - 1].out.size();
    try {
        std::vector<float> values(static_cast<size_t>(size) * LANES);
        SB_PASS(n.toHost(values.data(), n.into(until), values.size()));
        SB_PASS(n.finish());
        for (int i = 0; i < size; i++) {
            map[i] = values[static_cast<size_t>(i) * LANES];
        }
    } catch (const std::bad_alloc &) {
        return static_cast<int>(cudaErrorMemoryAllocation);
    }
    return 0;
}

int sb_network_gradient(int64_t handle, int model, const int32_t *selection, int count, float *gradient, double *loss) {
    Network &n = *networkOf(handle);
    SB_TRY(cudaSetDevice(n.device));
    n.begin(0);
    int blocks = n.add(model, selection, count, 0, 0);
    SB_PASS(n.send(count));
    SB_PASS(n.forward(blocks, n.firstOfHead, false));
    SB_PASS(n.backward(blocks, false));
    SB_PASS(n.toHost(gradient, n.parameters.gradient + static_cast<size_t>(model) * n.free, n.free));
    SB_PASS(n.finish());
    *loss = meanLoss(n, 0, n.steps()[model]);
    return 0;
}

int sb_network_steps(int64_t handle, int steps, const int32_t *counts, const int32_t *selections, const double *scalars, double *losses) {
    Network &n = *networkOf(handle);
    SB_TRY(cudaSetDevice(n.device));
    for (int first = 0; first < steps; first += SLOTS) {
        const int end = std::min(steps, first + SLOTS);
        for (int step = first; step < end; step++) {
            n.begin(step - first);
            int tasks = 0;
            int examples = 0;
            for (int model = 0; model < n.models; model++) {
                const int at = step * n.models + model;
                if (counts[at] > 0) {
                    tasks += n.add(model, selections + examples, counts[at], tasks, examples);
                    examples += counts[at];
                    n.steps()[model].stepSize = scalars[2 * at];
                    n.steps()[model].correction = scalars[2 * at + 1];
                }
            }
            selections += examples;
            if (tasks > 0) {
                SB_PASS(n.send(examples));
                SB_PASS(n.step(tasks));
            }
        }
        SB_PASS(n.finish());
        for (int step = first; step < end; step++) {
            n.hostCommand = n.hostCommands + (step - first) * n.commandBytes;
            for (int model = 0; model < n.models; model++) {
                if (counts[step * n.models + model] > 0) {
                    losses[step * n.models + model] = meanLoss(n, step - first, n.steps()[model]);
                }
            }
        }
    }
    return 0;
}
