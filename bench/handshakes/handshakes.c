// Shakes hands with a TLS server as often as it can, one connection after the other, and prints "{handshakes} {failed}".
// usage: handshakes PORT SECONDS full|resumed|each NAMES   (server names are d00000.bench.test and so on; each: once with each, however long it takes)
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { KEPT_SESSIONS = 100 };

static SSL_CTX *context;
static struct sockaddr_in server;
static SSL_SESSION *received;

static int keep_session(SSL *ssl, SSL_SESSION *session) {
  (void)ssl;
  SSL_SESSION_free(received);
  received = session;
  return 1; // the reference is ours now
}

// Returns 1 when the handshake came about, and as wanted: with a session, resumed.
static int shake(int name, SSL_SESSION *session) {
  char host[32], rest[512];
  int ok = 0;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  SSL *ssl = SSL_new(context);
  snprintf(host, sizeof host, "d%05d.bench.test", name);
  SSL_set_tlsext_host_name(ssl, host);
  SSL_set_fd(ssl, fd);
  if (session)
    SSL_set_session(ssl, session);
  if (connect(fd, (struct sockaddr *)&server, sizeof server) == 0 && SSL_connect(ssl) == 1) {
    ok = !session || SSL_session_reused(ssl);
    // To the end, so that the server has seen all of it, and its tickets are read.
    SSL_shutdown(ssl);
    while (SSL_read(ssl, rest, sizeof rest) > 0)
      ;
  }
  SSL_free(ssl);
  close(fd);
  return ok;
}

// Moves the session received last to where it is kept.
static int take(SSL_SESSION **kept) {
  if (!received)
    return 0;
  SSL_SESSION_free(*kept);
  *kept = received;
  received = NULL;
  return 1;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: handshakes PORT SECONDS full|resumed|each NAMES\n");
    return 2;
  }
  int is_resumed = strcmp(argv[3], "resumed") == 0, is_each = strcmp(argv[3], "each") == 0, names = atoi(argv[4]);
  SSL_SESSION *sessions[KEPT_SESSIONS] = {0};
  server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  context = SSL_CTX_new(TLS_client_method());
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, keep_session);
  srandom(getpid());

  for (int i = 0; is_resumed && i < KEPT_SESSIONS; i++) {
    if (!shake(i % names, NULL) || !take(&sessions[i])) {
      fprintf(stderr, "handshakes: no session from port %s\n", argv[1]);
      return 1;
    }
  }
  long done = 0, failed = 0;
  for (int i = 0; is_each && i < names; i++)
    shake(i, NULL) ? done++ : failed++;
  for (double end = now() + atof(argv[2]); !is_each && now() < end;) {
    int i = random() % (is_resumed ? KEPT_SESSIONS : names);
    // A session of TLS 1.3 is for one use, which brings the next one.
    if (shake(i % names, is_resumed ? sessions[i] : NULL) && (!is_resumed || take(&sessions[i])))
      done++;
    else
      failed++;
  }
  printf("%ld %ld\n", done, failed);
  return 0;
}
