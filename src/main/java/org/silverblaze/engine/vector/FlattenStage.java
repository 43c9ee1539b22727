package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

/**
 * A map {@code [site][channel]} to the vector {@code [channel][site]}, row-major as the layer is defined, one lane for each
 * example.
 *
 * @param index number of the stage
 * @param channels channels of the map
 * @param in strips of the map
 */
record FlattenStage(int index, int channels, Strips in) implements Stage {
    private int volume() {
        return in.extentT * in.extentX;
    }

    @Override
    public void prepare(Workspace workspace) {
        workspace.output[index] = new float[Math.multiplyExact(volume(), channels * BLOCK)];
    }

    @Override
    public float[] forward(Workspace workspace, ModelWeights weights, float[] values) {
        float[] out = workspace.output[index];
        int volume = volume();
        if (in.count == 1) {
            for (int site = 0; site < volume; site++) {
                for (int c = 0; c < channels; c++) {
                    System.arraycopy(values, (site * channels + c) * BLOCK, out, (c * volume + site) * BLOCK, BLOCK);
                }
            }
            return out;
        }
        for (int example = 0; example < in.examples; example++) {
            for (int site = 0; site < volume; site++) {
                int from = place(example, site);
                int to = site * BLOCK + example;
                for (int c = 0; c < channels; c++) {
                    out[to + c * volume * BLOCK] = values[from + c * BLOCK];
                }
            }
        }
        return out;
    }

    @Override
    public float[] backward(
            Workspace workspace, ModelWeights weights, float[] gradient, float[] spare, float[] raw, boolean wanted) {
        int volume = volume();
        if (in.count == 1) {
            for (int site = 0; site < volume; site++) {
                for (int c = 0; c < channels; c++) {
                    System.arraycopy(
                            gradient, (c * volume + site) * BLOCK, spare, (site * channels + c) * BLOCK, BLOCK);
                }
            }
            return spare;
        }
        for (int example = 0; example < in.examples; example++) {
            for (int site = 0; site < volume; site++) {
                int from = site * BLOCK + example;
                int to = place(example, site);
                for (int c = 0; c < channels; c++) {
                    spare[to + c * BLOCK] = gradient[from + c * volume * BLOCK];
                }
            }
        }
        return spare;
    }

    private int place(int example, int site) {
        int place = in.place(example, site / in.extentX, site % in.extentX);
        return place / BLOCK * channels * BLOCK + place % BLOCK;
    }
}
