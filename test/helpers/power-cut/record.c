/*
 * Records what a program does to the files below a directory, so that a test can work out what a power cut would leave.
 * Loaded with LD_PRELOAD. Environment: MCP_POWER_CUT_ROOT, the directory; MCP_POWER_CUT_LOG, the file that gets the record.
 * Each call is made and recorded under one lock, so the record has the order in which the calls took effect.
 * It includes no header, so that a compiler without the C library's headers (tcc) is enough. 64-bit Linux only.
 */
typedef long ssize;
typedef unsigned long size;
struct piece { void *base; size length; };

extern void *dlsym(void *handle, const char *name);
extern char *getenv(const char *name);
extern int snprintf(char *buffer, size room, const char *format, ...);
extern size strlen(const char *text);
extern int strncmp(const char *a, const char *b, size length);
extern int pthread_mutex_lock(void *mutex);
extern int pthread_mutex_unlock(void *mutex);
extern void abort(void);

#define NEXT ((void *)-1L)
#define CREATE_APPEND 02001 /* O_WRONLY | O_APPEND */
#define SEEK_CUR 1
#define MAX_FD 65536

static long lock[16]; /* larger than a pthread_mutex_t; all zero is its initial value */
static char tracked[MAX_FD];
static const char *root;
static int log_fd = -1;

static int (*next_open)(const char *, int, unsigned);
static ssize (*next_write)(int, const void *, size);
static long (*next_lseek)(int, long, int);

static void begin(void) {
  pthread_mutex_lock(lock);
  if (next_open) return;
  next_open = dlsym(NEXT, "open64");
  next_write = dlsym(NEXT, "write");
  next_lseek = dlsym(NEXT, "lseek64");
  root = getenv("MCP_POWER_CUT_ROOT");
  if (root) log_fd = next_open(getenv("MCP_POWER_CUT_LOG"), CREATE_APPEND, 0);
  if (root && log_fd < 0) abort();
}

static void end(void) { pthread_mutex_unlock(lock); }

static void put(const void *bytes, size length) {
  if (next_write(log_fd, bytes, length) != (ssize)length) abort(); /* a record with a gap proves nothing */
}

static char line[16384];
#define RECORD(...) put(line, snprintf(line, sizeof line, __VA_ARGS__))

/* Paths below the directory, and those that start at an open directory, whose path only the reader of the record knows. */
static int concerns(const char *path) {
  if (!root) return 0;
  return strncmp(path, root, strlen(root)) == 0 || strncmp(path, "/proc/self/fd/", 14) == 0;
}

static int is_tracked(int fd) { return fd >= 0 && fd < MAX_FD && tracked[fd]; }

static int opened(const char *path, int flags, unsigned mode) {
  begin();
  int fd = next_open(path, flags, mode);
  if (fd >= 0 && fd < MAX_FD && concerns(path)) {
    tracked[fd] = 1;
    RECORD("open\t%d\t%d\t%u\t%s\n", fd, flags, mode, path);
  }
  end();
  return fd;
}

/* `mode` is passed in a register whether the caller names it or not. */
int open(const char *path, int flags, unsigned mode) { return opened(path, flags, mode); }
int open64(const char *path, int flags, unsigned mode) { return opened(path, flags, mode); }

int close(int fd) {
  begin();
  int (*next)(int) = dlsym(NEXT, "close");
  if (is_tracked(fd)) {
    tracked[fd] = 0;
    RECORD("close\t%d\n", fd);
  }
  int answer = next(fd);
  end();
  return answer;
}

static void wrote(int fd, long at, const void *bytes, ssize length) {
  if (length < 0 || !is_tracked(fd)) return;
  if (at < 0) at = next_lseek(fd, 0, SEEK_CUR) - length;
  RECORD("write\t%d\t%ld\t%ld\n", fd, at, length);
  put(bytes, length);
}

ssize write(int fd, const void *bytes, size length) {
  begin();
  ssize done = next_write(fd, bytes, length);
  wrote(fd, -1, bytes, done);
  end();
  return done;
}

