/* A disk between a process and its files, that keeps a journal and fails when told to. Preloaded: LD_PRELOAD=shim.so

   DISK_WATCHED   the files in and below this directory (an absolute path without a slash at its end) are watched
   DISK_JOURNAL   every change of them and every sync is appended to this file: a struct record, a name, data
   DISK_FAULT     a struct fault, shared with whoever decides which call fails (optional)

   It sees what SQLite and Python do: open, write, pwrite, ftruncate, fsync, fdatasync, unlink, close. A call, its entry
   in the journal and the decision about its failure are one step: the journal has the order in which things happened. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FDS 4096
#define MAX_NAME 256

enum kind { CREATED = 'C', WRITTEN = 'W', TRUNCATED = 'T', SYNCED = 'S', SYNC_FAILED = 'F', UNLINKED = 'U' };

struct record {
    uint32_t kind, name_bytes;
    uint64_t offset, data_bytes; /* of TRUNCATED, `offset` is the new size */
};

struct fault {
    uint32_t calls;   /* how many calls could have failed so far */
    uint32_t at;      /* the call that fails, counted from 1; 0 is none */
    uint32_t error;   /* an errno */
    uint32_t lasting; /* whether every later one fails as well */
    uint32_t hits;    /* how many did */
};

static pthread_mutex_t disk = PTHREAD_MUTEX_INITIALIZER;
static char names[MAX_FDS][MAX_NAME]; /* by file descriptor, relative to `watched`; empty: not watched */
static const char *watched;
static int journal = -1;
static struct fault *fault;

#define REAL(function) ((__typeof__(&function))real(#function))

static void *real(const char *function)
{
    void *found = dlsym(RTLD_NEXT, function);
    if (!found) {
        fprintf(stderr, "shim: this libc has no %s\n", function);
        abort();
    }
    return found;
}

static void give_up(const char *why)
{
    fprintf(stderr, "shim: %s: %s\n", why, strerror(errno));
    abort();
}

