package org.silverblaze.network;

import org.silverblaze.BadInput;

/**
 * Fixed sparse linear map from free parameters to raw parameters: raw = M free. It is how equivariance beyond translations
 * reaches an engine: the engine applies M before the forward pass and its transpose to the gradient, and AdamW acts on the
 * free parameters. Compressed sparse rows.
 *
 * @param free number of free parameters F (columns)
 * @param rowStart {@code int[R + 1]}: entries of raw parameter r stand at rowStart[r] .. rowStart[r+1]-1
 * @param column free parameter of each entry
 * @param value coefficient of each entry
 */
public record ParameterMap(int free, int[] rowStart, int[] column, float[] value) {
    public ParameterMap {
        if (rowStart.length < 1 || rowStart[rowStart.length - 1] != column.length || column.length != value.length) {
            throw new BadInput("parameter map: rows, columns and values do not fit together");
        }
    }

    /** Number of raw parameters R (rows). */
    public int raw() {
        return rowStart.length - 1;
    }

    /** The identity on n parameters: plain networks. */
    public static ParameterMap identity(int n) {
        int[] rowStart = new int[n + 1];
        int[] column = new int[n];
        float[] value = new float[n];
        for (int i = 0; i < n; i++) {
            rowStart[i + 1] = i + 1;
            column[i] = i;
            value[i] = 1;
        }
        return new ParameterMap(n, rowStart, column, value);
    }

    /** True where raw = free, entry by entry. */
    public boolean isIdentity() {
        if (free != raw() || column.length != free) {
            return false;
        }
        for (int i = 0; i < free; i++) {
            if (rowStart[i] != i || column[i] != i || value[i] != 1) {
                return false;
            }
        }
        return true;
    }
}
