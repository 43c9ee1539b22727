package org.silverblaze.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.silverblaze.BadInput;
import org.silverblaze.network.ActivationKind;
import org.silverblaze.network.LayerSpec;
import org.silverblaze.network.NetworkSpec;
import org.silverblaze.network.NetworkSpecs;
import org.silverblaze.network.PoolingKind;

/** The networks that the speed of training is quoted on: fluxes in (4 channels), two outputs, 3x3 convolutions. */
public enum NamedNetwork {
    /** Three convolutions with ReLU, mean over the lattice, dense 2. */
    EQ_SMALL("EQ-small", 16),
    /** Five convolutions with LeakyReLU, mean over the lattice, a dense layer as wide as the maps, ReLU, dense 2. */
    EQ_LARGE("EQ-large", 32),
    /** EQ-small with stride 2 in every convolution. */
    ST("ST", 16),
    /** EQ-small with 2x2 mean pooling after each convolution. */
    STP("STP", 16),
    /** Two convolutions with ReLU and 2x2 max pooling, flatten, dense 64, ReLU, dense 2. */
    FL("FL", 16);

    private static final int OUTPUTS = 2;
    private static final int HIDDEN = 64;

    private final String id;
    private final int channels;

    NamedNetwork(String id, int channels) {
        this.id = id;
        this.channels = channels;
    }

    /** The name that people write. */
    public String id() {
        return id;
    }

    /** Channels of its maps where nobody says otherwise. */
    public int channels() {
        return channels;
    }

    /** @throws BadInput where there is no such network */
    public static NamedNetwork find(String id) {
        for (NamedNetwork network : values()) {
            if (network.id.equalsIgnoreCase(id)) {
                return network;
            }
        }
        throw new BadInput("network " + id + ": expected one of "
                + Arrays.stream(values()).map(NamedNetwork::id).collect(Collectors.joining(", ")));
    }

    /**
     * The network with maps of {@code width} channels.
     *
     * @param width at least 1
     */
    public NetworkSpec spec(int width) {
        List<LayerSpec> layers = new ArrayList<>();
        int convolutions = switch (this) {
            case EQ_SMALL, ST, STP -> 3;
            case EQ_LARGE -> 5;
            case FL -> 2;
        };
        int stride = this == ST ? 2 : 1;
        ActivationKind activation = this == EQ_LARGE ? ActivationKind.LEAKY_RELU : ActivationKind.RELU;
        for (int i = 0; i < convolutions; i++) {
            layers.add(new LayerSpec.Convolution(width, 3, 3, stride, stride));
            layers.add(new LayerSpec.Activation(activation));
            if (this == STP || this == FL) {
                layers.add(
                        new LayerSpec.SpatialPooling(this == STP ? PoolingKind.AVERAGE : PoolingKind.MAX, 2, 2, 2, 2));
            }
        }
        layers.add(this == FL ? new LayerSpec.Flatten() : new LayerSpec.GlobalPooling(PoolingKind.AVERAGE));
        if (this == FL || this == EQ_LARGE) {
            layers.add(new LayerSpec.Dense(this == FL ? HIDDEN : width));
            layers.add(new LayerSpec.Activation(ActivationKind.RELU));
        }
        layers.add(new LayerSpec.Dense(OUTPUTS));
        return new NetworkSpec(NetworkSpecs.FLUX_CHANNELS, layers);
    }
}
