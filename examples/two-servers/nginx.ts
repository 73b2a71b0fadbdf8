/** The http block of nginx in front of equal servers. No sticky sessions: each request goes to whichever is next. */
export function nginxConfig(port: number, upstreams: readonly number[]): string {
  return `
  upstream application {
    # A server that restarts refuses connections: the request, not yet sent, goes to the other one. max_fails=0:
    # nobody is left out afterwards for a time.
${upstreams.map((upstream) => `    server 127.0.0.1:${upstream} max_fails=0;`).join('\n')}
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://application;
      proxy_set_header Host $http_host;
      proxy_buffering off;
    }
  }
`
}
