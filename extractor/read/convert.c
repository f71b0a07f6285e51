/* LibreOffice as a process: its folder, its script, its end.
 *
 *     $TMPDIR/pifu-XXXXXX/      mode 0700; also HOME and TMPDIR of all that runs
 *         in.doc                the input
 *         profile/user/registrymodifications.xcu    no macros, no links, no Java
 *         out/in.docx           what is wanted
 *         log                   what it said
 *
 *     pifu --spawn--> sh (leader of a process group)
 *          \            |-- watcher (its own session): reads the line
 *           \--line-->--'   exec unshare -rn soffice …   (without a network, where
 *                                                         the system lets it)
 *
 * All of the group is killed in the end, whatever came of it. Should pifu itself
 * die on the way, the line closes without a word, and the watcher kills the group
 * and removes the folder. Nothing here is global: any thread may convert. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "read/convert.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"

enum { PATH_SIZE = 1024, LOG_LINE = 200, POLL_MS = 5, BLOCK = 512 };

/* One conversion under way. */
struct job {
	const struct conversion *conversion;
	const struct input *in;
	const pifu_options *options;
	char program[PATH_SIZE], folder[PATH_SIZE - 64];
	int line; /* the watcher reads its other end; -1: not open */
	pid_t pid;
};

static const char script[] =
	"exec 3<&0\n"
	"ulimit -c 0; ulimit -f \"$1\"; ulimit -v \"$2\"; folder=$3; shift 3\n"
	"setsid sh -c 'read -r done || { kill -KILL \"-$1\"; sleep 0.1; rm -rf -- \"$2\"; }'"
	" sh \"$$\" \"$folder\" <&3 >/dev/null 2>&1 &\n"
	"exec </dev/null 3<&-\n"
	"unshare -rn true 2>/dev/null && exec unshare -rn -- \"$@\"\n"
	"exec \"$@\"\n";

#define ITEM(path, name, value)                                              \
	"<item oor:path=\"/org.openoffice." path "\"><prop oor:name=\"" name \
	"\" oor:op=\"fuse\"><value>" value "</value></prop></item>\n"

/* Scripting: macros never run, nothing a document links to is fetched. Link: 2 is
 * never (Writer), 1 is never (Calc). */
