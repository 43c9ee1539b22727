package org.silverblaze.dataset;

import io.jhdf.checksum.ChecksumUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The bytes of a plain HDF5 file, a function of its content alone: one root group, contiguous uncompressed little-endian
 * arrays, attributes, no time stamps, no name of a host or a library (HDF5 File Format Specification 3.0: superblock version
 * 2, object headers version 2; libhdf5 1.8 and later read it).
 *
 * <p>jhdf, which reads the files, is not used to write them: it stamps operating system and processor into every file, and
 * writes each innermost row by a system call of its own.
 */
public final class Hdf5Image {
    private static final int SUPERBLOCK_BYTES = 48;
    private static final int ALIGNMENT = 64;
    private static final long UNDEFINED = -1L;

    // Message numbers of object headers.
    private static final int DATASPACE = 0x01;
    private static final int LINK_INFO = 0x02;
    private static final int DATATYPE = 0x03;
    private static final int FILL_VALUE = 0x05;
    private static final int LINK = 0x06;
    private static final int LAYOUT = 0x08;
    private static final int GROUP_INFO = 0x0A;
    private static final int ATTRIBUTE = 0x0C;
    private static final int ATTRIBUTE_INFO = 0x15;

    /** Element types. */
    public enum Type {
        INT8(1),
        INT32(4),
        INT64(8),
        FLOAT32(4),
        FLOAT64(8);

        private final int size;

        Type(int size) {
            this.size = size;
        }

        private byte[] message() {
            if (this == FLOAT32) {
                // As below; sign bit 31, 8 bits of exponent from 23, bias 127.
                return buffer(20)
                        .put((byte) 0x11)
                        .put((byte) 0x20)
                        .put((byte) 31)
                        .put((byte) 0)
                        .putInt(4)
                        .putShort((short) 0)
                        .putShort((short) 32)
                        .put((byte) 23)
                        .put((byte) 8)
                        .put((byte) 0)
                        .put((byte) 23)
                        .putInt(127)
                        .array();
            }
            if (this == FLOAT64) {
                // Class 1, version 1; implied leading bit, sign bit 63; 11 bits of exponent from 52, bias 1023.
                return buffer(20)
                        .put((byte) 0x11)
                        .put((byte) 0x20)
                        .put((byte) 63)
                        .put((byte) 0)
                        .putInt(8)
                        .putShort((short) 0)
                        .putShort((short) 64)
                        .put((byte) 52)
                        .put((byte) 11)
                        .put((byte) 0)
                        .put((byte) 52)
                        .putInt(1023)
                        .array();
            }
            // Class 0, version 1, signed.
            return buffer(12)
                    .putInt(0x00000810)
                    .putInt(size)
                    .putShort((short) 0)
                    .putShort((short) (8 * size))
                    .array();
        }
    }

    private record Message(int type, byte[] data) {}

    /**
     * A part of the file.
     *
     * @param position of its first byte
     * @param bytes its content
     */
    public record Piece(long position, ByteBuffer bytes) {}

    private final List<Piece> pieces = new ArrayList<>();
    private final List<Message> root = new ArrayList<>();
    private long position = SUPERBLOCK_BYTES;

    /** @param attributes of the root group, in this order: String, Long, Double or int[] */
    public Hdf5Image(Map<String, Object> attributes) {
        root.add(new Message(
                LINK_INFO,
                buffer(18)
                        .putShort((short) 0)
                        .putLong(UNDEFINED)
                        .putLong(UNDEFINED)
                        .array()));
        root.add(new Message(GROUP_INFO, new byte[2]));
        root.addAll(attributeMessages(attributes));
    }

    /** Adds a data set of the root group. */
    void dataset(String name, Type type, long[] extents, ByteBuffer data, Map<String, Object> attributes) {
        align();
        long dataAddress = position;
        add(data.duplicate());
        header(name, type, extents, dataAddress, data.remaining(), attributes);
    }

    /**
     * Adds a data set of the root group whose bytes the caller writes, in any order.
     *
     * @return position of its first byte in the file
     */
    public long room(String name, Type type, long[] extents, Map<String, Object> attributes) {
        align();
        long dataAddress = position;
        long bytes = type.size;
        for (long extent : extents) {
            bytes = Math.multiplyExact(bytes, extent);
        }
        position += bytes;
        header(name, type, extents, dataAddress, bytes, attributes);
        return dataAddress;
    }

