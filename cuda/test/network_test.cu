/*
 * The kernels of the networks without Java: the first layer against plain loops in float64, gradients against differences of the loss,
 * an ensemble against its members alone to the bit. Agreement with the reference over many more shapes: CudaNetworkTest.
 */
#include <cmath>
#include <cstdint>
#include <vector>

#include "check.h"
#include "silverblaze_cuda.h"

namespace {

constexpr int LAYER_NUMBERS = 6;

struct Case {
    const char *name;
    std::vector<int32_t> shape;
    std::vector<std::vector<int32_t>> layers;
    int batch;
    int outputs;
    int loss;
};

struct Random {
    uint64_t state;
    double next() {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return static_cast<double>(state >> 11) / 9007199254740992.0;
    }
};

/* Weights and biases of all layers. */
int parametersOf(const Case &c) {
    int channels = c.shape[0], t = c.shape[1], x = c.shape[2], all = 0;
    for (const auto &n : c.layers) {
        if (n[0] == 0) {
            all += n[1] * (channels * n[2] * n[3] + 1);
            channels = n[1];
        }
        if (n[0] == 0 || n[0] == 2) {
            t = (t + n[4] - 1) / n[4];
            x = (x + n[5] - 1) / n[5];
        } else if (n[0] == 3) {
            t = x = 1;
        } else if (n[0] == 4) {
            channels *= t * x;
            t = x = 1;
        } else if (n[0] == 5) {
            all += n[1] * (channels + 1);
            channels = n[1];
        }
    }
    return all;
}

struct Examples {
    std::vector<int8_t> inputs;
    std::vector<float> targets;
    int count;
    explicit Examples(const Case &c) : count(c.batch + 5) {
        Random random = {7};
        inputs.resize(static_cast<size_t>(count) * c.shape[0] * c.shape[1] * c.shape[2]);
        for (int8_t &v : inputs) {
            v = static_cast<int8_t>(static_cast<int>(random.next() * 7) - 3);
        }
        targets.resize(static_cast<size_t>(count) * c.outputs);
        for (float &v : targets) {
            v = static_cast<float>(random.next());
        }
    }
};

struct Network {
    int64_t handle;
    int free;
    Network(const Case &c, const Examples &examples, int models, double rate = 0) : free(parametersOf(c)) {
        std::vector<int32_t> layers, rowStart, column;
        for (const auto &n : c.layers) {
            for (int i = 0; i < LAYER_NUMBERS; i++) {
                layers.push_back(i < static_cast<int>(n.size()) ? n[i] : 0);
            }
        }
        for (int i = 0; i <= free; i++) {
            rowStart.push_back(i);
            column.push_back(i);
        }
        std::vector<float> ones(free, 1.0f);
        std::vector<double> optimizers;
        for (int m = 0; m < models; m++) {
            optimizers.insert(optimizers.end(), {0.0001 * (m + 1 + rate), 0.9, 0.999, 1e-8, 1});
        }
        check(sb_network_create(0, c.shape.data(), layers.data(), static_cast<int>(c.layers.size()), c.loss, free, rowStart.data(),
                                column.data(), ones.data(), models, optimizers.data(), c.batch, &handle));
        check(sb_network_examples(handle, examples.inputs.data(), static_cast<int64_t>(examples.inputs.size()), examples.targets.data(),
                                  static_cast<int64_t>(examples.targets.size())));
    }
    Network(const Network &) = delete;
    ~Network() { check(sb_network_destroy(handle)); }