static const char profile[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	"<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\">\n" /* clang-format off */
	ITEM("Office.Common/Security/Scripting", "MacroSecurityLevel", "3")
	ITEM("Office.Common/Security/Scripting", "DisableMacrosExecution", "true")
	ITEM("Office.Common/Security/Scripting", "DisableActiveContent", "true")
	ITEM("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true")
	ITEM("Office.Writer/Content/Update", "Link", "2")
	ITEM("Office.Calc/Content/Update", "Link", "1")
	ITEM("Office.Java/VirtualMachine", "Enable", "false")
	ITEM("Office.Common/Misc", "FirstRun", "false")
	ITEM("Office.Recovery/RecoveryInfo", "Enabled", "false")
	"</oor:items>\n"; /* clang-format on */

/* ---- The program ----------------------------------------------------------- */

static bool is_program(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISREG(info.st_mode) && access(path, X_OK) == 0;
}

/* `name` in one of the folders of PATH. */
static bool find_in_path(const char *name, char *out)
{
	const char *path = getenv("PATH");

	while (path && *path) {
		size_t n = strcspn(path, ":");
		int length = snprintf(out, PATH_SIZE, "%.*s/%s", (int)n, path, name);

		if (n && length < PATH_SIZE && is_program(out))
			return true;
		path += n + (path[n] == ':');
	}
	return false;
}

/* A program that is named is taken or refused; another is not looked for. */
static pifu_status find_program(struct job *j, pifu_error *err)
{
	const struct conversion *c = j->conversion;
	const char *named = j->options ? j->options->soffice : NULL;

	named = named ? named : getenv("PIFU_SOFFICE");
	if (named && *named) {
		bool fits = snprintf(j->program, PATH_SIZE, "%s", named) < PATH_SIZE;

		if (fits &&
		    (strchr(named, '/') ? is_program(named) : find_in_path(named, j->program)))
			return PIFU_OK;
		return pifu_error_set(err, PIFU_ERR_TOOL,
		                      "this is %s; LibreOffice, which reads it, is not at '%s'",
		                      c->what, named);
	}
	if (find_in_path("soffice", j->program) || find_in_path("libreoffice", j->program))
		return PIFU_OK;
	return pifu_error_set(err, PIFU_ERR_TOOL,
	                      "this is %s; it is read through LibreOffice, which is not installed: "
	                      "install the package %s, or save the document as %s",
	                      c->what, c->package, c->to);
}

/* ---- The folder ------------------------------------------------------------ */

static pifu_status fail_folder(const struct job *j, const char *what, pifu_error *err)
{
	return pifu_error_set(err, PIFU_ERR_OPEN, "%s: cannot %s: %s", j->folder, what,
	                      strerror(errno));
}

static int remove_entry(const char *path, const struct stat *info, int type, struct FTW *at)
{
	(void)info;
	(void)type;
	(void)at;
	remove(path); /* what cannot go stays; the rest goes all the same */
	return 0;
}

static void remove_folder(const struct job *j)
{
	nftw(j->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

/* The path of something in the folder. */
static const char *path_in(const struct job *j, const char *name, const char *ending, char *out)
{
	snprintf(out, PATH_SIZE, "%s/%s%s", j->folder, name, ending);
	return out;
}

static pifu_status write_file(const struct job *j, const char *path, const void *bytes, size_t n,
                              pifu_error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	const char *at = bytes;

	if (fd < 0)
		return fail_folder(j, "write", err);
	while (n) {
		ssize_t put = write(fd, at, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			break;
		at += put;
		n -= (size_t)put;
	}
	pifu_status st = n ? fail_folder(j, "write", err) : PIFU_OK;
	close(fd);
	return st;
}

static pifu_status make_folder(struct job *j, pifu_error *err)
{
	const char *base = getenv("TMPDIR");
	int n = snprintf(j->folder, sizeof j->folder, "%s/pifu-XXXXXX",
	                 base && *base ? base : "/tmp");

	if (n >= (int)sizeof j->folder)
		return pifu_error_set(err, PIFU_ERR_OPEN, "the path of TMPDIR is too long");
	if (!mkdtemp(j->folder)) {
		pifu_status st = fail_folder(j, "make", err);

		j->folder[0] = '\0';
		return st;
	}
	return PIFU_OK;
}

static pifu_status fill_folder(const struct job *j, pifu_error *err)
{
	static const char *const folders[] = {"profile", "profile/user", "out"};
	char path[PATH_SIZE], ending[16];

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		if (mkdir(path_in(j, folders[i], "", path), 0700) != 0)
			return fail_folder(j, "make a folder", err);
	path_in(j, "profile/user/registrymodifications.xcu", "", path);
	pifu_status st = write_file(j, path, profile, sizeof profile - 1, err);
	snprintf(ending, sizeof ending, ".%s", j->conversion->from);
	if (st == PIFU_OK)
		st = write_file(j, path_in(j, "in", ending, path), j->in->data, j->in->size, err);
	return st;
}

/* ---- The process ------------------------------------------------------------- */

/* Standard input is the line to the watcher, the rest goes to the log; a process group of its own. */
static int spawn_shell(struct job *j, char *const *args, char *const *env, int input)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none;
	char log[PATH_SIZE];
	int failed;

	if ((failed = posix_spawn_file_actions_init(&files)) != 0)
		return failed;
	if ((failed = posix_spawnattr_init(&attributes)) != 0) {
		posix_spawn_file_actions_destroy(&files);
		return failed;
	}
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setpgroup(&attributes, 0);
	failed = posix_spawnattr_setflags(&attributes,
	                                  POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
	failed |= posix_spawn_file_actions_adddup2(&files, input, 0);
	failed |= posix_spawn_file_actions_addopen(&files, 1, path_in(j, "log", "", log),
	                                           O_WRONLY | O_CREAT | O_APPEND, 0600);
	failed |= posix_spawn_file_actions_adddup2(&files, 1, 2);
	if (!failed)
		failed = posix_spawn(&j->pid, "/bin/sh", &files, &attributes, args, env);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return failed;
}

/* What the process knows of the world. */
static int spawn_job(struct job *j, char *const *args, int input)
{
	char home[PATH_SIZE], temporary[PATH_SIZE], path[2 * PATH_SIZE];
	const char *searched = getenv("PATH");

	snprintf(home, sizeof home, "HOME=%s", j->folder);
	snprintf(temporary, sizeof temporary, "TMPDIR=%s", j->folder);
	snprintf(path, sizeof path, "PATH=%s", searched ? searched : "");
	/* the shell's own tools, also where PATH is bare */
	strncat(path, ":/usr/bin:/bin", sizeof path - strlen(path) - 1);
	char *const env[] = {home,
	                     temporary,
	                     path,
	                     (char[]){"LANG=C.UTF-8"},
	                     (char[]){"LC_ALL=C.UTF-8"},
	                     (char[]){"SAL_USE_VCLPLUGIN=svp"},
	                     (char[]){"SAL_DISABLE_OPENCL=1"},
	                     NULL};
	return spawn_shell(j, args, env, input);
}

static pifu_status start(struct job *j, pifu_error *err)
{
	const struct conversion *c = j->conversion;
	char blocks[24], memory[24], user[PATH_SIZE + 64], to[64], out[PATH_SIZE], in[PATH_SIZE],
		ending[16];
	int ends[2];

	snprintf(blocks, sizeof blocks, "%llu",
	         (unsigned long long)pifu_limit(j->options, LIMIT_INPUT_BYTES) / BLOCK + 1);
	snprintf(memory, sizeof memory, "%llu",
	         (unsigned long long)pifu_limit(j->options, LIMIT_CONVERT_MEMORY) / 1024);
	snprintf(user, sizeof user, "-env:UserInstallation=file://%s/profile", j->folder);
	snprintf(to, sizeof to, "%s:%s", c->to, c->filter);
	snprintf(ending, sizeof ending, ".%s", c->from);
	path_in(j, "out", "", out);
	path_in(j, "in", ending, in);
	const char *const args[] = {"sh",
	                            "-c",
	                            script,
	                            "sh",
	                            blocks,
	                            memory,
	                            j->folder,
	                            j->program,
	                            user,
	                            "--headless",
	                            "--norestore",
	                            "--nologo",
	                            "--nodefault",
	                            "--nofirststartwizard",
	                            "--nolockcheck",
	                            "--convert-to",
	                            to,
	                            "--outdir",
	                            out,
	                            in,
	                            NULL};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return fail_folder(j, "make a socket", err);
	int failed = spawn_job(j, (char *const *)(uintptr_t)args, ends[0]);
	close(ends[0]);
	j->line = ends[1];
	if (failed)
		return pifu_error_set(err, PIFU_ERR_TOOL, "LibreOffice cannot be started: %s",
		                      strerror(failed));
	return PIFU_OK;
}

static double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Has it ended? It stays a zombie, so its group cannot be anybody else's yet. */
static bool has_ended(const struct job *j)
{
	siginfo_t info = {0};
	int rc = waitid(P_PID, (id_t)j->pid, &info, WEXITED | WNOHANG | WNOWAIT);

	return rc == 0 ? info.si_pid == j->pid : errno != EINTR;
}

static pifu_status wait_for_end(const struct job *j, pifu_error *err)
{
	const struct timespec pause = {.tv_nsec = POLL_MS * 1000000};
	uint64_t most = pifu_limit(j->options, LIMIT_CONVERT_SECONDS);
	double end = seconds_now() + (double)most;

	while (!has_ended(j)) {
		if (seconds_now() > end)
			return pifu_error_set(
				err, PIFU_ERR_LIMIT,
				"LibreOffice took more than %llu seconds (limit convert-seconds)",
				(unsigned long long)most);
		nanosleep(&pause, NULL);
	}
	return PIFU_OK;
}

/* Nothing of the group outlives this; the watcher is told that all is well. */
static void stop(struct job *j)
{
	if (j->pid > 0) {
		kill(-j->pid, SIGKILL);
		while (waitpid(j->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (j->line >= 0) {
		send(j->line, "done\n", 5, MSG_NOSIGNAL); /* if there is a watcher yet */
		close(j->line);
	}
}

/* ---- What came of it ------------------------------------------------------------ */

/* The last line that it said. */
static void read_log(const struct job *j, char *line)
{
	char path[PATH_SIZE], text[LOG_LINE];
	int fd = open(path_in(j, "log", "", path), O_RDONLY | O_CLOEXEC);
	off_t size = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
	off_t from = size > LOG_LINE - 1 ? size - (LOG_LINE - 1) : 0;
	ssize_t n = fd >= 0 ? pread(fd, text, LOG_LINE - 1, from) : 0;

	if (fd >= 0)
		close(fd);
	while (n > 0 && (unsigned char)text[n - 1] <= ' ')
		n--;
	text[n > 0 ? n : 0] = '\0';
	const char *last = strrchr(text, '\n');
	snprintf(line, LOG_LINE, "%s", last ? last + 1 : text);
}

static pifu_status fail_conversion(const struct job *j, pifu_error *err)
{
	char line[LOG_LINE];

	read_log(j, line);
	return pifu_error_set(err, PIFU_ERR_TOOL,
	                      "LibreOffice could not read %s%s%s (is the package %s installed?)",
	                      j->conversion->what, line[0] ? ": " : "", line,
	                      j->conversion->package);
}

static pifu_status take_output(const struct job *j, struct converted *out, pifu_error *err)
{
	char path[PATH_SIZE], ending[16];
	struct stat info;

	snprintf(ending, sizeof ending, ".%s", j->conversion->to);
	int fd = open(path_in(j, "out/in", ending, path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return fail_conversion(j, err);
	bool good = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0;
	void *bytes = MAP_FAILED;
	if (good)
		bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (bytes == MAP_FAILED)
		return fail_conversion(j, err);
	*out = (struct converted){bytes, (size_t)info.st_size};
	return PIFU_OK;
}

pifu_status pifu_convert(const struct conversion *c, const struct input *in,
                         const pifu_options *options, struct converted *out, pifu_error *err)
{
	struct job j = {.conversion = c, .in = in, .options = options, .line = -1};

	*out = (struct converted){0};
	pifu_status st = find_program(&j, err);
	if (st == PIFU_OK)
		st = make_folder(&j, err);
	if (st != PIFU_OK)
		return st;
	st = fill_folder(&j, err);
	if (st == PIFU_OK)
		st = start(&j, err);
	if (st == PIFU_OK)
		st = wait_for_end(&j, err);
	stop(&j);
	if (st == PIFU_OK)
		st = take_output(&j, out, err);
	remove_folder(&j);
	return st;
}

void pifu_converted_free(struct converted *c)
{
	if (c->bytes)
		munmap(c->bytes, c->size);
	*c = (struct converted){0};
}
