/*
 * The kernels without Java: what compute-sanitizer runs on a device and AddressSanitizer under host emulation.
 */
#ifndef SILVERBLAZE_CHECK_H
#define SILVERBLAZE_CHECK_H

#include <cstdio>
#include <cstdlib>

#include "silverblaze_cuda.h"

inline int failures = 0;

inline void require(bool ok, const char *what, const char *where) {
    if (!ok) {
        std::printf("FAILED %s: %s\n", where, what);
        failures++;
    }
}

inline void check(int error) {
    if (error != 0) {
        std::printf("FAILED: %s\n", sb_error_string(error));
        std::exit(1);
    }
}

void wormTest();
void networkTest();

#endif