    static std::vector<float> parameters(int count, int seed) {
        Random random = {static_cast<uint64_t>(seed) + 99};
        std::vector<float> values(count);
        for (float &v : values) {
            v = static_cast<float>(random.next() - 0.5) * 0.6f;
        }
        return values;
    }
};

std::vector<int32_t> selectionOf(int count, int of, int salt) {
    std::vector<int32_t> selection(count);
    for (int i = 0; i < count; i++) {
        selection[i] = (i * 7 + salt) % of;
    }
    return selection;
}

void firstLayerIsThatOfPlainLoops(const Case &c) {
    Examples examples(c);
    Network network(c, examples, 1);
    std::vector<float> p = Network::parameters(network.free, 0);
    check(sb_network_load(network.handle, 0, p.data(), nullptr, nullptr, nullptr));
    const auto &n = c.layers[0];
    int inT = c.shape[1], inX = c.shape[2];
    int outT = (inT + n[4] - 1) / n[4], outX = (inX + n[5] - 1) / n[5];
    std::vector<float> map(static_cast<size_t>(n[1]) * outT * outX);
    check(sb_network_feature_map(network.handle, 0, 0, 3, map.data()));
    const int8_t *in = examples.inputs.data() + static_cast<size_t>(3) * c.shape[0] * inT * inX;
    int weights = n[1] * c.shape[0] * n[2] * n[3];
    double worst = 0;
    for (int o = 0; o < n[1]; o++) {
        for (int s = 0; s < outT * outX; s++) {
            double sum = p[weights + o];
            double size = std::fabs(sum);
            int w = o * c.shape[0] * n[2] * n[3];
            for (int ch = 0; ch < c.shape[0]; ch++) {
                for (int a = 0; a < n[2]; a++) {
                    for (int b = 0; b < n[3]; b++) {
                        int t = n[4] * (s / outX) + a - (n[2] - 1) / 2;
                        int x = n[5] * (s % outX) + b - (n[3] - 1) / 2;
                        t = ((t % inT) + inT) % inT;
                        x = ((x % inX) + inX) % inX;
                        double term = static_cast<double>(p[w++]) * in[(ch * inT + t) * inX + x];
                        sum += term;
                        size += std::fabs(term);
                    }
                }
            }
            worst = std::fmax(worst, std::fabs(sum - map[static_cast<size_t>(o) * outT * outX + s]) / size);
        }
    }
    require(worst < 1e-6, "the first layer is not that of plain loops", c.name);
}

void gradientIsTheSlopeOfTheLoss(const Case &c) {
    Examples examples(c);
    Network network(c, examples, 1);
    std::vector<float> p = Network::parameters(network.free, 1);
    std::vector<float> direction = Network::parameters(network.free, 2);
    std::vector<float> gradient(network.free);
    std::vector<int32_t> selection = selectionOf(c.batch, examples.count, 2);
    double loss[2];
    const float h = 1.0f / 256;
    for (int side = 0; side < 2; side++) {
        std::vector<float> moved = p;
        for (int i = 0; i < network.free; i++) {
            moved[i] += (side == 0 ? h : -h) * direction[i];
        }
        check(sb_network_load(network.handle, 0, moved.data(), nullptr, nullptr, nullptr));
        check(sb_network_gradient(network.handle, 0, selection.data(), c.batch, gradient.data(), &loss[side]));
    }
    check(sb_network_load(network.handle, 0, p.data(), nullptr, nullptr, nullptr));
    double mean;
    check(sb_network_gradient(network.handle, 0, selection.data(), c.batch, gradient.data(), &mean));
    double slope = 0, size = 0;
    for (int i = 0; i < network.free; i++) {
        slope += static_cast<double>(gradient[i]) * direction[i];
        size += std::fabs(static_cast<double>(gradient[i]) * direction[i]);
    }
    require(std::fabs(slope - (loss[0] - loss[1]) / (2 * h)) < 2e-3 * size + 1e-5, "the gradient is not the slope of the loss", c.name);
}

/*
 * Parameters and moments after some steps of models first .. first + models - 1, the second frozen after the first step; one call for each
 * step, or one for all.
 */
std::vector<std::vector<float>> trained(const Case &c, int models, int first, bool atOnce) {
    constexpr int STEPS = 3;
    Examples examples(c);
    Network network(c, examples, models, first);
    for (int m = 0; m < models; m++) {
        check(sb_network_load(network.handle, m, Network::parameters(network.free, first + m).data(), nullptr, nullptr, nullptr));
    }
    std::vector<int32_t> counts, selections;
    std::vector<double> scalars, losses(STEPS * models, -1);
    std::vector<size_t> begins;
    for (int step = 0; step < STEPS; step++) {
        begins.push_back(selections.size());
        for (int m = 0; m < models; m++) {
            int member = first + m;
            int count = member == 1 && step > 0 ? 0 : 1 + (c.batch - 1) * (step + member) / 4;
            counts.push_back(count);
            std::vector<int32_t> own = selectionOf(count, examples.count, step + 3 * member);
            selections.insert(selections.end(), own.begin(), own.end());
            scalars.push_back(0.01 * (member + 1) / (1 - std::pow(0.9, step + 1)));
            scalars.push_back(std::sqrt(1 - std::pow(0.999, step + 1)));
        }
    }
    for (int step = 0; step < (atOnce ? 1 : STEPS); step++) {
        check(sb_network_steps(network.handle, atOnce ? STEPS : 1, counts.data() + step * models, selections.data() + begins[step],
                               scalars.data() + 2 * step * models, losses.data() + step * models));
    }
    for (size_t i = 0; i < counts.size(); i++) {
        require(counts[i] > 0 ? std::isfinite(losses[i]) : losses[i] == -1, "a loss is missing, or a frozen model has one", c.name);
    }
    std::vector<std::vector<float>> all;
    for (int m = 0; m < models; m++) {
        std::vector<float> free(network.free), one(network.free), two(network.free), largest(network.free);
        check(sb_network_store(network.handle, m, free.data(), one.data(), two.data(), largest.data()));
        for (const auto &part : {one, two, largest}) {
            free.insert(free.end(), part.begin(), part.end());
        }
        for (int step = 0; step < STEPS; step++) {
            free.push_back(static_cast<float>(losses[step * models + m]));
        }
        all.push_back(free);
    }
    return all;
}

void anEnsembleHasTheBitsOfItsMembers(const Case &c) {
    std::vector<std::vector<float>> together = trained(c, 3, 0, false);
    for (int m = 0; m < 3; m++) {
        require(trained(c, 1, m, true)[0] == together[m], "an ensemble member differs from its run alone", c.name);
    }
    require(trained(c, 3, 0, true) == together, "the same training twice differs", c.name);
}

}  // namespace

