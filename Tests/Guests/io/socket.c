// Unix and TCP sockets between two processes.
#include "test.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

static void serve(int family, struct sockaddr *address, socklen_t size) {
  int listener = SHOW_OK(socket(family, SOCK_STREAM, 0));
  if (bind(listener, address, size) || listen(listener, 1) || getsockname(listener, address, &size)) return perror("bind");
  pid_t child = CHILD({
    int client = socket(family, SOCK_STREAM, 0);
    char text[20] = "";
    if (connect(client, address, size)) perror("connect");
    send(client, "ping", 4, 0);
    recv(client, text, sizeof text, 0);
    strcmp(text, "pong") ? 1 : 42;
  });
  int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  char text[20] = "";
  SHOW(recv(connection, text, sizeof text, 0));
  SHOW(write(connection, "pong", 4));
  SHOW(shutdown(connection, SHUT_RDWR));
  show_status("client", wait_for(child));
  close(listener), close(connection);
}

int main(void) {
  int pair[2];
  SHOW(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair));
  SHOW(send(pair[0], "datagram", 8, 0));
  char text[20];
  SHOW(recv(pair[1], text, 4, MSG_TRUNC));
  struct sockaddr_un local = {AF_UNIX, "socket"};
  serve(AF_UNIX, (struct sockaddr *)&local, sizeof local);
  struct sockaddr_in tcp = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  serve(AF_INET, (struct sockaddr *)&tcp, sizeof tcp);
  SHOW(socket(99, 0, 0));
  SHOW(connect(0, (void *)&tcp, sizeof tcp));
}
