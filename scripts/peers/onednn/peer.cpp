// oneDNN alone: one 3x3 convolution with as many output as input channels, float32, on an input that is padded already, in layouts that
// oneDNN chooses itself (blocked) or nhwc; no change of layout is timed. Prints one line of JSON: the best operations per second of
// each phase, over layouts and repetitions. The forward pass is compared with plain loops first.
//
//   peer CHANNELS T X BATCH SECONDS
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <dnnl.hpp>
#include <string>
#include <unordered_map>
#include <vector>

using dnnl::memory;
using tag = memory::format_tag;
using type = memory::data_type;
using arguments = std::unordered_map<int, memory>;

namespace {

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

void randomise(memory& m, unsigned seed) {
    float* values = static_cast<float*>(m.get_data_handle());
    for (size_t i = 0; i < m.get_desc().get_size() / sizeof(float); i++) {
        seed = seed * 1664525u + 1013904223u;
        values[i] = static_cast<float>(seed >> 8) * 0x1p-23f - 1;
    }
}

// The whole of it in plain row-major order.
std::vector<float> plain(const memory& m, const memory::dims& dims, tag order, const dnnl::engine& engine, dnnl::stream& stream) {
    memory copy(memory::desc(dims, type::f32, order), engine);
    memory source = m;
    dnnl::reorder(source, copy).execute(stream, source, copy);
    stream.wait();
    const float* values = static_cast<const float*>(copy.get_data_handle());
    size_t size = 1;
    for (auto d : dims) size *= static_cast<size_t>(d);
    return std::vector<float>(values, values + size);
}

double rate(const dnnl::primitive& work, dnnl::stream& stream, const arguments& args, double flops, double seconds) {
    double best = 0;
    for (int repetition = 0; repetition < 6; repetition++) {  // the first one warms up
        long done = 0;
        double begin = now(), end;
        do {
            work.execute(stream, args);
            stream.wait();
            done++;
            end = now();
        } while (end - begin < seconds);
        if (repetition > 0) best = std::max(best, static_cast<double>(done) * flops / (end - begin));
    }
    return best;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 6) {
        std::fprintf(stderr, "peer CHANNELS T X BATCH SECONDS\n");
        return 2;
    }
    const long c = std::atol(argv[1]), t = std::atol(argv[2]), x = std::atol(argv[3]), n = std::atol(argv[4]);
    const double seconds = std::atof(argv[5]);
    const double flops = 2.0 * 9 * static_cast<double>(c * c * t * x * n);
    dnnl::engine engine(dnnl::engine::kind::cpu, 0);
    dnnl::stream stream(engine);
    const memory::dims padded = {n, c, t + 2, x + 2}, kernel = {c, c, 3, 3}, bias = {c}, out = {n, c, t, x}, one = {1, 1}, none = {0, 0};
    const auto direct = dnnl::algorithm::convolution_direct;
    double best[3] = {0, 0, 0};
    for (tag order : {tag::any, tag::nhwc}) {
        memory::desc s(padded, type::f32, order), w(kernel, type::f32, tag::any), b(bias, type::f32, tag::a), o(out, type::f32, order);
#if DNNL_VERSION_MAJOR >= 3
        using forward_t = dnnl::convolution_forward::primitive_desc;
        forward_t forward(engine, dnnl::prop_kind::forward_training, direct, s, w, b, o, one, none, none);
        dnnl::convolution_backward_data::primitive_desc input(engine, direct, s, w, o, one, none, none, forward);
        dnnl::convolution_backward_weights::primitive_desc weights(engine, direct, s, w, b, o, one, none, none, forward);
#else
        dnnl::convolution_forward::primitive_desc forward(
            {dnnl::prop_kind::forward_training, direct, s, w, b, o, one, none, none}, engine);
        dnnl::convolution_backward_data::primitive_desc input({direct, s, w, o, one, none, none}, engine, forward);
        dnnl::convolution_backward_weights::primitive_desc weights({direct, s, w, b, o, one, none, none}, engine, forward);
#endif
        {
            memory S(forward.src_desc(), engine), W(forward.weights_desc(), engine), B(b, engine), O(forward.dst_desc(), engine);
            randomise(S, 1), randomise(W, 2), randomise(B, 3);
            arguments args = {{DNNL_ARG_SRC, S}, {DNNL_ARG_WEIGHTS, W}, {DNNL_ARG_BIAS, B}, {DNNL_ARG_DST, O}};
            dnnl::convolution_forward work(forward);
            work.execute(stream, args);
            stream.wait();
            auto sv = plain(S, padded, tag::nchw, engine, stream), wv = plain(W, kernel, tag::oihw, engine, stream);
            auto bv = plain(B, bias, tag::a, engine, stream), ov = plain(O, out, tag::nchw, engine, stream);
            for (long k = 0; k < c; k++) {  // the last example, one site of each channel
                long i = k % t, j = (3 * k) % x;
                double sum = bv[static_cast<size_t>(k)];
                for (long q = 0; q < c; q++)
                    for (long di = 0; di < 3; di++)
                        for (long dj = 0; dj < 3; dj++)
                            sum += static_cast<double>(sv[static_cast<size_t>((((n - 1) * c + q) * (t + 2) + i + di) * (x + 2) + j + dj)]) *
                                   wv[static_cast<size_t>(((k * c + q) * 3 + di) * 3 + dj)];
                if (std::abs(sum - ov[static_cast<size_t>((((n - 1) * c + k) * t + i) * x + j)]) > 1e-3) {
                    std::fprintf(stderr, "oneDNN's forward pass is not the convolution that is meant\n");
                    return 1;
                }
            }
            best[0] = std::max(best[0], rate(work, stream, args, flops, seconds));
        }
        {
            memory S(input.diff_src_desc(), engine), W(input.weights_desc(), engine), O(input.diff_dst_desc(), engine);
            randomise(O, 1), randomise(W, 2);
            arguments args = {{DNNL_ARG_DIFF_SRC, S}, {DNNL_ARG_WEIGHTS, W}, {DNNL_ARG_DIFF_DST, O}};
            best[1] = std::max(best[1], rate(dnnl::convolution_backward_data(input), stream, args, flops, seconds));
        }
        {
            memory S(weights.src_desc(), engine), W(weights.diff_weights_desc(), engine), B(b, engine), O(weights.diff_dst_desc(), engine);
            randomise(S, 1), randomise(O, 2);
            arguments args = {{DNNL_ARG_SRC, S}, {DNNL_ARG_DIFF_WEIGHTS, W}, {DNNL_ARG_DIFF_BIAS, B}, {DNNL_ARG_DIFF_DST, O}};
            best[2] = std::max(best[2], rate(dnnl::convolution_backward_weights(weights), stream, args, flops, seconds));
        }
    }
    const dnnl_version_t* version = dnnl_version();
    std::printf("{\"forward\": %.6g, \"input-gradient\": %.6g, \"weight-gradient\": %.6g, \"version\": \"%d.%d.%d\"}\n", best[0], best[1],
                best[2], version->major, version->minor, version->patch);
    return 0;
}
