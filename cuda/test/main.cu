#include <cstring>

#include "check.h"

/* Everything, or `worm`, or `network`. */
int main(int count, char **arguments) {
    if (count < 2 || std::strcmp(arguments[1], "worm") == 0) {
        wormTest();
    }
    if (count < 2 || std::strcmp(arguments[1], "network") == 0) {
        networkTest();
    }
    std::printf(failures == 0 ? "all passed\n" : "%d failed\n", failures);
    return failures == 0 ? 0 : 1;
}