static ssize wrote_at(const char *name, int fd, const void *bytes, size length, long at) {
  begin();
  ssize (*next)(int, const void *, size, long) = dlsym(NEXT, name);
  ssize done = next(fd, bytes, length, at);
  wrote(fd, at, bytes, done);
  end();
  return done;
}
ssize pwrite(int fd, const void *bytes, size length, long at) { return wrote_at("pwrite", fd, bytes, length, at); }
ssize pwrite64(int fd, const void *bytes, size length, long at) { return wrote_at("pwrite64", fd, bytes, length, at); }

static void wrote_pieces(int fd, long at, const struct piece *pieces, int count, ssize done) {
  if (done < 0 || !is_tracked(fd)) return;
  if (at < 0) at = next_lseek(fd, 0, SEEK_CUR) - done;
  for (int i = 0; i < count && done > 0; i++) {
    ssize length = (ssize)pieces[i].length < done ? (ssize)pieces[i].length : done;
    wrote(fd, at, pieces[i].base, length);
    at += length;
    done -= length;
  }
}

ssize writev(int fd, const struct piece *pieces, int count) {
  begin();
  ssize (*next)(int, const struct piece *, int) = dlsym(NEXT, "writev");
  ssize done = next(fd, pieces, count);
  wrote_pieces(fd, -1, pieces, count, done);
  end();
  return done;
}

static ssize wrote_pieces_at(const char *name, int fd, const struct piece *pieces, int count, long at) {
  begin();
  ssize (*next)(int, const struct piece *, int, long) = dlsym(NEXT, name);
  ssize done = next(fd, pieces, count, at);
  wrote_pieces(fd, at, pieces, count, done);
  end();
  return done;
}
ssize pwritev(int fd, const struct piece *p, int n, long at) { return wrote_pieces_at("pwritev", fd, p, n, at); }
ssize pwritev64(int fd, const struct piece *p, int n, long at) { return wrote_pieces_at("pwritev64", fd, p, n, at); }

/* Calls on an open file: made, then recorded as `what`, the descriptor and a number. */
static int on_file(const char *name, const char *what, int fd, long number) {
  begin();
  int (*next)(int, long) = dlsym(NEXT, name);
  int answer = next(fd, number);
  if (answer == 0 && is_tracked(fd)) RECORD("%s\t%d\t%ld\n", what, fd, number);
  end();
  return answer;
}
int fsync(int fd) { return on_file("fsync", "sync", fd, 0); }
int fdatasync(int fd) { return on_file("fdatasync", "sync", fd, 0); }
int ftruncate(int fd, long length) { return on_file("ftruncate", "truncate", fd, length); }
int ftruncate64(int fd, long length) { return on_file("ftruncate64", "truncate", fd, length); }
int fchmod(int fd, unsigned mode) { return on_file("fchmod", "mode", fd, mode); }

/* Calls on a path and a number. */
static int on_path(const char *name, const char *path, long number) {
  begin();
  int (*next)(const char *, long) = dlsym(NEXT, name);
  int answer = next(path, number);
  if (answer == 0 && concerns(path)) RECORD("%s\t%ld\t%s\n", name, number, path);
  end();
  return answer;
}
int mkdir(const char *path, unsigned mode) { return on_path("mkdir", path, mode); }
int rmdir(const char *path) { return on_path("rmdir", path, 0); }
int unlink(const char *path) { return on_path("unlink", path, 0); }
int chmod(const char *path, unsigned mode) { return on_path("chmod", path, mode); }

/* Calls on two paths. */
static int on_two(const char *name, const char *from, const char *to) {
  begin();
  int (*next)(const char *, const char *) = dlsym(NEXT, name);
  int answer = next(from, to);
  if (answer == 0 && (concerns(from) || concerns(to))) RECORD("%s\t%s\t%s\n", name, from, to);
  end();
  return answer;
}
int rename(const char *from, const char *to) { return on_two("rename", from, to); }
int link(const char *from, const char *to) { return on_two("link", from, to); }
int symlink(const char *from, const char *to) { return on_two("symlink", from, to); }