__attribute__((constructor)) static void start(void)
{
    const char *journal_path = getenv("DISK_JOURNAL"), *fault_path = getenv("DISK_FAULT");
    if (!getenv("DISK_WATCHED") || !journal_path)
        return;
    journal = REAL(open)(journal_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (journal < 0)
        give_up("the journal cannot be opened");
    if (fault_path) {
        int fd = REAL(open)(fault_path, O_RDWR | O_CLOEXEC);
        fault = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *fault, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (fault == MAP_FAILED)
            give_up("the fault cannot be read");
        REAL(close)(fd);
    }
    watched = getenv("DISK_WATCHED");
}

/* The path below `watched`, "." for the directory itself, NULL for others. */
static const char *watched_name(const char *path)
{
    size_t length = watched ? strlen(watched) : 0;
    if (!length || strncmp(path, watched, length) != 0)
        return NULL;
    if (path[length] == '\0')
        return ".";
    return path[length] == '/' ? path + length + 1 : NULL;
}

static const char *name_of(int fd)
{
    return fd >= 0 && fd < MAX_FDS && names[fd][0] ? names[fd] : NULL;
}

static void note(enum kind kind, const char *name, uint64_t offset, const void *data, size_t bytes)
{
    struct record head = {kind, strlen(name), offset, bytes};
    struct iovec parts[] = {{&head, sizeof head}, {(void *)name, strlen(name)}, {(void *)data, bytes}};
    if (writev(journal, parts, 3) != (ssize_t)(sizeof head + head.name_bytes + bytes))
        give_up("the journal cannot be written");
}

/* Whether this call fails; then errno says how. */
static int fails(void)
{
    if (!fault)
        return 0;
    uint32_t call = ++fault->calls;
    if (!fault->at || call < fault->at || (call > fault->at && !fault->lasting))
        return 0;
    fault->hits++;
    errno = (int)fault->error;
    return 1;
}

/* open */

static int open_fails(int flags)
{
    int reads_only = (flags & O_ACCMODE) == O_RDONLY && !(flags & O_CREAT);
    if (reads_only && fault && fault->error == EROFS)
        return 0; /* what a file system that became read-only still allows */
    return fails();
}

static int watched_open(int (*opener)(const char *, int, ...), const char *path, int flags, mode_t mode)
{
    const char *name = watched_name(path);
    if (!name)
        return opener(path, flags, mode);
    pthread_mutex_lock(&disk);
    int existed = access(path, F_OK) == 0;
    int fd = open_fails(flags) ? -1 : opener(path, flags, mode);
    if (fd >= MAX_FDS || strlen(name) >= MAX_NAME)
        give_up("too many files, or a name that is too long");
    if (fd >= 0) {
        strcpy(names[fd], name);
        if (!existed)
            note(CREATED, name, 0, NULL, 0);
        else if (flags & O_TRUNC)
            note(TRUNCATED, name, 0, NULL, 0);
    }
    int error = errno;
    pthread_mutex_unlock(&disk);
    errno = error;
    return fd;
}

#define DEFINE_OPEN(open)                                                                                              \
    int open(const char *path, int flags, ...)                                                                         \
    {                                                                                                                  \
        mode_t mode = 0;                                                                                               \
        if (flags & O_CREAT) {                                                                                         \
            va_list rest;                                                                                              \
            va_start(rest, flags);                                                                                     \
            mode = va_arg(rest, mode_t);                                                                               \
            va_end(rest);                                                                                              \
        }                                                                                                              \
        return watched_open(REAL(open), path, flags, mode);                                                            \
    }

/* write: of one that fails, the first half is on the disk */

static ssize_t really_write(int fd, const void *data, size_t bytes, off_t offset)
{
    ssize_t written = REAL(pwrite)(fd, data, bytes, offset);
    if (written > 0)
        note(WRITTEN, names[fd], (uint64_t)offset, data, (size_t)written);
    return written;
}

static ssize_t watched_pwrite(int fd, const void *data, size_t bytes, off_t offset)
{
    pthread_mutex_lock(&disk);
    int failing = fails(), error = errno;
    ssize_t written = really_write(fd, data, failing ? bytes / 2 : bytes, offset);
    if (!failing)
        error = errno;
    pthread_mutex_unlock(&disk);
    errno = error;
    return failing ? -1 : written;
}

ssize_t write(int fd, const void *data, size_t bytes)
{
    if (!name_of(fd))
        return REAL(write)(fd, data, bytes);
    ssize_t written = watched_pwrite(fd, data, bytes, lseek(fd, 0, SEEK_CUR));
    if (written > 0)
        lseek(fd, written, SEEK_CUR);
    return written;
}

#define DEFINE_PWRITE(pwrite, off_t)                                                                                   \
    ssize_t pwrite(int fd, const void *data, size_t bytes, off_t offset)                                               \
    {                                                                                                                  \
        return name_of(fd) ? watched_pwrite(fd, data, bytes, offset) : REAL(pwrite)(fd, data, bytes, offset);          \
    }

/* ftruncate, fsync, unlink: they happen, or they fail and change nothing that a reader can see */

static int settle(int fd, int result, enum kind done, uint64_t size)
{
    if (result == 0)
        note(done, names[fd], size, NULL, 0);
    else if (done == SYNCED)
        note(SYNC_FAILED, names[fd], 0, NULL, 0);
    int error = errno;
    pthread_mutex_unlock(&disk);
    errno = error;
    return result;
}

#define DEFINE_FTRUNCATE(ftruncate, off_t)                                                                             \
    int ftruncate(int fd, off_t size)                                                                                  \
    {                                                                                                                  \
        if (!name_of(fd))                                                                                              \
            return REAL(ftruncate)(fd, size);                                                                          \
        pthread_mutex_lock(&disk);                                                                                     \
        return settle(fd, fails() ? -1 : REAL(ftruncate)(fd, size), TRUNCATED, (uint64_t)size);                        \
    }

#define DEFINE_SYNC(fsync)                                                                                             \
    int fsync(int fd)                                                                                                  \
    {                                                                                                                  \
        if (!name_of(fd))                                                                                              \
            return REAL(fsync)(fd);                                                                                    \
        pthread_mutex_lock(&disk);                                                                                     \
        return settle(fd, fails() ? -1 : REAL(fsync)(fd), SYNCED, 0);                                                  \
    }

int unlink(const char *path)
{
    const char *name = watched_name(path);
    if (!name)
        return REAL(unlink)(path);
    pthread_mutex_lock(&disk);
    int result = fails() ? -1 : REAL(unlink)(path), error = errno;
    if (result == 0)
        note(UNLINKED, name, 0, NULL, 0);
    pthread_mutex_unlock(&disk);
    errno = error;
    return result;
}

int close(int fd)
{
    if (!name_of(fd))
        return REAL(close)(fd);
    pthread_mutex_lock(&disk);
    names[fd][0] = '\0';
    int result = REAL(close)(fd), error = errno;
    pthread_mutex_unlock(&disk);
    errno = error;
    return result;
}

DEFINE_OPEN(open)
DEFINE_PWRITE(pwrite, off_t)
DEFINE_FTRUNCATE(ftruncate, off_t)
DEFINE_SYNC(fsync)
DEFINE_SYNC(fdatasync)
#ifdef __GLIBC__
DEFINE_OPEN(open64)
DEFINE_PWRITE(pwrite64, off64_t)
DEFINE_FTRUNCATE(ftruncate64, off64_t)
#endif
