/* The system's calls for files, failing as the switches in the folder FIRSTLINE_TEST_FAULTS say. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int is_on(const char *fault)
{
    const char *folder = getenv("FIRSTLINE_TEST_FAULTS");
    char name[PATH_MAX];
    if (folder == NULL)
        return 0;
    snprintf(name, sizeof name, "%s/%s", folder, fault);
    int before = errno;
    int on = access(name, F_OK) == 0;
    errno = before;
    return on;
}

static int is_database(int descriptor)
{
    char link[64], name[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, name, sizeof name - 1);
    if (length < 0)
        return 0;
    name[length] = 0;
    return strstr(name, ".db") != NULL;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define FAILS(fault, code, descriptor)                  \
    if (is_on(fault) && is_database(descriptor)) {      \
        errno = code;                                   \
        return -1;                                      \
    }

ssize_t write(int descriptor, const void *bytes, size_t count)
{
    FAILS("full", ENOSPC, descriptor)
    return REAL(write)(descriptor, bytes, count);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset)
{
    FAILS("full", ENOSPC, descriptor)
    return REAL(pwrite)(descriptor, bytes, count, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t count, off64_t offset)
{
    FAILS("full", ENOSPC, descriptor)
    return REAL(pwrite64)(descriptor, bytes, count, offset);
}

int fsync(int descriptor)
{
    FAILS("fsync", EIO, descriptor)
    return REAL(fsync)(descriptor);
}

int fdatasync(int descriptor)
{
    FAILS("fsync", EIO, descriptor)
    return REAL(fdatasync)(descriptor);
}

static int is_refused(const char *name, int flags)
{
    size_t length = strlen(name);
    /* Where a new file is demanded, the system says EEXIST whatever the permissions are. */
    if (!is_on("readonly") || length < 3 || strcmp(name + length - 3, ".db") != 0)
        return 0;
    if ((flags & O_ACCMODE) == O_RDONLY || (flags & O_EXCL) != 0)
        return 0;
    errno = EACCES;
    return 1;
}

#define OPEN(name)                                      \
    int name(const char *file, int flags, ...)          \
    {                                                   \
        va_list rest;                                   \
        va_start(rest, flags);                          \
        int mode = va_arg(rest, int);                   \
        va_end(rest);                                   \
        if (is_refused(file, flags))                    \
            return -1;                                  \
        return REAL(name)(file, flags, mode);           \
    }

OPEN(open)
OPEN(open64)
