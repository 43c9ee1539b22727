/*
 * Threefry4x32-13 (Salmon, Moraes, Dror and Shaw, SC11): org.silverblaze.random.Threefry is the reference and carries the known
 * answers. Counter (draw low, draw high, chain, purpose), key (key0, key1, 0, 0).
 */
#ifndef SILVERBLAZE_THREEFRY_CUH
#define SILVERBLAZE_THREEFRY_CUH

#include <cstdint>

#include "launch.h"

/* org.silverblaze.random.Purpose */
enum Purpose : uint32_t { WORM_MOVE = 0, WORM_OPENING = 1, L_SWEEP = 2 };

struct Words {
    uint32_t at[4];
};

__device__ inline uint32_t rotated(uint32_t x, int bits) { return x << bits | x >> (32 - bits); }

__device__ inline Words threefry(uint32_t key0, uint32_t key1, uint64_t draw, uint32_t chain, uint32_t purpose) {
    constexpr int ROTATION_0[8] = {10, 11, 13, 23, 6, 17, 25, 18};
    constexpr int ROTATION_1[8] = {26, 21, 27, 5, 20, 11, 10, 20};
    const uint32_t key[5] = {key0, key1, 0, 0, 0x1BD11BDAu ^ key0 ^ key1};
    uint32_t x0 = static_cast<uint32_t>(draw) + key[0];
    uint32_t x1 = static_cast<uint32_t>(draw >> 32) + key[1];
    uint32_t x2 = chain + key[2];
    uint32_t x3 = purpose + key[3];
#pragma unroll
    for (int round = 0; round < 13; round++) {
        /* Words 1 and 3 change places after every round; here it is the pairs that change. */
        if (round % 2 == 0) {
            x0 += x1;
            x1 = rotated(x1, ROTATION_0[round % 8]) ^ x0;
            x2 += x3;
            x3 = rotated(x3, ROTATION_1[round % 8]) ^ x2;
        } else {
            x0 += x3;
            x3 = rotated(x3, ROTATION_0[round % 8]) ^ x0;
            x2 += x1;
            x1 = rotated(x1, ROTATION_1[round % 8]) ^ x2;
        }
        if (round % 4 == 3) {
            int shift = (round + 1) / 4;
            x0 += key[shift % 5];
            x1 += key[(shift + 1) % 5];
            x2 += key[(shift + 2) % 5];
            x3 += key[(shift + 3) % 5] + shift;
        }
    }
    return Words{{x0, x1, x2, x3}};
}

/* org.silverblaze.random.Uniform: the upper 24 bits as a float in [0, 1). */
__device__ inline float uniformFloat(uint32_t bits) { return __fmul_rn(static_cast<float>(bits >> 8), 0x1.0p-24f); }

/* An integer 0 .. bound - 1. */
__device__ inline uint32_t uniformBelow(uint32_t bits, uint32_t bound) { return __umulhi(bits, bound); }

#endif
