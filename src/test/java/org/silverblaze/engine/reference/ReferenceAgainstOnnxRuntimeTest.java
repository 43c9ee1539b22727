package org.silverblaze.engine.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.Loss;
import org.silverblaze.engine.NetworkCases;
import org.silverblaze.engine.OnnxModels;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.network.NetworkShapes;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.NetworkSpecs;
import org.silverblaze.network.Shape;

/** Outputs of an implementation that nobody here wrote: ONNX Runtime, float32. */
final class ReferenceAgainstOnnxRuntimeTest {
    private static final int BATCH = 3;

    record Case(NetworkSpec network, Lattice lattice) {
        @Override
        public String toString() {
            return lattice + ": " + NetworkSpecs.text(network);
        }
    }

    static Stream<Case> cases() {
        return Stream.concat(NetworkCases.lattices().stream(), Stream.of(Lattice.of(50, 2)))
                .flatMap(lattice -> Stream.concat(
                                NetworkCases.all().stream(),
                                NetworkCases.equivariant().stream().map(NetworkCases::cutBeforeGlobalPooling))
                        .map(network -> new Case(network, lattice)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void outputsAgreeToFloatAccuracy(Case c) throws OrtException {
        long seed = 13;
        NetworkShapes shapes = NetworkShapes.of(c.network, c.lattice);
        int outputs = shapes.output().channels();
        Examples examples = NetworkCases.examples(c.lattice, c.network.inputChannels(), BATCH, outputs, seed);
        double[] raw = NetworkCases.parameters(c.network, c.lattice, 0);
        double[] theirs = run(OnnxModels.write(c.network, c.lattice, raw, BATCH), examples, shapes.input(), outputs);
        try (CompiledNetwork compiled = new ReferenceNetworks()
                .compile(NetworkCases.problem(c.network, c.lattice, BATCH, Loss.MEAN_SQUARED_ERROR))) {
            compiled.setParameters(0, raw);
            int[] all = IntStream.range(0, BATCH).toArray();
            double[] ours = compiled.forward(0, examples, all);
            // float32 sums of some hundred terms of the size of the activations: 1e-6 of the largest of them.
            double scale = 1;
            for (NetworkShapes.Layer layer : shapes.layers()) {
                for (int example : all) {
                    scale = Math.max(
                            scale,
                            Arrays.stream(compiled.featureMap(0, layer.index(), examples, example))
                                    .map(Math::abs)
                                    .max()
                                    .orElseThrow());
                }
            }
            assertThat(ours).as("seed %d", seed).containsExactly(theirs, within(1e-6 * scale));
        }
    }

    private static double[] run(byte[] model, Examples examples, Shape in, int outputs) throws OrtException {
        float[] input = new float[examples.inputs().length];
        for (int i = 0; i < input.length; i++) {
            input[i] = examples.inputs()[i];
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        long[] shape = {BATCH, in.channels(), in.extentT(), in.extentX()};
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(model, options);
                    OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(input), shape);
                    OrtSession.Result result = session.run(Map.of("flux", tensor))) {
                float[][] output = (float[][]) result.get(0).getValue();
                double[] flat = new double[BATCH * outputs];
                for (int i = 0; i < flat.length; i++) {
                    flat[i] = output[i / outputs][i % outputs];
                }
                return flat;
            }
        }
    }
}