void networkTest() {
    const std::vector<Case> cases = {
        {"EQ on 6x4", {4, 6, 4}, {{0, 16, 3, 3, 1, 1}, {1, 2}, {0, 9, 3, 3, 1, 1}, {1, 2}, {3, 0}, {5, 2}}, 37, 2, 0},
        {"run along t on 9x3", {2, 9, 3}, {{0, 9, 3, 3, 1, 1}, {1, 2}, {0, 17, 3, 3, 1, 1}, {1, 1}, {3, 2}, {5, 5}, {1, 2}, {5, 2}}, 18, 2, 0},
        {"even kernels on 5x3", {2, 5, 3}, {{0, 3, 2, 4, 1, 1}, {1, 3}, {0, 2, 4, 2, 1, 1}, {3, 1}, {5, 3}, {1, 2}, {5, 1}}, 17, 1, 1},
        {"strides on 7x5", {3, 7, 5}, {{0, 5, 3, 3, 2, 2}, {1, 2}, {0, 4, 2, 3, 2, 1}, {1, 2}, {3, 0}, {5, 2}}, 16, 2, 0},
        {"flattened 4x6", {1, 4, 6}, {{0, 4, 3, 3, 1, 1}, {1, 2}, {2, 0, 2, 2, 2, 2}, {4}, {5, 7}, {1, 2}, {5, 2}}, 20, 2, 0},
        {"a site", {1, 1, 1}, {{0, 1, 3, 3, 1, 1}, {4}, {5, 1}}, 3, 1, 0},
        {"a kernel larger than shared memory", {2, 3, 2}, {{0, 2, 41, 40, 1, 1}, {1, 2}, {0, 2, 1, 1, 1, 1}, {3, 0}}, 2, 2, 0},
    };
    for (const Case &c : cases) {
        firstLayerIsThatOfPlainLoops(c);
        gradientIsTheSlopeOfTheLoss(c);
        anEnsembleHasTheBitsOfItsMembers(c);
        std::printf("%s: %d parameters\n", c.name, parametersOf(c));
    }
}
