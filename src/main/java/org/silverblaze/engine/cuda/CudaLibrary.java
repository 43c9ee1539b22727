package org.silverblaze.engine.cuda;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Const;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The functions of {@code cuda/include/silverblaze_cuda.h}, one to one; shapes and meanings are said there. The first call loads the
 * native library: where it was not built that is a {@link LinkageError}.
 */
@Platform(include = "silverblaze_cuda.h", link = "silverblaze_cuda")
final class CudaLibrary {
    static {
        Loader.load();
    }

    private CudaLibrary() {}

    static native int sb_emulated();

    static native int sb_device_count(int[] count);

    static native int sb_device_name(int device, @Cast("char*") byte[] name, int capacity);

    static native int sb_device_shape(int device, int[] multiprocessors, @Cast("int64_t*") long[] bytes);

    static native @Cast("const char*") BytePointer sb_error_string(int error);

    static native int sb_limit_create(int device, @Cast("int64_t") long bytes, @Cast("int64_t*") long[] loop);

    static native int sb_limit_run(@Cast("int64_t") long loop, @Cast("int64_t*") long[] units);

    static native int sb_limit_first(@Cast("int64_t") long loop, float[] value);

    static native int sb_limit_destroy(@Cast("int64_t") long loop);

    static native int sb_worm_create(
            int device,
            int dimensions,
            @Const int[] extents,
            int chains,
            int firstChain,
            @Const int[] key,
            int stepsPerSweep,
            @Cast("int64_t") long thermalization,
            @Cast("int64_t") long wormsBetween,
            @Const float[] g,
            int gLength,
            @Const float[] grow,
            @Const float[] shrink,
            @Const float[] inverse,
            int slots,
            int threads,
            int inShared,
            @Cast("int64_t*") long[] worm);

    static native int sb_worm_destroy(@Cast("int64_t") long worm);

    static native int sb_worm_load(
            @Cast("int64_t") long worm,
            @Cast("int64_t") long clock,
            @Cast("const int8_t*") byte[] legs,
            @Cast("const int64_t*") long[] worms,
            @Cast("const int64_t*") long[] samples,
            @Const int[] headSite,
            @Const int[] headLeg,
            @Const int[] tailSite,
            @Const int[] tailLeg);

    static native int sb_worm_store(
            @Cast("int64_t") long worm,
            @Cast("int8_t*") byte[] legs,
            @Cast("int64_t*") long[] worms,
            @Cast("int64_t*") long[] samples,
            int[] headSite,
            int[] headLeg,
            int[] tailSite,
            int[] tailLeg);

    static native int sb_worm_keep(@Cast("int64_t") long worm);

    static native int sb_worm_go_back(@Cast("int64_t") long worm);

    static native int sb_worm_run(
            @Cast("int64_t") long worm,
            @Cast("int64_t") long until,
            @Cast("const int64_t*") long[] wanted,
            @Cast("int64_t*") long[] clocks,
            @Cast("int64_t*") long[] samples,
            @Cast("int64_t*") long[] reached,
            int[] fault);

    static native int sb_worm_counts(@Cast("int64_t") long worm, int[] counts);

    static native int sb_worm_samples(
            @Cast("int64_t") long worm, int slots, @Cast("int8_t*") BytePointer configurations);

    static native int sb_network_create(
            int device,
            @Const int[] shape,
            @Const int[] layers,
            int layerCount,
            int loss,
            int free,
            @Const int[] rowStart,
            @Const int[] column,
            @Const float[] value,
            int models,
            @Const double[] optimizers,
            int batch,
            @Cast("int64_t*") long[] network);

    static native int sb_network_destroy(@Cast("int64_t") long network);

    static native int sb_network_load(
            @Cast("int64_t") long network,
            int model,
            @Const float[] free,
            @Const float[] first,
            @Const float[] second,
            @Const float[] largest);

    static native int sb_network_store(
            @Cast("int64_t") long network, int model, float[] free, float[] first, float[] second, float[] largest);

    static native int sb_network_examples(
            @Cast("int64_t") long network,
            @Cast("const int8_t*") byte[] inputs,
            @Cast("int64_t") long inputBytes,
            @Const float[] targets,
            @Cast("int64_t") long targetCount);

    static native int sb_network_forward(
            @Cast("int64_t") long network, int model, @Const int[] selection, int count, float[] outputs);

    static native int sb_network_feature_map(
            @Cast("int64_t") long network, int model, int layer, int example, float[] map);

    static native int sb_network_gradient(
            @Cast("int64_t") long network,
            int model,
            @Const int[] selection,
            int count,
            float[] gradient,
            double[] loss);

    static native int sb_network_steps(
            @Cast("int64_t") long network,
            int steps,
            @Const int[] counts,
            @Const int[] selections,
            @Const double[] scalars,
            double[] losses);
}
