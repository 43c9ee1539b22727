package org.silverblaze.engine.vector;

import static org.silverblaze.engine.vector.Lanes.BLOCK;

/**
 * A map {@code [site][channel]} to the vector {@code [channel][site]}, row-major as the layer is defined.
 *
 * @param index number of the stage
 * @param sites sites of the map
 * @param channels channels of the map
 */
record FlattenStage(int index, int sites, int channels) implements Stage {
    @Override
    public void prepare(Workspace workspace) {
        workspace.output[index] = new float[sites * channels * BLOCK];
    }

    @Override
    public float[] forward(Workspace workspace, ModelWeights weights, float[] in) {
        float[] out = workspace.output[index];
        for (int site = 0; site < sites; site++) {
            for (int c = 0; c < channels; c++) {
                System.arraycopy(in, (site * channels + c) * BLOCK, out, (c * sites + site) * BLOCK, BLOCK);
            }
        }
        return out;
    }

    @Override
    public float[] backward(
            Workspace workspace, ModelWeights weights, float[] gradient, float[] spare, float[] raw, boolean wanted) {
        for (int site = 0; site < sites; site++) {
            for (int c = 0; c < channels; c++) {
                System.arraycopy(gradient, (c * sites + site) * BLOCK, spare, (site * channels + c) * BLOCK, BLOCK);
            }
        }
        return spare;
    }
}
