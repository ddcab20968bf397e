/* A disk that fails: preloaded, it lets one kind of call on some paths fail from the Nth on in each process, as SHIM_*
   says, and notes in a file that it did. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static int strikes(const char *call, const char *path) {
    static int seen;
    const char *wanted = getenv("SHIM_CALL"), *part = getenv("SHIM_PATH");
    if (!wanted || !part || strcmp(call, wanted) || !strstr(path, part) || ++seen < atoi(getenv("SHIM_NTH")))
        return 0;
    int note = syscall(SYS_openat, AT_FDCWD, getenv("SHIM_NOTE"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    syscall(SYS_write, note, "x", 1);
    syscall(SYS_close, note);
    errno = atoi(getenv("SHIM_ERRNO"));
    return 1;
}

static int path_of(const char *link, char *path, size_t room) {
    int before = errno;
    ssize_t size = readlink(link, path, room - 1);
    errno = before;
    path[size < 0 ? 0 : size] = 0;
    return size >= 0;
}

static int strikes_at(const char *call, int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    return fd >= 0 && path_of(link, path, sizeof path) && strikes(call, path);
}

static int strikes_in(const char *call, int folder, const char *name) {
    char link[64] = "/proc/self/cwd", base[4096], path[8192];
    if (*name == '/')
        return strikes(call, name);
    if (folder != AT_FDCWD)
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
    path_of(link, base, sizeof base);
    snprintf(path, sizeof path, "%s/%s", base, name);
    return strikes(call, path);
}

#define MODE(flags) \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
        va_list rest; \
        va_start(rest, flags); \
        mode = va_arg(rest, mode_t); \
        va_end(rest); \
    }
#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        REAL(name); \
        MODE(flags) \
        return strikes_in("open", AT_FDCWD, path) ? -1 : real(path, flags, mode); \
    }
#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        REAL(name); \
        MODE(flags) \
        return strikes_in("open", folder, path) ? -1 : real(folder, path, flags, mode); \
    }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

DIR *opendir(const char *path) {
    REAL(opendir);
    return strikes_in("opendir", AT_FDCWD, path) ? NULL : real(path);
}

ssize_t read(int fd, void *data, size_t size) {
    REAL(read);
    return strikes_at("read", fd) ? -1 : real(fd, data, size);
}

ssize_t pread64(int fd, void *data, size_t size, off64_t at) {
    REAL(pread64);
    return strikes_at("read", fd) ? -1 : real(fd, data, size, at);
}

ssize_t write(int fd, const void *data, size_t size) {
    REAL(write);
    return strikes_at("write", fd) ? -1 : real(fd, data, size);
}

int fsync(int fd) {
    REAL(fsync);
    return strikes_at("write", fd) ? -1 : real(fd);
}

void *mmap64(void *address, size_t size, int protection, int flags, int fd, off64_t at) {
    REAL(mmap64);
    return strikes_at("read", fd) ? MAP_FAILED : real(address, size, protection, flags, fd, at);
}