    private void header(
            String name, Type type, long[] extents, long dataAddress, long bytes, Map<String, Object> attributes) {
        align();
        long headerAddress = position;
        ByteBuffer space = buffer(4 + 8 * extents.length)
                .put((byte) 2)
                .put((byte) extents.length)
                .put((byte) 0)
                .put((byte) 1);
        for (long extent : extents) {
            space.putLong(extent);
        }
        List<Message> messages = new ArrayList<>();
        messages.add(new Message(DATASPACE, space.array()));
        messages.add(new Message(DATATYPE, type.message()));
        // Version 3, space allocated early, no fill value written.
        messages.add(new Message(FILL_VALUE, new byte[] {3, 0x05}));
        messages.add(new Message(
                LAYOUT,
                buffer(18)
                        .put((byte) 3)
                        .put((byte) 1)
                        .putLong(dataAddress)
                        .putLong(bytes)
                        .array()));
        messages.addAll(attributeMessages(attributes));
        add(objectHeader(messages));
        byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
        root.add(new Message(
                LINK,
                buffer(3 + ascii.length + 8)
                        .put((byte) 1)
                        .put((byte) 0)
                        .put((byte) ascii.length)
                        .put(ascii)
                        .putLong(headerAddress)
                        .array()));
    }

    /** The whole file as pieces in order, where the caller writes none. Call once, at the end. */
    List<ByteBuffer> finish() {
        return finishPlaced().stream().map(Piece::bytes).toList();
    }

    /** All of the file that the caller does not write, as pieces in order. Call once, at the end. */
    public List<Piece> finishPlaced() {
        align();
        long rootAddress = position;
        add(objectHeader(root));
        ByteBuffer superblock = buffer(SUPERBLOCK_BYTES)
                .put(new byte[] {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'})
                .put((byte) 2)
                .put((byte) 8)
                .put((byte) 8)
                .put((byte) 0)
                .putLong(0)
                .putLong(UNDEFINED)
                .putLong(position)
                .putLong(rootAddress);
        pieces.addFirst(new Piece(0, sealed(superblock)));
        return List.copyOf(pieces);
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void add(ByteBuffer piece) {
        pieces.add(new Piece(position, piece));
        position += piece.remaining();
    }

    private void align() {
        int gap = (int) (-position & (ALIGNMENT - 1));
        if (gap > 0) {
            add(ByteBuffer.allocate(gap));
        }
    }

    /** Puts the checksum (Jenkins lookup3) of all bytes before it into the last four. */
    private static ByteBuffer sealed(ByteBuffer buffer) {
        byte[] covered = new byte[buffer.position()];
        buffer.get(0, covered);
        return buffer.putInt(ChecksumUtils.checksum(covered)).flip();
    }

    private static ByteBuffer objectHeader(List<Message> messages) {
        int size = 0;
        for (Message message : messages) {
            size += 4 + message.data.length;
        }
        // Version 2, flags: the size takes four bytes, no time stamps.
        ByteBuffer header = buffer(4 + 2 + 4 + size + 4)
                .put(new byte[] {'O', 'H', 'D', 'R', 2, 2})
                .putInt(size);
        for (Message message : messages) {
            header.put((byte) message.type)
                    .putShort((short) message.data.length)
                    .put((byte) 0)
                    .put(message.data);
        }
        return sealed(header);
    }

    private static List<Message> attributeMessages(Map<String, Object> attributes) {
        List<Message> messages = new ArrayList<>();
        if (!attributes.isEmpty()) {
            messages.add(new Message(
                    ATTRIBUTE_INFO,
                    buffer(18)
                            .putShort((short) 0)
                            .putLong(UNDEFINED)
                            .putLong(UNDEFINED)
                            .array()));
        }
        attributes.forEach((name, value) -> messages.add(new Message(ATTRIBUTE, attribute(name, value))));
        return messages;
    }

    private static byte[] attribute(String name, Object value) {
        byte[] type;
        byte[] space = {2, 0, 0, 0};
        byte[] data;
        switch (value) {
            case Long number -> {
                type = Type.INT64.message();
                data = buffer(8).putLong(number).array();
            }
            case Double number -> {
                type = Type.FLOAT64.message();
                data = buffer(8).putDouble(number).array();
            }
            case int[] numbers -> {
                type = Type.INT32.message();
                space = buffer(12)
                        .put(new byte[] {2, 1, 0, 1})
                        .putLong(numbers.length)
                        .array();
                ByteBuffer ints = buffer(4 * numbers.length);
                ints.asIntBuffer().put(numbers);
                data = ints.array();
            }
            case String text -> {
                data = text.getBytes(StandardCharsets.UTF_8);
                // Class 3, version 1: fixed length, padded with zeros, UTF-8.
                type = buffer(8).putInt(0x00001113).putInt(data.length).array();
            }
            default -> throw new IllegalArgumentException("attribute " + name + ": " + value.getClass());
        }
        byte[] ascii = name.getBytes(StandardCharsets.US_ASCII);
        return buffer(9 + ascii.length + 1 + type.length + space.length + data.length)
                .put((byte) 3)
                .put((byte) 0)
                .putShort((short) (ascii.length + 1))
                .putShort((short) type.length)
                .putShort((short) space.length)
                .put((byte) 0)
                .put(ascii)
                .put((byte) 0)
                .put(type)
                .put(space)
                .put(data)
                .array();
    }
}
